// The contract with the real libraries and a real KDC: where the credential comes from. Names are
// those of the table in authplugin/README.md.
#include <gtest/gtest.h>

#include <string>

#include "tests/support/realm_fixture.h"

namespace negodbc::test {
namespace {

TEST_P(Realm, Credential_from_the_default_cache) {
  EXPECT_EQ(logged_in_as(NEGODBC_AUTH_IDENTITY{}), user("alice"));
}

TEST_P(Realm, Credential_from_a_named_cache_two_users_at_once) {
  const std::string bob = environment("NEGODBC_CCACHE_BOB");
  const std::string alice = environment("NEGODBC_CCACHE_VALID");
  NEGODBC_AUTH_IDENTITY of_bob{};
  of_bob.CredentialCache = bob.c_str();
  NEGODBC_AUTH_IDENTITY of_alice{};
  of_alice.CredentialCache = alice.c_str();
  EXPECT_EQ(logged_in_as(of_bob), user("bob"));
  EXPECT_EQ(logged_in_as(of_alice), user("alice"));
  EXPECT_EQ(logged_in_as(NEGODBC_AUTH_IDENTITY{}), user("alice"))
      << "a named cache does not stay the default";
}

TEST_P(Realm, Credential_from_a_client_keytab) {
  const std::string keytab = environment("NEGODBC_ALICE_KEYTAB");
  const std::string principal = user("alice");
  NEGODBC_AUTH_IDENTITY identity{};
  identity.Keytab = keytab.c_str();
  identity.Principal = principal.c_str();
  EXPECT_EQ(logged_in_as(identity), principal);
}

TEST_P(Realm, Credential_from_a_keytab_without_the_principal) {
  const std::string keytab = environment("NEGODBC_ALICE_KEYTAB");
  const std::string principal = user("bob");
  NEGODBC_AUTH_IDENTITY identity{};
  identity.Keytab = keytab.c_str();
  identity.Principal = principal.c_str();
  const TestCredential credential = outbound(identity);
  EXPECT_EQ(credential.status, SEC_E_NO_CREDENTIALS);
  EXPECT_EQ(sspi_gssapi::last_error(credential.status).cause, auth::Cause::kKeytab)
      << why(credential.status);
}

TEST_P(Realm, Credential_from_a_password) {
  const std::string password = environment("NEGODBC_ALICE_PASSWORD");
  const std::string principal = user("alice");
  NEGODBC_AUTH_IDENTITY identity{};
  identity.Password = password.c_str();
  identity.Principal = principal.c_str();
  EXPECT_EQ(logged_in_as(identity), principal);
}

TEST_P(Realm, Credential_from_a_wrong_password) {
  const std::string principal = user("alice");
  NEGODBC_AUTH_IDENTITY identity{};
  identity.Password = "not the password";
  identity.Principal = principal.c_str();
  const TestCredential credential = outbound(identity);
  EXPECT_EQ(credential.status, SEC_E_LOGON_DENIED);
  EXPECT_EQ(sspi_gssapi::last_error(credential.status).cause, auth::Cause::kPassword)
      << why(credential.status);
}

TEST_P(Realm, Credential_of_an_unknown_principal) {
  const std::string principal = user("nobody-of-this-name");
  NEGODBC_AUTH_IDENTITY identity{};
  identity.Password = "x";
  identity.Principal = principal.c_str();
  const TestCredential credential = outbound(identity);
  EXPECT_EQ(credential.status, SEC_E_LOGON_DENIED);
  EXPECT_EQ(sspi_gssapi::last_error(credential.status).cause, auth::Cause::kClientUnknown)
      << why(credential.status);
}

TEST_P(Realm, Credential_with_SEC_WINNT_AUTH_IDENTITY) {
  std::u16string user_name = u"alice";
  const std::string realm_name = environment("NEGODBC_REALM");
  std::u16string realm(realm_name.begin(), realm_name.end());
  const std::string secret = environment("NEGODBC_ALICE_PASSWORD");
  std::u16string password(secret.begin(), secret.end());
  SEC_WINNT_AUTH_IDENTITY_W identity{};
  identity.User = user_name.data();
  identity.UserLength = static_cast<sec_ulong>(user_name.size());
  identity.Domain = realm.data();
  identity.DomainLength = static_cast<sec_ulong>(realm.size());
  identity.Password = password.data();
  identity.PasswordLength = static_cast<sec_ulong>(password.size());
  identity.Flags = SEC_WINNT_AUTH_IDENTITY_UNICODE;
  TestCredential credential;
  TimeStamp expiry{};
  credential.status = table().AcquireCredentialsHandleW(
      nullptr, WideArgument(package()).get(), SECPKG_CRED_OUTBOUND, nullptr, &identity, nullptr,
      nullptr, &credential.handle, &expiry);
  ASSERT_EQ(credential.status, SEC_E_OK) << why(credential.status);
  EXPECT_GT(sspi_gssapi::unix_time_of(expiry), ::time(nullptr));
  SecPkgCredentials_NamesW names{};
  ASSERT_EQ(table().QueryCredentialsAttributesW(&credential.handle, SECPKG_CRED_ATTR_NAMES, &names),
            SEC_E_OK);
  EXPECT_EQ(std::u16string(names.sUserName), u"alice@" + realm);
  table().FreeContextBuffer(names.sUserName);
}

TEST_P(Realm, Principal_selects_nothing_that_is_not_there) {
  const std::string principal = user("bob");
  const std::string cache = environment("NEGODBC_CCACHE_VALID");
  NEGODBC_AUTH_IDENTITY identity{};
  identity.CredentialCache = cache.c_str();
  identity.Principal = principal.c_str();
  EXPECT_LT(outbound(identity).status, 0) << "alice's cache holds nothing of bob's";
}

}  // namespace
}  // namespace negodbc::test
