#include <dlfcn.h>
#include <link.h>

#include <charconv>
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <limits>
#include <memory>
#include <system_error>
#include <utility>

#include "driver/base/file_fault.h"
#include "driver/base/module.h"

namespace negodbc {
namespace {

// The file that the kernel has mapped at an address, of /proc/self/maps: "begin-end access offset
// device inode path". "" when it can't be read, or the file is out of this process's sight. A line
// for each piece of each library: dear.
std::string mapped_file(std::uintptr_t address) {
  std::ifstream maps("/proc/self/maps");
  for (std::string line; std::getline(maps, line);) {
    const char* const last = line.data() + line.size();
    std::uintptr_t begin = 0;
    std::uintptr_t end = 0;
    const auto low = std::from_chars(line.data(), last, begin, 16);
    if (low.ec != std::errc() || low.ptr == last) continue;
    const auto high = std::from_chars(low.ptr + 1, last, end, 16);
    if (high.ec != std::errc() || address < begin || address >= end) continue;
    const std::size_t path = line.find('/');
    return path != std::string::npos && line[path - 1] == ' ' ? line.substr(path) : "";
  }
  return {};
}

// The path that the module was loaded by, if it is absolute and the file is there still. A relative
// one was relative to the working directory of that time, and a program's is argv[0], which its
// caller makes up: neither is taken.
std::string loaded_file(const void* address) {
  Dl_info info = {};
  void* extra = nullptr;
  if (dladdr1(address, &info, &extra, RTLD_DL_LINKMAP) == 0 || extra == nullptr) return {};
  const char* const name = static_cast<const link_map*>(extra)->l_name;  // "" of a program
  if (name == nullptr || !is_absolute_path(name)) return {};
  const std::unique_ptr<char, decltype(&std::free)> real(realpath(name, nullptr), &std::free);
  return real ? real.get() : "";
}

}  // namespace

std::string own_directory() {
  const auto* const here = reinterpret_cast<const void*>(&own_directory);
  std::string file = loaded_file(here);
  if (file.empty()) file = mapped_file(reinterpret_cast<std::uintptr_t>(here));
  return file.substr(0, file.find_last_of('/') + 1);
}

bool is_absolute_path(const std::string& path) {
  return path.starts_with('/');
}

void* load_module(const std::string& path, std::string& why) {
  // The loader would wait for a pipe's other end.
  if (std::string fault = is_absolute_path(path)
                              ? fault_of_file(path, std::numeric_limits<std::uintmax_t>::max())
                              : "";
      !fault.empty()) {
    why = std::move(fault);
    return nullptr;
  }
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
