// The contract's tests with the real libraries and a real KDC, both ends in this process.
#ifndef NEGODBC_TESTS_SUPPORT_REALM_FIXTURE_H_
#define NEGODBC_TESTS_SUPPORT_REALM_FIXTURE_H_

#include <gtest/gtest.h>

#include <string>
#include <tuple>

#include "sspi_gssapi/calls.h"
#include "sspi_gssapi/table.h"
#include "tests/support/handshake.h"

namespace negodbc::test {

inline constexpr char kTarget[] = "postgres/localhost";
inline constexpr sec_ulong kAll = ISC_REQ_MUTUAL_AUTH | ISC_REQ_REPLAY_DETECT |
                                  ISC_REQ_SEQUENCE_DETECT | ISC_REQ_CONFIDENTIALITY |
                                  ISC_REQ_INTEGRITY;

// library, package
class Realm : public testing::TestWithParam<std::tuple<const char*, const char*>> {
 protected:
  static void SetUpTestSuite() { prepare_acceptors(); }
  static const SecurityFunctionTableW& table() { return sspi_gssapi::table_w(); }
  const char* library() const { return std::get<0>(GetParam()); }
  const char* package() const { return std::get<1>(GetParam()); }
  TestCredential outbound() const { return acquire(library(), package(), SECPKG_CRED_OUTBOUND); }
  TestCredential inbound() const { return acquire(library(), package(), SECPKG_CRED_INBOUND); }
  TestCredential outbound(NEGODBC_AUTH_IDENTITY identity) const {
    identity.Library = library();
    return acquire(package(), SECPKG_CRED_OUTBOUND, identity);
  }
  void establish(sec_ulong request = kAll) {
    shake_hands(pair, outbound(), inbound(), kTarget, request);
    ASSERT_EQ(pair.client.status, SEC_E_OK) << why(pair.client.status);
    ASSERT_EQ(pair.server.status, SEC_E_OK) << why(pair.server.status);
  }
  static std::string why(SECURITY_STATUS status) {
    return auth::status_name(status) + ": " + sspi_gssapi::last_error(status).text;
  }
  std::string client_of(End& end) {
    SecPkgContext_NamesW names{};
    if (table().QueryContextAttributesW(&end.handle, SECPKG_ATTR_NAMES, &names) != SEC_E_OK) {
      return "";
    }
    const std::u16string wide(names.sUserName);
    table().FreeContextBuffer(names.sUserName);
    return std::string(wide.begin(), wide.end());
  }
  std::string user(const char* name) const {
    return std::string(name) + "@" + environment("NEGODBC_REALM");
  }
  // A login with this identity; the client as the server sees it.
  std::string logged_in_as(NEGODBC_AUTH_IDENTITY identity) {
    const TestCredential credential = outbound(identity);
    EXPECT_EQ(credential.status, SEC_E_OK) << why(credential.status);
    if (credential.status != SEC_E_OK) return "";
    Pair fresh;
    shake_hands(fresh, credential, inbound(), kTarget, kAll);
    EXPECT_EQ(fresh.client.status, SEC_E_OK) << why(fresh.client.status);
    EXPECT_EQ(fresh.server.status, SEC_E_OK) << why(fresh.server.status);
    return fresh.server.status == SEC_E_OK ? client_of(fresh.server) : "";
  }
  Pair pair;
};

}  // namespace negodbc::test

#endif  // NEGODBC_TESTS_SUPPORT_REALM_FIXTURE_H_
