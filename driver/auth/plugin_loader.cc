#include "driver/auth/plugin_loader.h"

#include <cstddef>
#include <limits>
#include <map>
#include <mutex>

#include "driver/base/error.h"
#include "driver/base/file_fault.h"
#include "driver/base/fork_mutex.h"
#include "driver/base/module.h"

namespace negodbc::auth {
namespace {

[[noreturn]] void unusable(const std::string& path, const std::string& why) {
  throw ConnectionError("08001", "the authentication plugin " + path + " can't be used: " + why);
}

const negodbc_auth_api& load(const std::string& path) {
  std::string why;
  void* const library = load_module(path, why);
  if (library == nullptr) {
    if (!fault_of_file(path, std::numeric_limits<std::uintmax_t>::max()).empty())
      unusable(path, why + ". Leave AuthPlugin=" + path + " out, or name a plugin by it");
    unusable(path, why + "; install it beside the driver, or name it by an absolute path");
  }
  void* const symbol = module_symbol(library, "negodbc_auth_plugin");
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

const char default_plugin_name[] = NEGODBC_AUTH_PLUGIN_NAME;

const negodbc_auth_api& load_plugin(const std::string& path) {
  static ForkMutex mutex;
  static std::map<std::string, const negodbc_auth_api*> loaded;
  static const std::string default_plugin = own_directory() + default_plugin_name;
  const std::string& file = path.empty() ? default_plugin : path;
  if (!is_absolute_path(file)) {
    unusable(file, path.empty() ? "the folder that the driver was loaded from can't be found out"
                                : "its path is not absolute");
  }
  {
    const std::lock_guard lock(mutex);
    if (const auto known = loaded.find(file); known != loaded.end()) return *known->second;
  }
  // Without the lock: a module that is loaded may wait, and register at fork. Who loads it at the
  // same time gets the same one.
  const negodbc_auth_api& api = load(file);
  const std::lock_guard lock(mutex);
  loaded.emplace(file, &api);
  return api;
}

}  // namespace negodbc::auth
