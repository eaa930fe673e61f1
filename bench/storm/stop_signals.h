// SIGINT and SIGTERM as something that can be waited for.
#ifndef NEGODBC_BENCH_STORM_STOP_SIGNALS_H
#define NEGODBC_BENCH_STORM_STOP_SIGNALS_H

#include <chrono>
#include <csignal>

#include "bench/base/file_descriptor.h"

namespace negodbc::bench {

// While it lives the signals do nothing by themselves. To be made before any thread; one at a time.
class StopSignals {
 public:
  StopSignals();
  ~StopSignals();
  StopSignals(const StopSignals&) = delete;
  StopSignals& operator=(const StopSignals&) = delete;

  // Readable when a signal has come that was not counted yet.
  int fd() const { return fd_.get(); }
  // How many have come so far.
  unsigned count();
  // False when a signal has come before the moment.
  bool sleep_until(std::chrono::steady_clock::time_point moment);

 private:
  FileDescriptor fd_;
  sigset_t before_{};
  unsigned count_ = 0;
};

}  // namespace negodbc::bench

#endif
