#include "bench/storm/worker.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <thread>

namespace negodbc::bench {

bool LineChannel::send(const nlohmann::json& document) {
  // Texts of drivers need not be UTF-8.
  const std::string line =
      document.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
  std::size_t put = 0;
  while (put < line.size()) {
    const ssize_t count = ::send(fd_.get(), line.data() + put, line.size() - put, MSG_NOSIGNAL);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return false;
    put += static_cast<std::size_t>(count);
  }
  return true;
}

std::optional<nlohmann::json> LineChannel::next() {
  const std::size_t end = input_.find('\n');
  if (end == std::string::npos) return std::nullopt;
  auto document =
      nlohmann::json::parse(input_.begin(), input_.begin() + static_cast<std::ptrdiff_t>(end));
  input_.erase(0, end + 1);
  return document;
}

bool LineChannel::receive() {
  return receive(0);
}

bool LineChannel::receive_what_is_there() {
  return receive(MSG_DONTWAIT);
}

bool LineChannel::receive(int flags) {
  std::string buffer(65536, '\0');
  const ssize_t count = recv(fd_.get(), buffer.data(), buffer.size(), flags);
  if (count < 0 && (errno == EINTR || errno == EAGAIN)) return true;
  if (count <= 0) return false;
  input_.append(buffer, 0, static_cast<std::size_t>(count));
  return true;
}

namespace {

std::optional<nlohmann::json> wait_for_order(LineChannel& channel) {
  for (;;) {
    if (auto document = channel.next()) return document;
    if (!channel.receive()) return std::nullopt;
  }
}

// Whether the parent wants the round to end, or is gone.
bool is_told_to_stop(LineChannel& channel) {
  if (!channel.receive_what_is_there()) return true;
  while (const auto document = channel.next()) {
    if (document->contains("stop")) return true;
  }
  return false;
}

RoundHooks hooks_for(LineChannel& channel, bool live) {
  RoundHooks hooks;
  hooks.ready = [&channel]() -> std::optional<std::int64_t> {
    channel.send({{"warm", true}});
    const auto order = wait_for_order(channel);
    if (!order || !order->contains("go")) return std::nullopt;
    return order->at("go").get<std::int64_t>();
  };
  if (live) hooks.live = [&channel](const LiveSample& sample) { channel.send({{"live", sample}}); };
  hooks.progress = [&channel](std::uint64_t done, std::uint64_t failed) {
    channel.send({{"progress", {done, failed}}});
    return !is_told_to_stop(channel);
  };
  return hooks;
}

std::pair<FileDescriptor, FileDescriptor> socket_pair() {
  int fds[2];
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds) != 0) {
    throw std::runtime_error(std::string("socketpair: ") + std::strerror(errno));
  }
  return {FileDescriptor(fds[0]), FileDescriptor(fds[1])};
}

}  // namespace

int run_worker(int fd) {
  signal(SIGINT, SIG_IGN);
  signal(SIGTERM, SIG_IGN);
  LineChannel channel{FileDescriptor(fd)};
  const auto setup = wait_for_order(channel);
  if (!setup) return 1;
  std::unique_ptr<Target> target;
  try {
    TargetSettings settings;
    setup->at("kind").get_to(settings.kind);
    setup->at("connection").get_to(settings.connection);
    setup->at("login_timeout_s").get_to(settings.login_timeout_s);
    setup->at("keep_loaded").get_to(settings.keep_loaded);
    target = make_target(settings);
  } catch (const std::exception& error) {
    channel.send({{"error", error.what()}});
    return 1;
  }
  channel.send({{"ready", target->versions()}});
  while (const auto order = wait_for_order(channel)) {
    if (!order->contains("plan")) continue;  // a stop that came when the round was over
    const auto plan = order->at("plan").get<RoundPlan>();
    const RoundResult result = run_round(*target, plan, hooks_for(channel, plan.live));
    if (!channel.send({{"result", result}})) break;
    if (result.unfinished != 0) _exit(0);
  }
  return 0;
}

WorkerProcess::WorkerProcess(const TargetSettings& settings, const std::string& credential_cache) {
  auto [own, theirs] = socket_pair();
  const std::string number = std::to_string(theirs.get());
  const pid_t parent = getpid();
  pid_ = fork();
  if (pid_ < 0) throw std::runtime_error(std::string("fork: ") + std::strerror(errno));
  if (pid_ == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) _exit(1);
    fcntl(theirs.get(), F_SETFD, 0);
    if (!credential_cache.empty()) setenv("KRB5CCNAME", credential_cache.c_str(), 1);
    execl("/proc/self/exe", "negodbc-storm", "--worker", number.c_str(), nullptr);
    _exit(127);
  }
  channel_ = LineChannel(std::move(own));
  channel_.send({{"kind", settings.kind},
                 {"connection", settings.connection},
                 {"login_timeout_s", settings.login_timeout_s},
                 {"keep_loaded", settings.keep_loaded}});
}

WorkerProcess::WorkerProcess(WorkerProcess&& other) noexcept
    : channel_(std::move(other.channel_)), pid_(std::exchange(other.pid_, -1)) {}

// That a worker is gone is seen when its answer is waited for.
void WorkerProcess::begin(const RoundPlan& plan) {
  channel_.send({{"plan", plan}});
}

void WorkerProcess::go(std::int64_t start_ns) {
  channel_.send({{"go", start_ns}});
}

void WorkerProcess::stop() {
  channel_.send({{"stop", true}});
}

std::string WorkerProcess::kill_and_describe() {
  if (pid_ < 0) return "it has ended";
  int status = 0;
  pid_t ended = waitpid(pid_, &status, WNOHANG);
  // Its end of the socket closes a moment before it can be waited for.
  for (int i = 0; i < 50 && ended == 0; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
    ended = waitpid(pid_, &status, WNOHANG);
  }
  std::string description = "it did not answer in time and was killed";
  if (ended == 0) {
    kill(pid_, SIGKILL);
    waitpid(pid_, &status, 0);
  } else if (WIFSIGNALED(status)) {
    description = std::string("it was ended by signal ") + std::to_string(WTERMSIG(status)) + " (" +
                  strsignal(WTERMSIG(status)) + ")";
  } else {
    description = "it ended with status " + std::to_string(WEXITSTATUS(status));
  }
  pid_ = -1;
  return description;
}

WorkerProcess::~WorkerProcess() {
  if (pid_ < 0) return;
  shutdown(channel_.fd(), SHUT_WR);
  int status = 0;
  for (int i = 0; i < 500; ++i) {
    if (waitpid(pid_, &status, WNOHANG) != 0) return;
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  kill(pid_, SIGKILL);
  waitpid(pid_, &status, 0);
}

}  // namespace negodbc::bench
