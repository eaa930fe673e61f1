// Tests on the fake GSSAPI library: the script is fresh for each test, and all must be given back.
#ifndef NEGODBC_TESTS_FAKE_FAKE_FIXTURE_H_
#define NEGODBC_TESTS_FAKE_FAKE_FIXTURE_H_

#include <dlfcn.h>
#include <gtest/gtest.h>

#include <string>

#include "sspi_gssapi/error_text.h"
#include "sspi_gssapi/table.h"
#include "tests/fake/fake_gss.h"
#include "tests/support/handshake.h"

namespace negodbc::test {

// With gss_acquire_cred_from and gss_set_neg_mechs, as MIT; without them, as Heimdal 7.
inline const char* const kFakeWithStores = FAKE_GSS_WITH_STORES_FILE;
inline const char* const kFakePlain = FAKE_GSS_PLAIN_FILE;

inline FakeGss& script_of(const char* file) {
  void* module = ::dlopen(file, RTLD_NOW | RTLD_LOCAL);
  EXPECT_NE(module, nullptr) << ::dlerror();
  const auto function = reinterpret_cast<FakeGssFunction>(::dlsym(module, "negodbc_fake_gss"));
  return *function();
}

class OnFakeGss : public testing::Test {
 protected:
  OnFakeGss() { fake = FakeGss{}; }
  void TearDown() override { EXPECT_EQ(fake.live(), 0) << "something was not given back"; }

  TestCredential outbound(const char* package = "Kerberos") const {
    return acquire(kFakeWithStores, package, SECPKG_CRED_OUTBOUND);
  }
  TestCredential inbound(const char* package = "Kerberos") const {
    return acquire(kFakeWithStores, package, SECPKG_CRED_INBOUND);
  }
  static const SecurityFunctionTableW& table() { return sspi_gssapi::table_w(); }

  FakeGss& fake = script_of(kFakeWithStores);
};

}  // namespace negodbc::test

#endif  // NEGODBC_TESTS_FAKE_FAKE_FIXTURE_H_
