#include "tests/faults/faults.h"

#include <dlfcn.h>
#include <pthread.h>

#include <atomic>
#include <cerrno>
#include <cstdlib>
#include <new>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>

#include "sspi_gssapi/gss_library.h"

namespace negodbc::faults {
namespace {

std::atomic<bool> g_in_plugin{false};
std::atomic<int> g_kind{-1};
std::atomic<long> g_count{0};
std::atomic<long> g_at{-1};
std::atomic<bool> g_lasts{false};
std::atomic<bool> g_over{false};
std::atomic<const char*> g_failed{nullptr};

bool fails(Kind kind) {
  if (!g_in_plugin || g_kind != static_cast<int>(kind)) return false;
  const long number = g_count++;
  const long at = g_at;
  return at >= 0 && (number == at || (g_lasts && !g_over && number > at));
}

bool call_fails(const char* name) {
  if (!fails(Kind::kCall)) return false;
  g_failed = name;
  return true;
}

// What gives something back cannot fail in a way that anybody could do something about.
bool gives_back(std::string_view name) {
  for (const std::string_view word : {"release", "delete", "free", "close", "destroy", "end_seq"}) {
    if (name.find(word) != std::string_view::npos) return true;
  }
  return false;
}

// The function in a library's struct, with ours before it. Number: which library.
template <auto Member, int Number, typename Function>
struct Between;
template <auto Member, int Number, typename R, typename... A>
struct Between<Member, Number, R (*)(A...)> {
  static inline R (*real)(A...) = nullptr;
  static inline const char* name = nullptr;

