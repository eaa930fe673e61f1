// What this system lets a client do, said in words where a storm wants more.
#ifndef NEGODBC_BENCH_STORM_LIMITS_H
#define NEGODBC_BENCH_STORM_LIMITS_H

#include <cstdint>
#include <string>

namespace negodbc::bench {

struct SystemLimits {
  std::uint64_t descriptors = 0;  // that a process may have at most (RLIMIT_NOFILE, the hard limit)
  std::uint64_t ports = 0;        // for outgoing TCP connections to one address; 0: not known
  // net.ipv4.tcp_tw_reuse: 1, a port is free again a second after its connection; 2, on loopback
  // only; 0, after a minute.
  int port_reuse = 0;
  unsigned processors = 1;
};
SystemLimits system_limits();

// For so many logins at once by one process: a socket each, and what libraries open beside it.
std::uint64_t descriptors_for(unsigned threads);
// Raises this process's limit, which its children inherit, as far as is needed and allowed.
void raise_descriptor_limit(std::uint64_t wanted);

// Each a sentence, or "" where there is no need for one.
std::string descriptors_lack(unsigned threads, const SystemLimits& limits);
std::string ports_lack(double logins_per_second, std::uint64_t logins, const SystemLimits& limits);
std::string processors_lack(double cpu_s, double wall_s, const SystemLimits& limits);

}  // namespace negodbc::bench

#endif
