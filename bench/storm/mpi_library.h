// The few functions of Open MPI that are used, found at run time.
#ifndef NEGODBC_BENCH_STORM_MPI_LIBRARY_H
#define NEGODBC_BENCH_STORM_MPI_LIBRARY_H

#include <cstdint>
#include <list>
#include <optional>
#include <string>
#include <vector>

namespace negodbc::bench {

// All calls come from one thread. Handles and constants are those of Open MPI's binary interface
// (libmpi.so.40: Open MPI 2 to 5), other implementations have others.
class Mpi {
 public:
  struct Message {
    int from = 0;
    int tag = 0;
    std::vector<std::uint8_t> content;
  };

  // Opens the library and joins the job. Throws std::runtime_error.
  Mpi();
  Mpi(const Mpi&) = delete;
  Mpi& operator=(const Mpi&) = delete;

  int rank() const { return rank_; }
  int size() const { return size_; }
  // Does not wait; what is sent is kept until the other side has it.
  void send(int to, int tag, std::vector<std::uint8_t> content);
  // Whether all that was sent has gone.
  bool is_sent();
  // What has come, without waiting.
  std::optional<Message> receive();
  void finalize();

 private:
  struct Functions;
  struct Sending {
    std::vector<std::uint8_t> content;
    void* request = nullptr;
  };

  const Functions* mpi_;
  int rank_ = 0;
  int size_ = 1;
  std::list<Sending> sending_;
};

}  // namespace negodbc::bench

#endif
