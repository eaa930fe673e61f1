// The sink at a port of 127.0.0.1: many connections on few threads, each with an epoll of its own.
#ifndef NEGODBC_BENCH_SINK_SINK_SERVER_H
#define NEGODBC_BENCH_SINK_SINK_SERVER_H

#include <chrono>
#include <cstdint>
#include <memory>

#include "bench/base/file_descriptor.h"
#include "bench/sink/conversation.h"
#include "bench/sink/service_time.h"

namespace negodbc::bench {

struct SinkServerOptions {
  std::uint16_t port = 0;  // 0: any free one
  unsigned threads = 1;
  std::size_t max_connections = 10'000;  // at once; further ones are told so and closed
  std::chrono::milliseconds login_timeout{60'000};
  std::chrono::nanoseconds time_limit = std::chrono::minutes(10);
  ServiceTime service_time;
};

class SinkServer {
 public:
  // Listens from here on. Throws std::system_error. The settings and counters outlive it.
  SinkServer(const SinkServerOptions& options, const SinkSettings& settings, Counters& counters);
  ~SinkServer();

  std::uint16_t port() const { return port_; }

  // Serves until `stop_fd` is readable or the time limit is reached, then drops what is open. To be
  // called once. Throws std::system_error.
  void run(int stop_fd);

 private:
  class Worker;

  const SinkServerOptions options_;
  const SinkSettings& settings_;
  Counters& counters_;
  FileDescriptor listener_;
  std::uint16_t port_ = 0;
  std::atomic<std::size_t> open_{0};  // connections of all workers
};

}  // namespace negodbc::bench

#endif
