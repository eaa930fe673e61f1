// Whether another program writes a file, known of the kernel: a read lease (fcntl(2), F_SETLEASE)
// is granted where nobody has it open for writing, and whoever wants to open it so waits as long as
// the lease lasts. Linux.
#pragma once

#include <csignal>
#include <cstdint>

namespace negodbc::dsn {

class Lease {
 public:
  enum class State : std::uint8_t {
    held,
    refused,     // somebody has the file open for writing
    impossible,  // the file system has no leases, or the file is another user's
  };
  // `file` is open for reading only, and stays so. The calling thread takes no SIGIO, by which the
  // kernel tells that the lease is wanted back; it has to end where it has begun. To be held for
  // what takes no time: nothing that may wait for a writer.
  explicit Lease(int file);
  Lease(const Lease&) = delete;
  Lease& operator=(const Lease&) = delete;
  ~Lease();

  [[nodiscard]] State state() const { return state_; }
  // Gives it back. True: somebody has waited to write into the file, and does so now.
  bool end();

 private:
  int file_;
  State state_ = State::impossible;
  sigset_t before_{};
};

}  // namespace negodbc::dsn
