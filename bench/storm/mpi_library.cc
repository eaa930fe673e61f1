#include "bench/storm/mpi_library.h"

#include <dlfcn.h>

#include <stdexcept>

namespace negodbc::bench {
namespace {

constexpr const char* library_name = "libmpi.so.40";
constexpr int any = -1;  // MPI_ANY_SOURCE, MPI_ANY_TAG

struct MpiStatus {
  int source = 0;
  int tag = 0;
  int error = 0;
  int cancelled = 0;
  std::size_t bytes = 0;
};

}  // namespace

struct Mpi::Functions {
  int (*init)(int*, char***) = nullptr;
  int (*finalize)() = nullptr;
  int (*comm_rank)(void*, int*) = nullptr;
  int (*comm_size)(void*, int*) = nullptr;
  int (*set_errhandler)(void*, void*) = nullptr;
  int (*isend)(const void*, int, void*, int, int, void*, void**) = nullptr;
  int (*test)(void**, int*, MpiStatus*) = nullptr;
  int (*iprobe)(int, int, void*, int*, MpiStatus*) = nullptr;
  int (*recv)(void*, int, void*, int, int, void*, MpiStatus*) = nullptr;
  int (*get_count)(const MpiStatus*, void*, int*) = nullptr;
  void* world = nullptr;
  void* byte = nullptr;
  void* errors_return = nullptr;

  static const Functions& loaded() {
    static const Functions functions;
    return functions;
  }

 private:
  Functions() {
    // Its own plug-ins look for its symbols in the global scope.
    void* const library = dlopen(library_name, RTLD_NOW | RTLD_GLOBAL);
    if (library == nullptr) {
      const char* const why = dlerror();  // NOLINT(concurrency-mt-unsafe)
      throw std::runtime_error(std::string("Open MPI's library can't be opened: ") + why);
    }
    const auto find = [library](auto& pointer, const char* name) {
      void* const symbol = dlsym(library, name);
      if (symbol == nullptr)
        throw std::runtime_error(std::string(library_name) + " has no " + name +
                                 ": is it Open MPI?");
      pointer = reinterpret_cast<std::remove_reference_t<decltype(pointer)>>(symbol);
    };
    find(init, "MPI_Init");
    find(finalize, "MPI_Finalize");
    find(comm_rank, "MPI_Comm_rank");
    find(comm_size, "MPI_Comm_size");
    find(set_errhandler, "MPI_Comm_set_errhandler");
    find(isend, "MPI_Isend");
    find(test, "MPI_Test");
    find(iprobe, "MPI_Iprobe");
    find(recv, "MPI_Recv");
    find(get_count, "MPI_Get_count");
    find(world, "ompi_mpi_comm_world");
    find(byte, "ompi_mpi_byte");
    find(errors_return, "ompi_mpi_errors_return");
  }
};

Mpi::Mpi() : mpi_(&Functions::loaded()) {
  if (mpi_->init(nullptr, nullptr) != 0)
    throw std::runtime_error("MPI_Init does not work: is the launcher of the same Open MPI?");
  // A rank that has died is no reason for the others to end.
  mpi_->set_errhandler(mpi_->world, mpi_->errors_return);
  mpi_->comm_rank(mpi_->world, &rank_);
  mpi_->comm_size(mpi_->world, &size_);
}

void Mpi::send(int to, int tag, std::vector<std::uint8_t> content) {
  is_sent();
  Sending& sending = sending_.emplace_back(Sending{std::move(content), nullptr});
  const int failed = mpi_->isend(sending.content.data(), static_cast<int>(sending.content.size()),
                                 mpi_->byte, to, tag, mpi_->world, &sending.request);
  if (failed != 0) sending_.pop_back();
}

bool Mpi::is_sent() {
  for (auto each = sending_.begin(); each != sending_.end();) {
    int done = 0;
    const int failed = mpi_->test(&each->request, &done, nullptr);
    each = done != 0 || failed != 0 ? sending_.erase(each) : std::next(each);
  }
  return sending_.empty();
}

std::optional<Mpi::Message> Mpi::receive() {
  is_sent();
  int there = 0;
  MpiStatus status;
  if (mpi_->iprobe(any, any, mpi_->world, &there, &status) != 0 || there == 0) return std::nullopt;
  int size = 0;
  mpi_->get_count(&status, mpi_->byte, &size);
  Message message{status.source, status.tag,
                  std::vector<std::uint8_t>(static_cast<std::size_t>(size))};
  if (mpi_->recv(message.content.data(), size, mpi_->byte, status.source, status.tag, mpi_->world,
                 nullptr) != 0)
    return std::nullopt;
  return message;
}

void Mpi::finalize() {
  mpi_->finalize();
}

}  // namespace negodbc::bench
