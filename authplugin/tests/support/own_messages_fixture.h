// Messages that this plugin seals and opens by OpenSSL, with each library at both ends.
#ifndef NEGODBC_TESTS_SUPPORT_OWN_MESSAGES_FIXTURE_H_
#define NEGODBC_TESTS_SUPPORT_OWN_MESSAGES_FIXTURE_H_

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <string>
#include <tuple>

#include "sspi_gssapi/gss_context.h"
#include "sspi_gssapi/table.h"
#include "tests/support/realm_fixture.h"

namespace negodbc::test {

using sspi_gssapi::GssContext;

inline constexpr sec_ulong kOwn = kAll | NEGODBC_ISC_REQ_OPENSSL_SEALING;

// The client's library, the server's, the package.
class OwnMessages
    : public testing::TestWithParam<std::tuple<const char*, const char*, const char*>> {
 protected:
  static void SetUpTestSuite() {
    prepare_acceptors();
    prefer_enctypes();
  }
  // Before a library has read its configuration: what NEGODBC_TEST_ENCTYPES has goes before the
  // rest.
  static void prefer_enctypes() {
    const char* const wanted = std::getenv("NEGODBC_TEST_ENCTYPES");
    if (wanted == nullptr) return;
    const std::string file = testing::TempDir() + "enctypes." + std::to_string(::getpid());
    std::ofstream(file) << "[libdefaults]\n  permitted_enctypes = " << wanted << "\n";
    const std::string both = file + ":" + environment("KRB5_CONFIG");
    ::setenv("KRB5_CONFIG", both.c_str(), 1);
  }
  static void TearDownTestSuite() {
    if (std::getenv("NEGODBC_TEST_ENCTYPES") == nullptr) return;
    const std::string both = environment("KRB5_CONFIG");
    ::unlink(both.substr(0, both.find(':')).c_str());
  }
  const char* package() const { return std::get<2>(GetParam()); }

  void establish(sec_ulong request) {
    const TestCredential client = acquire(std::get<0>(GetParam()), package(), SECPKG_CRED_OUTBOUND);
    const TestCredential server = acquire(std::get<1>(GetParam()), package(), SECPKG_CRED_INBOUND);
    shake_hands(pair, client, server, kTarget, request);
    ASSERT_EQ(pair.client.status, SEC_E_OK) << sspi_gssapi::last_error(pair.client.status).text;
    ASSERT_EQ(pair.server.status, SEC_E_OK) << sspi_gssapi::last_error(pair.server.status).text;
  }
  static GssContext::Ptr context_of(End& end) {
    return sspi_gssapi::ContextRegistry::instance().find(&end.handle);
  }
  static bool is_own(End& end) { return context_of(end)->messages.tokens != nullptr; }

  static Bytes pattern(std::size_t size) {
    Bytes bytes(size);
    for (std::size_t i = 0; i < size; ++i) bytes[i] = std::byte(i * 31 & 0xFFU);
    return bytes;
  }
  static void passes(End& from, End& to, const Bytes& plain, sec_ulong qop = 0) {
    Bytes sealed;
    Bytes opened;
    sec_ulong found = 7;
    ASSERT_EQ(seal(from, plain, sealed, qop), SEC_E_OK) << plain.size();
    ASSERT_EQ(open(to, sealed, opened, &found), SEC_E_OK)
        << plain.size() << sspi_gssapi::last_error(SEC_E_MESSAGE_ALTERED).text;
    EXPECT_EQ(opened, plain);
    EXPECT_EQ(found, qop);
  }
  void pass_all_kinds() {
    for (const std::size_t size : {0u, 1u, 15u, 16u, 17u, 31u, 32u, 33u, 1000u, 16384u, 65536u}) {
      for (const sec_ulong qop : {sec_ulong{0}, sec_ulong{SECQOP_WRAP_NO_ENCRYPT}}) {
        passes(pair.client, pair.server, pattern(size), qop);
        passes(pair.server, pair.client, pattern(size), qop);
      }
      Bytes code;
      ASSERT_EQ(sign(pair.client, pattern(size), code), SEC_E_OK);
      EXPECT_EQ(verify(pair.server, pattern(size), code), SEC_E_OK);
      ASSERT_EQ(sign(pair.server, pattern(size), code), SEC_E_OK);
      EXPECT_EQ(verify(pair.client, pattern(size), code), SEC_E_OK);
    }
  }
  Pair pair;
};

}  // namespace negodbc::test

#endif  // NEGODBC_TESTS_SUPPORT_OWN_MESSAGES_FIXTURE_H_
