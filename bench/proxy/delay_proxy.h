// A TCP proxy on loopback that holds every byte back for a fixed time, each way: a network whose
// round trip is twice the delay. It counts how often a client had to wait, so that round trips are
// counted rather than guessed from times.
//
// A wait is counted when bytes are handed to the client after the client has sent something since
// the last such moment: the direction has turned. What the client sends without an answer (a
// farewell) and an answer that arrives in pieces count nothing. The end of a stream is held back
// like its bytes.
//
// The TCP connection is not counted as a wait, but takes its round trip. The kernel accepts it at
// once, so what the client sends before it has had an answer is held back for a round trip more: a
// client that waits for its connection and then for an answer has the answer when it would have had
// it over such a network, though it sees the connection sooner. What a server says by itself comes
// no sooner than a connection, its own included, would allow.
#ifndef NEGODBC_BENCH_PROXY_DELAY_PROXY_H
#define NEGODBC_BENCH_PROXY_DELAY_PROXY_H

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string>

namespace negodbc::bench {

struct ProxyOptions {
  std::string host;               // where to connect to
  std::uint16_t port = 0;         //
  std::uint16_t listen_port = 0;  // on 127.0.0.1; 0: any free one
  std::chrono::nanoseconds delay{0};
  bool delay_connect = true;
  std::chrono::nanoseconds time_limit = std::chrono::minutes(10);
  std::size_t max_connections = 1000;  // at once; further ones wait to be accepted
};

struct ProxySummary {
  std::uint64_t connections = 0;
  std::uint64_t refused_by_server = 0;  // the server could not be connected to
  std::uint64_t bytes_from_client = 0;
  std::uint64_t bytes_from_server = 0;
  std::uint64_t waits = 0;
  std::map<std::uint64_t, std::uint64_t> connections_by_waits;  // number of waits -> connections

  nlohmann::json to_json() const;
  std::string to_text() const;
};

class DelayProxy {
 public:
  // Listens from here on. Throws std::system_error, or std::runtime_error when the host is unknown.
  explicit DelayProxy(const ProxyOptions& options);
  ~DelayProxy();

  std::uint16_t port() const;

  // Serves until `stop_fd` is readable or the time limit is reached, then drops what is still open
  // and tells what has happened. To be called once.
  ProxySummary run(int stop_fd);

 private:
  class Loop;
  std::unique_ptr<Loop> loop_;
};

}  // namespace negodbc::bench

#endif
