// Where the real Heimdal takes its random numbers from.
#include "sspi_gssapi/heimdal_random.h"

#include <dlfcn.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdlib>

#include "sspi_gssapi/gss_library.h"

namespace negodbc::test {
namespace {

using Method = const void*();

template <typename Function>
Function* hcrypto(const char* name) {
  void* const library = ::dlopen("libgssapi.so.3", RTLD_NOW | RTLD_LOCAL);
  return library == nullptr ? nullptr : reinterpret_cast<Function*>(::dlsym(library, name));
}

const void* chosen() {
  return hcrypto<Method>("hc_RAND_get_rand_method")();
}
const void* fortuna() {
  return hcrypto<Method>("hc_RAND_fortuna_method")();
}
bool load() {
  return std::holds_alternative<const sspi_gssapi::GssLibrary*>(
      sspi_gssapi::load_library("heimdal"));
}

// What is chosen is the process's: each case is a process of its own.
TEST(HeimdalRandomDeathTest, A_loaded_Heimdal_takes_them_from_the_kernel) {
  const auto good = [] {
    if (chosen() != fortuna() || !load() || chosen() == fortuna()) return false;
    // More than the kernel gives at once; all zero in a page is no random number.
    std::array<unsigned char, 4096> first{};
    std::array<unsigned char, 4096> second{};
    const auto bytes = hcrypto<int(void*, std::size_t)>("hc_RAND_bytes");
    if (bytes(first.data(), first.size()) != 1 || bytes(second.data(), second.size()) != 1)
      return false;
    constexpr std::ptrdiff_t kTooMany = 64;  // 16 in 4096 are to be expected
    return first != second && std::count(first.begin(), first.end(), 0) < kTooMany;
  };
  EXPECT_EXIT(std::_Exit(good() ? 0 : 1), testing::ExitedWithCode(0), "");
}

TEST(HeimdalRandomDeathTest, Another_choice_stays) {
  const auto good = [] {
    const void* const other = hcrypto<Method>("hc_RAND_unix_method")();
    hcrypto<int(const void*)>("hc_RAND_set_rand_method")(other);
    return load() && chosen() == other;
  };
  EXPECT_EXIT(std::_Exit(good() ? 0 : 1), testing::ExitedWithCode(0), "");
}

TEST(HeimdalRandomDeathTest, A_library_without_hcrypto_is_left_alone) {
  void* const other = ::dlopen("libgssapi_krb5.so.2", RTLD_NOW | RTLD_LOCAL);
  ASSERT_NE(other, nullptr);
  EXPECT_FALSE(sspi_gssapi::use_kernel_random(other));
}

}  // namespace
}  // namespace negodbc::test
