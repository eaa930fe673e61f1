#include "tests/oracle/peer/process.h"

#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <memory>
#include <stdexcept>

namespace negodbc::peer {
namespace {

constexpr unsigned patience_s = 30;  // of a sequence
constexpr int not_connected = 7;

void write_all(int fd, const std::string& bytes) {
  for (std::size_t at = 0; at < bytes.size();) {
    const ssize_t written = write(fd, bytes.data() + at, bytes.size() - at);
    if (written <= 0) _exit(1);
    at += static_cast<std::size_t>(written);
  }
}

void add(std::string& message, const std::string& text) {
  const auto size = static_cast<std::uint32_t>(text.size());
  message.append(reinterpret_cast<const char*>(&size), sizeof size);
  message += text;
}

std::string message_of(const Observation& seen) {
  std::string body;
  add(body, seen.about);
  for (const auto& [name, value] : seen.fields) {
    add(body, name);
    add(body, value);
  }
  std::string message;
  add(message, body);
  return message;
}

// The next text of `bytes`; false: it is not whole.
bool take(std::string_view& bytes, std::string& text) {
  std::uint32_t size = 0;
  if (bytes.size() < sizeof size) return false;
  bytes.copy(reinterpret_cast<char*>(&size), sizeof size);
  if (bytes.size() < sizeof size + size) return false;
  text = bytes.substr(sizeof size, size);
  bytes.remove_prefix(sizeof size + size);
  return true;
}

std::vector<Observation> observations_in(std::string_view bytes) {
  std::vector<Observation> all;
  std::string body;
  while (take(bytes, body)) {
    Observation seen;
    std::string_view rest = body;
    std::string name;
    std::string value;
    take(rest, seen.about);
    while (take(rest, name) && take(rest, value)) seen.fields.emplace_back(name, value);
    all.push_back(std::move(seen));
  }
  return all;
}

[[noreturn]] void play_here(int fd, const std::string& driver, const std::string& search_path,
                            const Sequence& sequence) {
  std::signal(SIGALRM, SIG_DFL);
  for (const int crash : {SIGSEGV, SIGABRT, SIGBUS, SIGILL, SIGFPE}) std::signal(crash, SIG_DFL);
  alarm(patience_s);
  try {
    auto player = std::make_unique<Player>(driver, sequence.wide, sequence.settings, search_path);
    for (const Call& call : sequence.calls) write_all(fd, message_of(player->play(call)));
    player.reset();
  } catch (const std::exception& e) {
    std::fprintf(stderr, "%s\n", e.what());
    _exit(not_connected);
  }
  write_all(fd, message_of({"", {{"outcome", "SUCCESS"}}}));
  _exit(0);
}

}  // namespace

Side::Side(std::string driver, std::string search_path)
    : driver_(std::move(driver)),
      search_path_(std::move(search_path)),
      loaded_(driver_, false, "", search_path_) {}

Played Side::play(const Sequence& sequence) const {
  int ends[2];
  if (pipe(ends) != 0) throw std::runtime_error("no pipe");
  const pid_t child = fork();
  if (child < 0) throw std::runtime_error("no process");
  if (child == 0) {
    close(ends[0]);
    play_here(ends[1], driver_, search_path_, sequence);
  }
  close(ends[1]);
  std::string bytes;
  char buffer[65536];
  for (ssize_t got = 0; (got = read(ends[0], buffer, sizeof buffer)) > 0;)
    bytes.append(buffer, static_cast<std::size_t>(got));
  close(ends[0]);
  int status = 0;
  waitpid(child, &status, 0);
  if (WIFEXITED(status) && WEXITSTATUS(status) == not_connected)
    throw std::runtime_error(driver_ + ": " + to_text(sequence));
  Played played{observations_in(bytes), ""};
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
    played.end = WIFSIGNALED(status) && WTERMSIG(status) == SIGALRM ? "hang" : "crash";
  return played;
}

}  // namespace negodbc::peer
