#include "tests/model/acceptor.h"

#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <stdexcept>
#include <utility>
#include <vector>

#include "tests/model/plain_library.h"

namespace negodbc::model {
namespace {

constexpr std::size_t kLongestToken = 65536;  // of a message

// In no folder, so that every user may come.
sockaddr_un abstract(const std::string& name, socklen_t& size) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path + 1, name.data(), name.size());
  size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1 + name.size());
  return address;
}

std::string part_of(std::string& message) {
  const std::size_t end = std::min(message.find('\0'), message.size());
  std::string part = message.substr(0, end);
  message.erase(0, std::min(end + 1, message.size()));
  return part;
}

class Service {
 public:
  explicit Service(int listener) : library_("mit"), listener_(listener) {}

  [[noreturn]] void run() {
    for (;;) {
      std::vector<pollfd> all = {{listener_, POLLIN, 0}};
      for (const Peer& peer : peers_) all.push_back({peer.socket, POLLIN, 0});
      if (::poll(all.data(), all.size(), -1) < 0) continue;
      for (std::size_t i = all.size(); i-- > 1;) {
        if (all[i].revents != 0 && !serve(peers_[i - 1])) end(i - 1);
      }
      if (all.front().revents != 0) {
        const int socket = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
        if (socket >= 0) peers_.push_back({socket, GSS_C_NO_CONTEXT});
      }
    }
  }

 private:
  struct Peer {
    int socket;
    gss_ctx_id_t context;
  };

  void end(std::size_t at) {
    OM_uint32 minor = 0;
    if (peers_[at].context != GSS_C_NO_CONTEXT) {
      library_.gss_delete_sec_context(&minor, &peers_[at].context, GSS_C_NO_BUFFER);
    }
    ::close(peers_[at].socket);
    peers_.erase(peers_.begin() + static_cast<std::ptrdiff_t>(at));
  }

  // False: that was the end of it.
  bool serve(Peer& peer) {
    std::string message(kLongestToken, '\0');
    const ssize_t size = ::recv(peer.socket, message.data(), message.size(), 0);
    if (size <= 0) return false;
    message.resize(static_cast<std::size_t>(size));
    const std::string keytab = part_of(message);
    ::setenv("KRB5_KTNAME", keytab.c_str(), 1);  // NOLINT(concurrency-mt-unsafe)
    gss_buffer_desc input{message.size(), message.data()};
    gss_buffer_desc output{};
    gss_name_t client = GSS_C_NO_NAME;
    OM_uint32 minor = 0;
    const OM_uint32 major = library_.gss_accept_sec_context(
        &minor, &peer.context, GSS_C_NO_CREDENTIAL, &input, GSS_C_NO_CHANNEL_BINDINGS, &client,
        nullptr, &output, nullptr, nullptr, nullptr);
    std::string answer;
    answer += GSS_ERROR(major) ? '!' : '.';
    answer += GSS_ERROR(major)          ? library_.words(major, minor)
              : major == GSS_S_COMPLETE ? name_of(client)
                                        : std::string();
    answer += '\0';
    answer.append(static_cast<const char*>(output.value), output.length);
    library_.gss_release_buffer(&minor, &output);
    if (client != GSS_C_NO_NAME) library_.gss_release_name(&minor, &client);
    return ::send(peer.socket, answer.data(), answer.size(), MSG_NOSIGNAL) > 0;
  }

  std::string name_of(gss_name_t client) const {
    OM_uint32 minor = 0;
    gss_buffer_desc text{};
    if (GSS_ERROR(library_.gss_display_name(&minor, client, &text, nullptr))) return "?";
    std::string name(static_cast<const char*>(text.value), text.length);
    library_.gss_release_buffer(&minor, &text);
    return name;
  }

  const PlainLibrary library_;
  const int listener_;
  std::vector<Peer> peers_;
};

}  // namespace

Acceptor::Acceptor() : address_("negodbc-model-" + std::to_string(::getpid())) {
  const int listener = ::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
  socklen_t size = 0;
  const sockaddr_un address = abstract(address_, size);
  if (listener < 0 || ::bind(listener, reinterpret_cast<const sockaddr*>(&address), size) != 0 ||
      ::listen(listener, 16) != 0) {
    throw std::runtime_error("no socket for the acceptor");
  }
  process_ = ::fork();
  if (process_ < 0) throw std::runtime_error("no process for the acceptor");
  if (process_ == 0) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    ::setenv("KRB5RCACHENAME", "none:", 1);  // NOLINT(concurrency-mt-unsafe)
    try {
      Service(listener).run();
    } catch (...) {
      ::_exit(1);
    }
  }
  ::close(listener);
}

Acceptor::~Acceptor() {
  ::kill(process_, SIGKILL);
  ::waitpid(process_, nullptr, 0);
}

AcceptorLine::AcceptorLine(const std::string& address, std::string keytab)
    : socket_(::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0)), keytab_(std::move(keytab)) {
  socklen_t size = 0;
  const sockaddr_un where = abstract(address, size);
  if (::connect(socket_, reinterpret_cast<const sockaddr*>(&where), size) != 0) {
    throw std::runtime_error("the acceptor is gone");
  }
  if (keytab_.empty()) keytab_ = std::getenv("NEGODBC_KEYTAB");  // NOLINT(concurrency-mt-unsafe)
}

AcceptorLine::~AcceptorLine() {
  ::close(socket_);
}

AcceptorLine::Answer AcceptorLine::exchange(const std::string& token) {
  std::string message = keytab_;
  message += '\0';
  message += token;
  Answer answer;
  if (::send(socket_, message.data(), message.size(), MSG_NOSIGNAL) < 0) {
    throw std::runtime_error("the acceptor does not listen");
  }
  message.assign(kLongestToken, '\0');
  const ssize_t size = ::recv(socket_, message.data(), message.size(), 0);
  if (size <= 0) throw std::runtime_error("the acceptor does not answer");
  message.resize(static_cast<std::size_t>(size));
  answer.refused = message.front() == '!';
  message.erase(0, 1);
  (answer.refused ? answer.words : answer.client) = part_of(message);
  answer.token = std::move(message);
  return answer;
}

}  // namespace negodbc::model
