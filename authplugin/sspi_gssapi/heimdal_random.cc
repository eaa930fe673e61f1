#include "sspi_gssapi/heimdal_random.h"

#include <dlfcn.h>
#include <unistd.h>

#include <algorithm>
#include <cstddef>

#ifdef __APPLE__
#include <sys/random.h>
#endif

namespace negodbc::sspi_gssapi {
namespace {

// RAND_METHOD of Heimdal's hcrypto/rand.h.
struct RandMethod {
  void (*seed)(const void*, int);
  int (*bytes)(unsigned char*, int);
  void (*cleanup)();
  void (*add)(const void*, int, double);
  int (*pseudorand)(unsigned char*, int);
  int (*status)();
};
using GetMethod = const RandMethod*();
using SetMethod = int(const RandMethod*);

int kernel_bytes(unsigned char* into, int size) {
  constexpr int kMostAtOnce = 256;  // getentropy(3)
  for (int done = 0; done < size;) {
    const int part = std::min(size - done, kMostAtOnce);
    if (::getentropy(into + done, static_cast<std::size_t>(part)) != 0) return 0;
    done += part;
  }
  return 1;
}

constexpr RandMethod kKernel = {
    .seed = [](const void*, int) {},
    .bytes = kernel_bytes,
    .cleanup = [] {},
    .add = [](const void*, int, double) {},
    .pseudorand = kernel_bytes,
    .status = [] { return 1; },
};

template <typename Function>
Function* find(void* handle, const char* name) {
  return reinterpret_cast<Function*>(::dlsym(handle, name));
}

}  // namespace

bool use_kernel_random(void* handle) {
  const auto chosen = find<GetMethod>(handle, "hc_RAND_get_rand_method");
  const auto own = find<GetMethod>(handle, "hc_RAND_fortuna_method");
  const auto choose = find<SetMethod>(handle, "hc_RAND_set_rand_method");
  if (chosen == nullptr || own == nullptr || choose == nullptr) return false;
  unsigned char probe = 0;
  if (chosen() != own() || kernel_bytes(&probe, 1) == 0) return false;
  return choose(&kKernel) == 1;
}

}  // namespace negodbc::sspi_gssapi