  static R call(A... arguments) {
    if (!call_fails(name)) return real(arguments...);
    if constexpr (std::is_same_v<R, OM_uint32>) {
      fail_minor(arguments...);
      return GSS_S_FAILURE;
    } else if constexpr (std::is_same_v<R, sspi_gssapi::Krb5Code>) {
      return ENOMEM;
    } else if constexpr (!std::is_void_v<R>) {
      return R{};
    }
  }
  template <typename First, typename... Others>
  static void fail_minor(First first, Others... /*others*/) {
    if constexpr (std::is_same_v<First, OM_uint32*>) *first = ENOMEM;
  }
  static void step_in(R (*&pointer)(A...), const char* function) {
    if (pointer == nullptr || gives_back(function)) return;
    name = function;
    real = std::exchange(pointer, &call);
  }
};

template <int Number>
void step_into(sspi_gssapi::GssLibrary& library) {
  using sspi_gssapi::GssFunctions;
  using sspi_gssapi::Krb5Functions;
// NOLINTBEGIN(bugprone-macro-parentheses): names
#define NEGODBC_BETWEEN(of, where, function) \
  Between<&of::function, Number, decltype(of::function)>::step_in(where.function, #function);
// NOLINTEND(bugprone-macro-parentheses)
#define NEGODBC_BETWEEN_GSS(function) NEGODBC_BETWEEN(GssFunctions, library, function)
  NEGODBC_GSS_REQUIRED(NEGODBC_BETWEEN_GSS)
  NEGODBC_GSS_OPTIONAL(NEGODBC_BETWEEN_GSS)
  NEGODBC_BETWEEN_GSS(gss_krb5_ccache_name)
  NEGODBC_BETWEEN_GSS(gss_krb5_copy_ccache)
#define NEGODBC_BETWEEN_KRB5(function, ...) NEGODBC_BETWEEN(Krb5Functions, library.krb5, function)
  NEGODBC_KRB5_FUNCTIONS(NEGODBC_BETWEEN_KRB5)
  NEGODBC_BETWEEN_KRB5(krb5_cc_get_lifetime)
  NEGODBC_BETWEEN_KRB5(krb5_cc_get_kdc_offset)
  NEGODBC_BETWEEN_KRB5(krb5_get_time_offsets)
  NEGODBC_BETWEEN_KRB5(krb5_cc_set_default_name)
  NEGODBC_BETWEEN_KRB5(krb5_cc_default)
  NEGODBC_BETWEEN_KRB5(krb5_sname_to_principal)
  NEGODBC_BETWEEN_KRB5(krb5_cc_select)
  NEGODBC_BETWEEN_KRB5(krb5_cccol_cursor_new)
  NEGODBC_BETWEEN_KRB5(krb5_cccol_cursor_next)
  NEGODBC_BETWEEN_KRB5(krb5_cc_cache_get_first)
  NEGODBC_BETWEEN_KRB5(krb5_cc_cache_next)
  NEGODBC_BETWEEN_KRB5(krb5_get_host_realm)
  NEGODBC_BETWEEN_KRB5(krb5_cc_copy_creds)
  NEGODBC_BETWEEN_KRB5(krb5_cc_copy_cache)
  NEGODBC_BETWEEN_KRB5(krb5_cc_start_seq_get)
  NEGODBC_BETWEEN_KRB5(krb5_cc_next_cred)
  NEGODBC_BETWEEN_KRB5(krb5_parse_name_flags)
  NEGODBC_BETWEEN_KRB5(krb5_get_init_creds_opt_alloc)
  NEGODBC_BETWEEN_KRB5(krb5_kt_start_seq_get)
  NEGODBC_BETWEEN_KRB5(krb5_kt_next_entry)
#undef NEGODBC_BETWEEN_KRB5
#undef NEGODBC_BETWEEN_GSS
#undef NEGODBC_BETWEEN
}

void* allocate(std::size_t size, std::size_t alignment) {
  if (fails(Kind::kAllocation)) throw std::bad_alloc();
  if (size == 0) size = 1;
  void* const memory =
      alignment <= alignof(std::max_align_t)
          ? std::malloc(size)
          : std::aligned_alloc(alignment, (size + alignment - 1) / alignment * alignment);
  if (memory == nullptr) throw std::bad_alloc();
  return memory;
}

}  // namespace

void arm(Kind kind, long at, bool lasts) {
  g_kind = -1;
  g_count = 0;
  g_at = at;
  g_lasts = lasts;
  g_over = false;
  g_failed = nullptr;
  g_kind = static_cast<int>(kind);
}

long disarm() {
  g_kind = -1;
  return g_count;
}

PluginCall::PluginCall() {
  g_in_plugin = true;
}

PluginCall::~PluginCall() {
  g_in_plugin = false;
  if (g_at >= 0 && g_count > g_at) g_over = true;
}

std::string failed_call() {
  const char* const name = g_failed;
  return name == nullptr ? "" : name;
}

void watch_library(const std::string& name) {
  auto& library = const_cast<sspi_gssapi::GssLibrary&>(
      *std::get<const sspi_gssapi::GssLibrary*>(sspi_gssapi::load_library(name)));
  if (name == "mit") {
    step_into<1>(library);
  } else {
    step_into<0>(library);
  }
}

}  // namespace negodbc::faults

// Not inlined: the compiler would take free() for what does not fit to operator new.
[[gnu::noinline]] void* operator new(std::size_t size) {
  return negodbc::faults::allocate(size, 1);
}
[[gnu::noinline]] void* operator new[](std::size_t size) {
  return negodbc::faults::allocate(size, 1);
}
[[gnu::noinline]] void* operator new(std::size_t size, std::align_val_t alignment) {
  return negodbc::faults::allocate(size, static_cast<std::size_t>(alignment));
}
[[gnu::noinline]] void* operator new[](std::size_t size, std::align_val_t alignment) {
  return negodbc::faults::allocate(size, static_cast<std::size_t>(alignment));
}
[[gnu::noinline]] void* operator new(std::size_t size, const std::nothrow_t& /*tag*/) noexcept {
  return negodbc::faults::fails(negodbc::faults::Kind::kAllocation)
             ? nullptr
             : std::malloc(size == 0 ? 1 : size);
}
[[gnu::noinline]] void operator delete(void* memory) noexcept {
  std::free(memory);
}
[[gnu::noinline]] void operator delete[](void* memory) noexcept {
  std::free(memory);
}
[[gnu::noinline]] void operator delete(void* memory, std::size_t /*size*/) noexcept {
  std::free(memory);
}
[[gnu::noinline]] void operator delete[](void* memory, std::size_t /*size*/) noexcept {
  std::free(memory);
}
[[gnu::noinline]] void operator delete(void* memory, std::align_val_t /*alignment*/) noexcept {
  std::free(memory);
}
[[gnu::noinline]] void operator delete[](void* memory, std::align_val_t /*alignment*/) noexcept {
  std::free(memory);
}
[[gnu::noinline]] void operator delete(void* memory, std::size_t /*size*/,
                                       std::align_val_t /*alignment*/) noexcept {
  std::free(memory);
}
[[gnu::noinline]] void operator delete[](void* memory, std::size_t /*size*/,
                                         std::align_val_t /*alignment*/) noexcept {
  std::free(memory);
}

// The system's, for this program and what it loads (-rdynamic).
extern "C" [[gnu::visibility("default")]] int pthread_create(pthread_t* thread,
                                                             const pthread_attr_t* attributes,
                                                             void* (*start)(void*),
                                                             void* argument) noexcept {
  using Function = int (*)(pthread_t*, const pthread_attr_t*, void* (*)(void*), void*);
  static const auto system = reinterpret_cast<Function>(::dlsym(RTLD_NEXT, "pthread_create"));
  if (negodbc::faults::fails(negodbc::faults::Kind::kThread)) return EAGAIN;
  return system(thread, attributes, start, argument);
}
