// The command that ends the sessions of a reconnect round, by restarting the server or otherwise.
#ifndef NEGODBC_BENCH_STORM_CUT_H
#define NEGODBC_BENCH_STORM_CUT_H

#include <string>

#include "bench/base/file_descriptor.h"

namespace negodbc::bench {

class Cut {
 public:
  // Begins it by sh -c, in a process group of its own, with nothing to read; what it says is kept
  // from the terminal. Throws std::runtime_error.
  explicit Cut(const std::string& command);
  Cut(const Cut&) = delete;
  Cut& operator=(const Cut&) = delete;
  ~Cut();  // kills what still runs of it

  // Waits for its end, at most so long. Empty when it has ended well; else a sentence, with the
  // end of what it has said. To be called once.
  std::string end_within(double seconds);

 private:
  std::string last_words() const;

  int pid_ = -1;
  FileDescriptor output_;
};

}  // namespace negodbc::bench

#endif
