// The child process of a target: it alone loads what the target needs, so its CPU time and memory
// are the target's. It is told what to do, and answers, by JSON documents, one a line, over a
// socket.
//
//   parent -> worker   {"kind", "connection", "login_timeout_s", "keep_loaded"}    once
//   worker -> parent   {"ready": versions of what it uses} or {"error": text}
//   parent -> worker   {"plan": RoundPlan}                                         for every round
//   worker -> parent   {"warm": true}: its clients have warmed up
//   parent -> worker   {"go": start on the monotonic clock, ns}
//   worker -> parent   {"progress": [logins, failures]} now and then, {"live": LiveSample} where
//   the plan
//                      wants it, then {"result": RoundResult}
//   parent -> worker   {"stop": true}, at any time: the result comes soon, with what there is
//
// The end of the parent's stream ends the worker; SIGINT and SIGTERM, which a terminal sends to all
// of a group, do not: the parent sees to it that what was measured is told. After a result with
// unfinished logins the worker is gone.
#ifndef NEGODBC_BENCH_STORM_WORKER_H
#define NEGODBC_BENCH_STORM_WORKER_H

#include <poll.h>

#include <chrono>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "bench/base/file_descriptor.h"
#include "bench/storm/client.h"
#include "bench/storm/round.h"

namespace negodbc::bench {

// One end of the socket. Sending is atomic per document only within one thread at a time.
class LineChannel {
 public:
  explicit LineChannel(FileDescriptor fd) : fd_(std::move(fd)) {}

  int fd() const { return fd_.get(); }
  // False when the other side is gone.
  bool send(const nlohmann::json& document);
  // The next document that has already arrived, without waiting.
  std::optional<nlohmann::json> next();
  // Waits for bytes and takes them in; false at the end of the stream.
  bool receive();
  // Takes in what has already arrived, without waiting; false at the end of the stream.
  bool receive_what_is_there();

 private:
  bool receive(int flags);

  FileDescriptor fd_;
  std::string input_;
};

// What the worker's process does; returns its exit status.
int run_worker(int fd);

class WorkerProcess {
 public:
  // Starts this program again as a worker. `credential_cache`: its KRB5CCNAME; empty: as it is
  // here.
  WorkerProcess(const TargetSettings& settings, const std::string& credential_cache);
  WorkerProcess(WorkerProcess&& other) noexcept;
  WorkerProcess& operator=(WorkerProcess&&) = delete;
  ~WorkerProcess();  // ends it, by force if it does not end by itself within a second

  LineChannel& channel() { return channel_; }
  void begin(const RoundPlan& plan);
  void go(std::int64_t start_ns);
  void stop();
  // Kills it and tells how it ended, for the report.
  std::string kill_and_describe();

 private:
  LineChannel channel_{FileDescriptor()};
  int pid_ = -1;
};

}  // namespace negodbc::bench

#endif
