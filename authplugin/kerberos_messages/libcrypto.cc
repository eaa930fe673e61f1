#include "kerberos_messages/libcrypto.h"

#include <dlfcn.h>

#include <atomic>

namespace negodbc::kerberos_messages {
namespace {

#ifdef __APPLE__
constexpr char kLibcryptoFile[] = "libcrypto.3.dylib";
#else
constexpr char kLibcryptoFile[] = "libcrypto.so.3";
#endif

template <typename Pointer>
bool resolve_in_libcrypto(void* handle, const char* name, Pointer& pointer) {
  pointer = reinterpret_cast<Pointer>(::dlsym(handle, name));
  return pointer != nullptr;
}

std::atomic<const Libcrypto*> g_libcrypto{nullptr};

}  // namespace

const Libcrypto* open_libcrypto() {
  if (const Libcrypto* known = g_libcrypto.load(std::memory_order_acquire)) return known;
  void* const handle = ::dlopen(kLibcryptoFile, RTLD_LAZY | RTLD_LOCAL | RTLD_NODELETE);
  if (handle == nullptr) return nullptr;
  auto made = std::make_unique<Libcrypto>();
#define NEGODBC_RESOLVE(name) \
  if (!resolve_in_libcrypto(handle, #name, made->name)) return nullptr;
  NEGODBC_LIBCRYPTO_FUNCTIONS(NEGODBC_RESOLVE)
#undef NEGODBC_RESOLVE
  // Of threads that do so at once, one wins.
  const Libcrypto* known = nullptr;
  if (g_libcrypto.compare_exchange_strong(known, made.get(), std::memory_order_acq_rel)) {
    return made.release();
  }
  return known;
}

}  // namespace negodbc::kerberos_messages
