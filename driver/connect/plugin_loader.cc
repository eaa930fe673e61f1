#include "driver/connect/plugin_loader.h"

#include <dlfcn.h>

#include <cstddef>
#include <cstdlib>
#include <map>
#include <memory>
#include <mutex>

#include "driver/base/error.h"

namespace negodbc::connect {
namespace {

// The directory of the shared object this code is in, links resolved: where the driver is
// installed.
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

[[noreturn]] void unusable(const std::string& path, const std::string& why) {
  throw ConnectionError("08001", "the authentication plugin " + path + " can't be used: " + why);
}

const negodbc_auth_api& load(const std::string& path) {
  void* const library = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
  if (library == nullptr) {
    const char* const why = dlerror();  // NOLINT(concurrency-mt-unsafe): thread-local in glibc
    unusable(path, (why != nullptr ? std::string(why) : "unknown reason") +
                       "; install it beside the driver, or name it by an absolute path");
  }
  // The reference is not kept: RTLD_NODELETE holds the library.
  void* const symbol = dlsym(library, "negodbc_auth_plugin");
  dlclose(library);
  if (symbol == nullptr) unusable(path, "it exports no negodbc_auth_plugin");
  const auto* const api =
      reinterpret_cast<negodbc_auth_plugin_fn>(symbol)(NEGODBC_AUTH_ABI_VERSION);
  constexpr std::size_t needed = offsetof(negodbc_auth_api, close) + sizeof(api->close);
  if (api == nullptr || api->abi_version > NEGODBC_AUTH_ABI_VERSION || api->size < needed) {
    unusable(path, "it does not speak version " + std::to_string(NEGODBC_AUTH_ABI_VERSION) +
                       " of the ABI");
  }
  if (api->open == nullptr || api->principal == nullptr || api->step == nullptr ||
      api->diagnosis == nullptr || api->query == nullptr || api->protect == nullptr ||
      api->unprotect == nullptr || api->close == nullptr) {
    unusable(path, "its table of functions is incomplete");
  }
  return *api;
}

}  // namespace

const negodbc_auth_api& load_plugin(const std::string& path) {
  static std::mutex mutex;
  static std::map<std::string, const negodbc_auth_api*> loaded;
  const std::string file = path.empty() ? own_directory() + default_plugin_name : path;
  if (!file.starts_with('/')) unusable(file, "its path is not absolute");
  const std::lock_guard lock(mutex);
  const negodbc_auth_api*& api = loaded[file];
  if (api == nullptr) api = &load(file);
  return *api;
}

}  // namespace negodbc::connect
