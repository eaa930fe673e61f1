// A library opened at run time. The storm opens only what its target needs, so that the memory of
// one target is not charged with the libraries of another.
#ifndef NEGODBC_BENCH_BASE_SHARED_LIBRARY_H
#define NEGODBC_BENCH_BASE_SHARED_LIBRARY_H

#include <dlfcn.h>

#include <stdexcept>
#include <string>

namespace negodbc::bench {

// Never closed: what it has started (threads, exit handlers) may outlive any owner.
class SharedLibrary {
 public:
  explicit SharedLibrary(const std::string& name)
      : handle_(dlopen(name.c_str(), RTLD_NOW | RTLD_LOCAL)) {
    if (handle_ == nullptr) throw std::runtime_error(dlerror());
  }

  template <typename Function>
  Function* symbol(const char* name) const {
    void* found = dlsym(handle_, name);
    if (found == nullptr) throw std::runtime_error(std::string("the library has no ") + name);
    return reinterpret_cast<Function*>(found);
  }

 private:
  void* handle_;
};

}  // namespace negodbc::bench

#endif
