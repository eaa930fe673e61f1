// The contract with the real libraries and a real KDC: where the credential comes from. Names are
// those of the table in authplugin/README.md.
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "tests/support/realm_fixture.h"
#include "tests/support/ways.h"

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

TEST_P(Realm, Credential_from_a_client_keytab_by_its_first_entry) {
  const std::string keytab = environment("NEGODBC_ALICE_KEYTAB");
  NEGODBC_AUTH_IDENTITY identity{};
  identity.Keytab = keytab.c_str();
  EXPECT_EQ(logged_in_as(identity), user("alice"));
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

// What the domain calls its users is theirs to say and the KDC's to know.
TEST_P(Realm, Credential_from_a_password_by_an_enterprise_name) {
  const std::string password = environment("NEGODBC_ALICE_PASSWORD");
  const std::string name = user("alice") + "@" + environment("NEGODBC_REALM");
  NEGODBC_AUTH_IDENTITY identity{};
  identity.Password = password.c_str();
  identity.Principal = name.c_str();
  EXPECT_EQ(logged_in_as(identity), user("alice"));
}

TEST_P(Realm, Credential_from_a_password_by_an_enterprise_name_where_no_realm_is_called_so) {
  NEGODBC_AUTH_IDENTITY identity{};
  identity.Password = "x";
  identity.Principal = "alice@corp.example";
  const TestCredential credential = outbound(identity);
  EXPECT_EQ(credential.status, SEC_E_LOGON_DENIED) << why(credential.status);
  const auth::ErrorDetail detail = sspi_gssapi::last_error(credential.status);
  EXPECT_EQ(detail.cause, auth::Cause::kClientUnknown) << "the default realm's KDC was asked";
  EXPECT_NE(detail.text.find("alice\\@corp.example@" + environment("NEGODBC_REALM")),
            std::string::npos)
      << detail.text;
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

TEST_P(Realm, Principal_malformed) {
  for (const char* password : {"x", static_cast<const char*>(nullptr)}) {
    for (const char* principal : {"alice@A@B@C", "alice\\"}) {
      NEGODBC_AUTH_IDENTITY identity{};
      identity.Principal = principal;
      identity.Password = password;
      const TestCredential credential = outbound(identity);
      EXPECT_EQ(credential.status, SEC_E_UNKNOWN_CREDENTIALS) << why(credential.status);
      EXPECT_EQ(sspi_gssapi::last_error(credential.status).cause, auth::Cause::kBadName)
          << why(credential.status);
    }
  }
}

TEST_P(Realm, Principal_selects_nothing_that_is_not_there) {
  const std::string principal = user("bob");
  const std::string cache = environment("NEGODBC_CCACHE_VALID");
  NEGODBC_AUTH_IDENTITY identity{};
  identity.CredentialCache = cache.c_str();
  identity.Principal = principal.c_str();
  EXPECT_LT(outbound(identity).status, 0) << "alice's cache holds nothing of bob's";
}

// A folder of caches, as MIT's kinit makes one: alice's is the primary, bob's another.
class Directory : public Realm {
 protected:
  Directory() {
    std::filesystem::create_directory(folder_);
    std::filesystem::permissions(folder_, std::filesystem::perms::owner_all);
    put("tkt", "NEGODBC_CCACHE_TGT");
    put("tktOfBob", "NEGODBC_CCACHE_BOB");
    std::ofstream(folder_ + "/primary") << "tkt\n";
  }
  ~Directory() override {
    ::setenv("KRB5CCNAME", default_.c_str(), 1);
    std::filesystem::remove_all(folder_);
  }
  Directory(const Directory&) = delete;
  Directory& operator=(const Directory&) = delete;

  void put(const char* member, const char* from) const {
    std::filesystem::copy_file(environment(from).substr(5), folder_ + "/" + member);
  }
  NEGODBC_AUTH_IDENTITY identity(const std::string& cache, const std::string& principal) const {
    NEGODBC_AUTH_IDENTITY made{};
    made.CredentialCache = cache.empty() ? nullptr : cache.c_str();
    made.Principal = principal.empty() ? nullptr : principal.c_str();
    return made;
  }

  // A login with the folder as the default cache; the client as the server sees it.
  std::string logged_in_by_default_as(const std::string& principal) {
    ::setenv("KRB5CCNAME", name_.c_str(), 1);
    const TestCredential client = outbound(identity("", principal));
    EXPECT_EQ(client.status, SEC_E_OK) << why(client.status);
    End end;
    EXPECT_EQ(end.initialize(client, kTarget, kAll, nullptr), SEC_I_CONTINUE_NEEDED);
    ::setenv("KRB5CCNAME", default_.c_str(), 1);
    const TestCredential acceptor = inbound();
    End server;
    EXPECT_EQ(server.accept(acceptor, end.token), SEC_E_OK) << why(server.status);
    return client_of(server);
  }

  const std::string folder_ = testing::TempDir() + "negodbc-dir-" + std::to_string(::getpid());
  const std::string name_ = "DIR:" + folder_;
  const std::string member_ = "DIR::" + folder_ + "/tktOfBob";
  const std::string default_ = environment("KRB5CCNAME");
};

TEST_P(Directory, Principal_selects_among_its_members) {
  for (const char* who : {"alice", "bob"}) {
    const std::string principal = user(who);
    EXPECT_EQ(logged_in_as(identity(name_, principal)), principal);
  }
  const std::string bob = user("bob");
  EXPECT_EQ(logged_in_as(identity(member_, bob)), bob);
}

TEST_P(Directory, Principal_selects_among_the_default_ones_members) {
  for (const char* who : {"alice", "bob"}) EXPECT_EQ(logged_in_by_default_as(user(who)), user(who));
}

TEST_P(Directory, Its_primary_is_the_default) {
  EXPECT_EQ(logged_in_as(identity(name_, "")), user("alice"));
  EXPECT_EQ(logged_in_by_default_as(""), user("alice"));
}

TEST_P(Directory, An_acceptor_beside_it) {
  ::setenv("KRB5CCNAME", name_.c_str(), 1);
  const bool refused =
      std::string_view(library()) == "heimdal" && std::string_view(package()) == "Negotiate";
  EXPECT_EQ(inbound().status, refused ? SEC_E_UNSUPPORTED_FUNCTION : SEC_E_OK);
}

TEST_P(Directory, Principal_selects_nothing_that_is_not_there) {
  const std::string mallory = user("mallory");
  const std::string alice = user("alice");
  EXPECT_EQ(outbound(identity(name_, mallory)).status, SEC_E_NO_CREDENTIALS);
  EXPECT_LT(outbound(identity(member_, alice)).status, 0) << "this member is bob's";
}

INSTANTIATE_TEST_SUITE_P(Libraries, Directory, ways(), name_of_way);

}  // namespace
}  // namespace negodbc::test
