#include "tests/model/reference.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <climits>
#include <cstdlib>
#include <exception>
#include <stdexcept>
#include <utility>

#include "tests/model/clock.h"
#include "tests/model/plain_library.h"

namespace negodbc::model {
namespace {

constexpr std::size_t kLongestAnswer = 65536;  // of a message

// Texts one after the other, each with its end; nothing is told apart from "".
class Writer {
 public:
  void add(const std::string& text) {
    message_ += text;
    message_ += '\0';
  }
  void add(const std::optional<std::string>& text) { add(text ? "+" + *text : std::string()); }
  void add(std::size_t number) { add(std::to_string(number)); }
  const std::string& message() const { return message_; }

 private:
  std::string message_;
};

class Reader {
 public:
  explicit Reader(std::string message) : message_(std::move(message)) {}
  std::string text() {
    const std::size_t end = message_.find('\0', at_);
    std::string part = message_.substr(at_, end - at_);
    at_ = end + 1;
    return part;
  }
  std::optional<std::string> optional() {
    const std::string part = text();
    return part.empty() ? std::nullopt : std::optional(part.substr(1));
  }
  std::size_t number() { return std::stoul(text()); }

 private:
  const std::string message_;
  std::size_t at_ = 0;
};

void write(Writer& to, const Environment& environment) {
  to.add(environment.size());
  for (const auto& [name, value] : environment) {
    to.add(name);
    to.add(value);
  }
}

Environment read_environment(Reader& from) {
  Environment environment;
  for (std::size_t left = from.number(); left != 0; --left) {
    const std::string name = from.text();
    environment[name] = from.optional();
  }
  return environment;
}

PlainLogin read_login(Reader& from) {
  PlainLogin login;
  login.library = from.text();
  login.request.cache = from.text();
  login.request.keytab = from.text();
  login.request.principal = from.text();
  login.request.password = from.optional();
  login.request.service = from.text();
  login.request.service_keytab = from.text();
  login.environment = read_environment(from);
  login.user.effective = static_cast<uid_t>(from.number());
  login.user.real = static_cast<uid_t>(from.number());
  login.clock = std::stoll(from.text());
  for (std::size_t left = from.number(); left != 0; --left) {
    std::string name = from.text();
    login.caches.emplace_back(std::move(name), from.text());
  }
  return login;
}

// What MIT's library loads for its first password would be loaded anew in each child.
void load_preauthentication() {
  void* const library = ::dlopen("libgssapi_krb5.so.2", RTLD_NOW | RTLD_LOCAL);
  std::array<char, PATH_MAX> folder{};
  if (library == nullptr || ::dlinfo(library, RTLD_DI_ORIGIN, folder.data()) != 0) return;
  const std::string module = folder.data() + std::string("/krb5/plugins/preauth/spake.so");
  ::dlopen(module.c_str(), RTLD_NOW | RTLD_LOCAL);
}

}  // namespace

void become(const User& user) {
  // The real one first, while that is allowed.
  if (user.real != ::getuid()) {
    if (::setresuid(user.real, user.real, user.real) != 0) std::terminate();
  } else if (user.effective != ::geteuid()) {
    if (::seteuid(user.effective) != 0) std::terminate();
  }
}

Outcome in_child(const std::function<Outcome()>& work, unsigned seconds) {
  Outcome outcome;
  outcome.kind = Outcome::Kind::kCrashed;
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return outcome;
  const pid_t child = ::fork();
  if (child == 0) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    ::close(ends[0]);
    ::alarm(seconds);
    std::string told;
    try {
      told = packed(work());
    } catch (const std::exception& e) {
      outcome.words = e.what();
      told = packed(outcome);
    }
    ::_exit(::write(ends[1], told.data(), told.size()) == static_cast<ssize_t>(told.size()) ? 0
                                                                                            : 1);
  }
  ::close(ends[1]);
  std::string told(kLongestAnswer, '\0');
  std::size_t size = 0;
  for (ssize_t part = 1; child > 0 && part > 0 && size < told.size();) {
    part = std::max<ssize_t>(::read(ends[0], told.data() + size, told.size() - size), 0);
    size += static_cast<std::size_t>(part);
  }
  ::close(ends[0]);
  told.resize(size);
  int status = 0;
  if (child > 0) ::waitpid(child, &status, 0);
  if (WIFEXITED(status)) return unpacked(told);
  outcome.words = "signal " + std::to_string(WTERMSIG(status));
  return outcome;
}

