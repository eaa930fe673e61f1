#include <dlfcn.h>

#include <cstdlib>
#include <memory>

#include "driver/base/module.h"

namespace negodbc {

std::string own_directory() {
  Dl_info here = {};
  if (dladdr(reinterpret_cast<const void*>(&own_directory), &here) == 0 ||
      here.dli_fname == nullptr) {
    return {};
  }
  const std::unique_ptr<char, decltype(&std::free)> real(realpath(here.dli_fname, nullptr),
                                                         &std::free);
  const std::string path = real ? real.get() : "";
  return path.substr(0, path.find_last_of('/') + 1);
}

bool is_absolute_path(const std::string& path) {
  return path.starts_with('/');
}

void* load_module(const std::string& path, std::string& why) {
  void* const module = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
  if (module == nullptr) {
    const char* const reason = dlerror();  // NOLINT(concurrency-mt-unsafe): thread-local in glibc
    why = reason != nullptr ? reason : "unknown reason";
  }
  return module;
}

void* module_symbol(void* module, const char* name) {
  return dlsym(module, name);
}

}  // namespace negodbc
