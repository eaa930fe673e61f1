#include "bench/storm/limits.h"

#include <sys/resource.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <thread>

namespace negodbc::bench {
namespace {

constexpr std::uint64_t for_the_process = 64;  // libraries, logs, the channel to the parent
constexpr double seconds_in_time_wait = 60;    // TCP_TIMEWAIT_LEN of Linux

}  // namespace

SystemLimits system_limits() {
  SystemLimits limits;
  rlimit files{};
  getrlimit(RLIMIT_NOFILE, &files);
  limits.descriptors = files.rlim_max;
  std::uint64_t lowest = 0;
  std::uint64_t highest = 0;
  if (std::ifstream("/proc/sys/net/ipv4/ip_local_port_range") >> lowest >> highest)
    limits.ports = highest - lowest + 1;
  std::ifstream("/proc/sys/net/ipv4/tcp_tw_reuse") >> limits.port_reuse;
  limits.processors = std::max(1u, std::thread::hardware_concurrency());
  return limits;
}

std::uint64_t descriptors_for(unsigned threads) {
  return for_the_process + std::uint64_t{2} * threads;
}

void raise_descriptor_limit(std::uint64_t wanted) {
  rlimit files{};
  if (getrlimit(RLIMIT_NOFILE, &files) != 0 || files.rlim_cur >= wanted) return;
  files.rlim_cur = std::min<rlim_t>(files.rlim_max, wanted);
  setrlimit(RLIMIT_NOFILE, &files);
}

std::string descriptors_lack(unsigned threads, const SystemLimits& limits) {
  const std::uint64_t wanted = descriptors_for(threads);
  if (wanted <= limits.descriptors) return "";
  return std::to_string(threads) + " logins at once in one process take about " +
         std::to_string(wanted) + " file descriptors, and it may have " +
         std::to_string(limits.descriptors) + " (ulimit -Hn)";
}

std::string ports_lack(double logins_per_second, std::uint64_t logins, const SystemLimits& limits) {
  if (limits.ports == 0 || limits.port_reuse == 1) return "";
  const double in_use = logins_per_second * seconds_in_time_wait;
  const double most = std::min(in_use, static_cast<double>(logins));
  if (!(most > static_cast<double>(limits.ports))) return "";
  return std::to_string(std::llround(logins_per_second)) + " logins a second leave " +
         std::to_string(std::llround(most)) + " TCP ports of this machine unusable for a minute" +
         (limits.port_reuse == 2 ? " (not where the server is on loopback)" : "") +
         ", and there are " + std::to_string(limits.ports) +
         " (net.ipv4.ip_local_port_range): connections are refused or wait when they are used up; "
         "net.ipv4.tcp_tw_reuse=1 helps, or more machines";
}

std::string processors_lack(double cpu_s, double wall_s, const SystemLimits& limits) {
  if (!(wall_s > 0)) return "";
  const double share = cpu_s / wall_s / limits.processors;
  if (share < 0.8) return "";
  return "the client's own work took " + std::to_string(std::lround(share * 100)) +
         " % of this machine's " + std::to_string(limits.processors) +
         (limits.processors == 1 ? " processor" : " processors") +
         ": it is the client that was measured, not the server";
}

}  // namespace negodbc::bench
