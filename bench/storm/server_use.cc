#include "bench/storm/server_use.h"

#include <unistd.h>

#include <charconv>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <vector>

namespace negodbc::bench {
namespace {

double in_ticks(double ticks) {
  static const auto per_second = static_cast<double>(sysconf(_SC_CLK_TCK));
  return ticks / per_second;
}

struct ProcessTimes {
  int parent = 0;
  double own_s = 0;
  double ended_children_s = 0;
};

std::optional<ProcessTimes> times_of(const std::string& pid) {
  std::ifstream file("/proc/" + pid + "/stat");
  std::string line;
  if (!std::getline(file, line)) return std::nullopt;
  // The name, in parentheses, may have anything in it. Behind it: state, parent, and as numbers 14
  // to 17 of the line utime, stime, cutime, cstime.
  const auto end = line.rfind(')');
  if (end == std::string::npos) return std::nullopt;
  std::istringstream words(line.substr(end + 1));
  std::string skipped;
  ProcessTimes times;
  words >> skipped >> times.parent;
  for (int i = 5; i < 14; ++i) words >> skipped;
  double user = 0;
  double system = 0;
  double children_user = 0;
  double children_system = 0;
  if (!(words >> user >> system >> children_user >> children_system)) return std::nullopt;
  times.own_s = in_ticks(user + system);
  times.ended_children_s = in_ticks(children_user + children_system);
  return times;
}

}  // namespace

std::optional<TreeUse> process_tree_use(int pid) {
  const auto root = times_of(std::to_string(pid));
  if (!root) return std::nullopt;
  double sum = root->own_s + root->ended_children_s;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator("/proc", error)) {
    const std::string name = entry.path().filename().string();
    if (name.find_first_not_of("0123456789") != std::string::npos) continue;
    const auto child = times_of(name);
    if (child && child->parent == pid) sum += child->own_s + child->ended_children_s;
  }
  return TreeUse{root->own_s, sum};
}

std::optional<int> server_pid(const std::string& number_or_file) {
  std::string text = number_or_file;
  if (text.find_first_not_of("0123456789") != std::string::npos) {
    std::ifstream file(number_or_file);
    if (!std::getline(file, text)) return std::nullopt;
  }
  int pid = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), pid);
  return error == std::errc() && pid > 0 ? std::optional<int>(pid) : std::nullopt;
}

std::optional<double> machine_cpu_s() {
  std::ifstream file("/proc/stat");
  std::string word;
  if (!(file >> word) || word != "cpu") return std::nullopt;
  // user, nice, system, idle, iowait, irq, softirq; what others of the host took (steal) is not in.
  std::vector<double> ticks(7);
  for (double& each : ticks) {
    if (!(file >> each)) return std::nullopt;
  }
  return in_ticks(ticks[0] + ticks[1] + ticks[2] + ticks[5] + ticks[6]);
}

}  // namespace negodbc::bench
