// In the steady state a login allocates nothing in our own code: what it needs comes from the pool.
// The GSSAPI libraries allocate with malloc; operator new is ours alone.
#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <new>
#include <string>
#include <tuple>

#include "tests/support/plugin.h"
#include "tests/support/ways.h"

namespace {

std::atomic<bool> g_counting{false};
std::atomic<int> g_allocations{0};
thread_local bool t_acceptor = false;  // what the other end does is not ours to count

void* allocate(std::size_t size) {
  if (g_counting.load(std::memory_order_relaxed) && !t_acceptor) ++g_allocations;
  void* const memory = std::malloc(size == 0 ? 1 : size);
  if (memory == nullptr) throw std::bad_alloc();
  return memory;
}

}  // namespace

// Not inlined: the compiler would take free() for what does not fit to operator new.
[[gnu::noinline]] void* operator new(std::size_t size) {
  return allocate(size);
}
[[gnu::noinline]] void* operator new[](std::size_t size) {
  return allocate(size);
}
[[gnu::noinline]] void operator delete(void* memory) noexcept {
  std::free(memory);
}
[[gnu::noinline]] void operator delete[](void* memory) noexcept {
  std::free(memory);
}
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept {
  std::free(memory);
}
[[gnu::noinline]] void operator delete[](void* memory, std::size_t) noexcept {
  std::free(memory);
}

namespace negodbc::test {
namespace {

class Allocation : public testing::TestWithParam<std::tuple<const char*, const char*>> {
 protected:
  static void SetUpTestSuite() { prepare_acceptors(); }
};

// The tests link the plugin's code, so that operator new is this file's; through the module it
// would be, too, but for another copy of the counters.
const negodbc_auth_api& linked_plugin() {
  return *negodbc_auth_plugin(NEGODBC_AUTH_ABI_VERSION);
}

TEST_P(Allocation, NoneInTheSteadyState) {
  const auto [library, package] = GetParam();
  const TestCredential acceptor = acquire(library, package, SECPKG_CRED_INBOUND);
  const negodbc_auth_api& api = linked_plugin();
  negodbc_auth_limits limits{};
  limits.size = sizeof(limits);
  limits.pooled_buffers = 1;  // under the address sanitizer, too
  ASSERT_EQ(api.set_limits(&limits), NEGODBC_AUTH_OK);
  const auto log_in = [&, library = library, package = package] {
    negodbc_auth_options options = options_for("localhost");
    options.library = library;
    options.package = package;
    options.warm_contexts = NEGODBC_AUTH_OFF;  // their thread is another's business: below
    negodbc_auth_session* session = nullptr;
    ASSERT_EQ(api.open(&options, &session), NEGODBC_AUTH_OK);
    const void* token = nullptr;
    std::size_t size = 0;
    ASSERT_EQ(api.step(session, nullptr, 0, kTimeoutMs, &token, &size), NEGODBC_AUTH_CONTINUE);
    t_acceptor = true;
    {
      End server;
      const auto* begin = static_cast<const std::byte*>(token);
      server.accept(acceptor, Bytes(begin, begin + size));
      ASSERT_EQ(server.status, SEC_E_OK);
      t_acceptor = false;
      ASSERT_EQ(
          api.step(session, server.token.data(), server.token.size(), kTimeoutMs, &token, &size),
          NEGODBC_AUTH_ESTABLISHED);
      api.close(session);
      t_acceptor = true;
    }
    t_acceptor = false;
  };
  for (int i = 0; i < 20; ++i) log_in();
  g_allocations = 0;
  g_counting = true;
  constexpr int kLogins = 50;
  for (int i = 0; i < kLogins; ++i) log_in();
  g_counting = false;
  EXPECT_EQ(g_allocations, 0);
}

INSTANTIATE_TEST_SUITE_P(Libraries, Allocation, ways(), name_of_way);

}  // namespace
}  // namespace negodbc::test