Reference::Reference(std::string acceptor) : acceptor_(std::move(acceptor)) {
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0) {
    throw std::runtime_error("no socket for the plain logins");
  }
  process_ = ::fork();
  if (process_ < 0) throw std::runtime_error("no process for the plain logins");
  if (process_ == 0) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    ::close(ends[0]);
    try {
      serve(ends[1]);
    } catch (...) {
      ::_exit(1);
    }
  }
  ::close(ends[1]);
  socket_ = ends[0];
}

Reference::~Reference() {
  ::close(socket_);
  ::waitpid(process_, nullptr, 0);
}

void Reference::serve(int socket) const {
  // No mechanism but the libraries' own: MIT's would load the system's anew in each child.
  ::setenv("GSS_MECH_CONFIG", "/dev/null", 1);  // NOLINT(concurrency-mt-unsafe)
  const PlainLibrary heimdal("heimdal");
  const PlainLibrary mit("mit");
  load_preauthentication();
  for (;;) {
    std::string message(kLongestAnswer, '\0');
    const ssize_t size = ::recv(socket, message.data(), message.size(), 0);
    if (size <= 0) ::_exit(0);
    message.resize(static_cast<std::size_t>(size));
    const Outcome outcome = in_child([&] {
      Reader from(std::move(message));
      if (from.text() == "fill") {
        const bool by_mit = from.text() == "mit";
        const std::string cache = from.text();
        const std::string file = from.text();
        set_environment(read_environment(from));
        Outcome filled;
        filled.words = (by_mit ? mit : heimdal).fill(cache, file);
        return filled;
      }
      const PlainLogin login = read_login(from);
      const PlainLibrary& library = login.library == "mit" ? mit : heimdal;
      set_environment(login.environment);
      for (const auto& [cache, file] : login.caches) {
        const std::string fault = library.fill(cache, file);
        if (!fault.empty() && !file.empty())
          throw std::runtime_error(std::string(cache).append(": ").append(fault));
      }
      move_clock(login.clock);
      become(login.user);
      return library.log_in(login.request, acceptor_);
    });
    const std::string answer = packed(outcome);
    if (::send(socket, answer.data(), answer.size(), MSG_NOSIGNAL) < 0) ::_exit(0);
  }
}

Outcome Reference::ask(const std::string& message) {
  std::string answer(kLongestAnswer, '\0');
  ssize_t size = ::send(socket_, message.data(), message.size(), MSG_NOSIGNAL);
  if (size > 0) size = ::recv(socket_, answer.data(), answer.size(), 0);
  if (size <= 0) throw std::runtime_error("the plain logins' process is gone");
  answer.resize(static_cast<std::size_t>(size));
  return unpacked(answer);
}

Outcome Reference::log_in(const PlainLogin& login) {
  Writer to;
  to.add(std::string("login"));
  to.add(login.library);
  to.add(login.request.cache);
  to.add(login.request.keytab);
  to.add(login.request.principal);
  to.add(login.request.password);
  to.add(login.request.service);
  to.add(login.request.service_keytab);
  write(to, login.environment);
  to.add(std::size_t{login.user.effective});
  to.add(std::size_t{login.user.real});
  to.add(std::to_string(login.clock));
  to.add(login.caches.size());
  for (const auto& [cache, file] : login.caches) {
    to.add(cache);
    to.add(file);
  }
  return ask(to.message());
}

std::string Reference::fill(const std::string& library, const std::string& cache,
                            const std::string& file, const Environment& environment) {
  Writer to;
  to.add(std::string("fill"));
  to.add(library);
  to.add(cache);
  to.add(file);
  write(to, environment);
  return ask(to.message()).words;
}

}  // namespace negodbc::model
