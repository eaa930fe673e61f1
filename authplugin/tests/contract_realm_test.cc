// The contract with the real libraries and a real KDC: flags, sequences, failures. Names are those
// of the table in authplugin/README.md.
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <string>

#include "tests/support/realm_fixture.h"
#include "tests/support/ways.h"

namespace negodbc::test {
namespace {

TEST_P(Realm, Flags_asked_for_are_granted_on_both_ends) {
  establish();
  const sec_ulong all = ISC_RET_MUTUAL_AUTH | ISC_RET_REPLAY_DETECT | ISC_RET_SEQUENCE_DETECT |
                        ISC_RET_CONFIDENTIALITY | ISC_RET_INTEGRITY;
  EXPECT_EQ(pair.client.attributes & all, all);
  const sec_ulong seen = ASC_RET_MUTUAL_AUTH | ASC_RET_REPLAY_DETECT | ASC_RET_SEQUENCE_DETECT |
                         ASC_RET_CONFIDENTIALITY | ASC_RET_INTEGRITY;
  EXPECT_EQ(pair.server.attributes & seen, seen);
  EXPECT_EQ(pair.client.attributes & ISC_RET_DELEGATE, 0u) << "nothing is delegated by default";
  EXPECT_EQ(pair.server.attributes & ASC_RET_DELEGATE, 0u);
}

TEST_P(Realm, Without_mutual_authentication) {
  establish(ISC_REQ_CONFIDENTIALITY);
  EXPECT_EQ(pair.client.attributes & ISC_RET_MUTUAL_AUTH, 0u);
}

TEST_P(Realm, Two_legs_with_mutual_authentication) {
  establish();
  EXPECT_EQ(pair.legs, 2u);
}

TEST_P(Realm, The_server_may_begin_with_Negotiate) {
  const TestCredential client = outbound();
  for (const char* whose : {"heimdal", "mit"}) {
    const TestCredential acceptor = acquire(whose, "Negotiate", SECPKG_CRED_INBOUND);
    End server;
    ASSERT_EQ(server.accept(acceptor, {}), SEC_I_CONTINUE_NEEDED) << whose;
    ASSERT_FALSE(server.token.empty());
    End end;
    const SECURITY_STATUS status = end.initialize(client, kTarget, kAll, &server.token);
    if (std::string_view(package()) == "Kerberos") {
      EXPECT_EQ(status, SEC_E_INVALID_TOKEN);
      continue;
    }
    ASSERT_EQ(status, SEC_I_CONTINUE_NEEDED) << whose << ": " << why(status);
    ASSERT_EQ(server.accept(acceptor, end.token), SEC_E_OK) << whose;
    EXPECT_EQ(end.initialize(client, kTarget, kAll, &server.token), SEC_E_OK);
    EXPECT_EQ(client_of(server), user("alice"));
  }
}

TEST_P(Realm, Calling_again_after_completion_re_authenticates) {
  establish();
  const TestCredential client = outbound();
  const Bytes none;
  ASSERT_EQ(pair.client.initialize(client, kTarget, kAll, &none), SEC_I_CONTINUE_NEEDED);
  const TestCredential acceptor = inbound();
  End again;
  ASSERT_EQ(again.accept(acceptor, pair.client.token), SEC_E_OK);
  EXPECT_EQ(pair.client.initialize(client, kTarget, kAll, &again.token), SEC_E_OK);
}

TEST_P(Realm, Credential_NULL_is_the_default) {
  // The default package is Negotiate, and the library the first that can.
  std::u16string target(kTarget, kTarget + sizeof(kTarget) - 1);
  SecBuffer out{0, SECBUFFER_TOKEN, nullptr};
  SecBufferDesc output{SECBUFFER_VERSION, 1, &out};
  CtxtHandle made{};
  sec_ulong attributes = 0;
  ASSERT_EQ(table().InitializeSecurityContextW(
                nullptr, nullptr, target.data(), kAll | ISC_REQ_ALLOCATE_MEMORY, 0,
                SECURITY_NETWORK_DREP, nullptr, 0, &made, &output, &attributes, nullptr),
            SEC_I_CONTINUE_NEEDED);
  const auto* begin = static_cast<const std::byte*>(out.pvBuffer);
  const TestCredential acceptor = acquire(library(), "Negotiate", SECPKG_CRED_INBOUND);
  End server;
  EXPECT_EQ(server.accept(acceptor, Bytes(begin, begin + out.cbBuffer)), SEC_E_OK);
  EXPECT_EQ(client_of(server), user("alice"));
  table().FreeContextBuffer(out.pvBuffer);
  table().DeleteSecurityContext(&made);
}

TEST_P(Realm, SEC_E_TARGET_UNKNOWN_service) {
  const TestCredential client = outbound();
  End end;
  EXPECT_EQ(end.initialize(client, "nosuchservice/localhost", kAll, nullptr), SEC_E_TARGET_UNKNOWN);
}

TEST_P(Realm, SEC_E_TARGET_UNKNOWN_account) {
  const TestCredential client = outbound();
  End end;
  const std::string account = user("nobody-of-this-name");
  const SECURITY_STATUS status = end.initialize(client, account, kAll, nullptr);
  EXPECT_EQ(status, SEC_E_TARGET_UNKNOWN) << why(status);
}

// As a server that runs under an account of Active Directory's is called.
TEST_P(Realm, Target_of_one_component) {
  const std::string keytab = environment("NEGODBC_ALICE_KEYTAB");
  NEGODBC_AUTH_IDENTITY identity{};
  identity.Library = "mit";
  identity.Keytab = keytab.c_str();
  const TestCredential acceptor = acquire(package(), SECPKG_CRED_INBOUND, identity);
  ASSERT_EQ(acceptor.status, SEC_E_OK) << why(acceptor.status);
  for (const std::string& target : {std::string("alice"), user("alice")}) {
    Pair fresh;
    shake_hands(fresh, outbound(), acceptor, target, kAll);
    EXPECT_EQ(fresh.client.status, SEC_E_OK) << why(fresh.client.status);
    EXPECT_EQ(fresh.server.status, SEC_E_OK) << why(fresh.server.status);
  }
}

TEST_P(Realm, SEC_E_TARGET_UNKNOWN_malformed) {
  const TestCredential client = outbound();
  for (const char* target : {"postgres/localhost@A@B", "postgres/localhost@R\\"}) {
    End end;
    const SECURITY_STATUS status = end.initialize(client, target, kAll, nullptr);
    EXPECT_EQ(status, SEC_E_TARGET_UNKNOWN) << why(status);
    EXPECT_EQ(sspi_gssapi::last_error(status).cause, auth::Cause::kBadName) << why(status);
  }
}

TEST_P(Realm, Realm_given_in_the_target) {
  shake_hands(pair, outbound(), inbound(),
              std::string(kTarget) + "@" + environment("NEGODBC_REALM"), kAll);
  EXPECT_EQ(pair.client.status, SEC_E_OK) << why(pair.client.status);
}

// Heimdal asks the client's own KDC about a realm that it knows nothing of, and keeps the answer
// under the name it asked for: a cache where that has happened misleads MIT's library, too.
class OtherRealm : public Realm {
 protected:
  OtherRealm() {
    std::filesystem::copy_file(environment("NEGODBC_CCACHE_TGT").substr(5), file_,
                               std::filesystem::copy_options::overwrite_existing);
    identity_.CredentialCache = cache_.c_str();
  }
  ~OtherRealm() override { std::filesystem::remove(file_); }
  OtherRealm(const OtherRealm&) = delete;
  OtherRealm& operator=(const OtherRealm&) = delete;

  static std::string target(const std::string& realm) { return std::string(kTarget) + "@" + realm; }
  void expect_refusal(const char* of_library) {
    NEGODBC_AUTH_IDENTITY identity = identity_;
    identity.Library = of_library;
    const TestCredential client = acquire(package(), SECPKG_CRED_OUTBOUND, identity);
    for (int i = 0; i < 2; ++i) {  // asked anew, and from what is known
      End end;
      const SECURITY_STATUS status = end.initialize(client, target("NOWHERE.TEST"), kAll, nullptr);
      EXPECT_EQ(status, SEC_E_WRONG_PRINCIPAL) << why(status);
      EXPECT_NE(why(status).find(environment("NEGODBC_REALM")), std::string::npos) << why(status);
      EXPECT_FALSE(end.exists);
      EXPECT_TRUE(end.token.empty());
    }
  }
  static std::string small(std::string text) {
    for (char& c : text) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    return text;
  }

  const std::string file_ = testing::TempDir() + "negodbc-realms-" + std::to_string(::getpid());
  const std::string cache_ = "FILE:" + file_;
  NEGODBC_AUTH_IDENTITY identity_{};
};

TEST_P(OtherRealm, SEC_E_WRONG_PRINCIPAL_when_it_answers) {
  if (std::string_view(library()) == "heimdal") {
    expect_refusal(library());
    return;
  }
  const TestCredential client = outbound(identity_);
  End end;
  const SECURITY_STATUS status = end.initialize(client, target("NOWHERE.TEST"), kAll, nullptr);
  EXPECT_EQ(status, SEC_E_NO_AUTHENTICATING_AUTHORITY) << why(status);
  EXPECT_EQ(sspi_gssapi::last_error(status).cause, auth::Cause::kTrustPath) << why(status);
}

TEST_P(OtherRealm, SEC_E_WRONG_PRINCIPAL_when_the_cache_has_its_ticket) {
  expect_refusal("heimdal");
  expect_refusal(library());
}

TEST_P(OtherRealm, SEC_E_WRONG_PRINCIPAL_with_a_credential_handed_over) {
  expect_refusal("heimdal");
  const TestCredential owner = outbound(identity_);
  const auto held = sspi_gssapi::CredentialRegistry::instance().find(&owner.handle);
  ASSERT_NE(held, nullptr);
  NEGODBC_AUTH_IDENTITY handed{};
  handed.Library = library();
  handed.NativeCredential = held->handle();
  const TestCredential client = acquire(package(), SECPKG_CRED_OUTBOUND, handed);
  ASSERT_EQ(client.status, SEC_E_OK) << why(client.status);
  End end;
  const SECURITY_STATUS status = end.initialize(client, target("NOWHERE.TEST"), kAll, nullptr);
  EXPECT_EQ(status, SEC_E_WRONG_PRINCIPAL) << why(status);
  End own;
  EXPECT_EQ(own.initialize(client, target(environment("NEGODBC_REALM")), kAll, nullptr),
            SEC_I_CONTINUE_NEEDED);
}

TEST_P(OtherRealm, Is_not_one_that_differs_by_case_alone) {
  const TestCredential client = outbound(identity_);
  End end;
  const SECURITY_STATUS status =
      end.initialize(client, target(small(environment("NEGODBC_REALM"))), kAll, nullptr);
  // MIT's library looks for a KDC of just that realm.
  if (std::string_view(library()) == "mit") {
    EXPECT_LT(status, 0);
    return;
  }
  ASSERT_EQ(status, SEC_I_CONTINUE_NEEDED) << why(status);
  const TestCredential acceptor = inbound();
  End server;
  ASSERT_EQ(server.accept(acceptor, end.token), SEC_E_OK);
  ASSERT_EQ(end.initialize(client, "", kAll, &server.token), SEC_E_OK);
  SecPkgContext_NativeNamesW names{};
  ASSERT_EQ(table().QueryContextAttributesW(&end.handle, SECPKG_ATTR_NATIVE_NAMES, &names),
            SEC_E_OK);
  const std::u16string told(names.sServerName);
  table().FreeContextBuffer(names.sClientName);
  table().FreeContextBuffer(names.sServerName);
  EXPECT_EQ(std::string(told.begin(), told.end()), target(environment("NEGODBC_REALM")))
      << "the realm that answered";
}

TEST_P(Realm, SEC_E_LOGON_DENIED_to_a_ticket_the_server_cannot_decrypt) {
  const TestCredential client = outbound();
  const TestCredential acceptor = inbound();
  End end;
  ASSERT_EQ(end.initialize(client, environment("NEGODBC_WRONG_KEY_SERVICE") + "/localhost", kAll,
                           nullptr),
            SEC_I_CONTINUE_NEEDED);
  End server;
  EXPECT_LT(server.accept(acceptor, end.token), 0);
}

TEST_P(Realm, SEC_E_WRONG_PRINCIPAL_when_the_reply_is_of_another_handshake) {
  const TestCredential client = outbound();
  const TestCredential acceptor = inbound();
  End one;
  End other;
  ASSERT_EQ(one.initialize(client, kTarget, kAll, nullptr), SEC_I_CONTINUE_NEEDED);
  ASSERT_EQ(other.initialize(client, kTarget, kAll, nullptr), SEC_I_CONTINUE_NEEDED);
  End server;
  ASSERT_EQ(server.accept(acceptor, other.token), SEC_E_OK);
  const SECURITY_STATUS status = one.initialize(client, kTarget, kAll, &server.token);
  EXPECT_EQ(status, SEC_E_WRONG_PRINCIPAL) << why(status);
}

TEST_P(Realm, SEC_E_INVALID_TOKEN_whatever_is_cut_off_the_reply) {
  const TestCredential client = outbound();
  const TestCredential acceptor = inbound();
  End model;
  End model_server;
  ASSERT_EQ(model.initialize(client, kTarget, kAll, nullptr), SEC_I_CONTINUE_NEEDED);
  ASSERT_EQ(model_server.accept(acceptor, model.token), SEC_E_OK);
  for (std::size_t size = 0; size < model_server.token.size(); size += 7) {
    End end;
    ASSERT_EQ(end.initialize(client, kTarget, kAll, nullptr), SEC_I_CONTINUE_NEEDED);
    Bytes cut = model_server.token;
    cut.resize(size);
    EXPECT_LT(end.initialize(client, kTarget, kAll, &cut), 0) << size;
  }
}

TEST_P(Realm, SEC_E_INVALID_TOKEN_for_an_acceptor) {
  const TestCredential acceptor = inbound();
  End server;
  EXPECT_LT(server.accept(acceptor, bytes_of("no token at all")), 0);
  EXPECT_FALSE(server.exists);
}

TEST_P(Realm, Channel_bindings_equal_on_both_ends) {
  pair.client.channel_bindings = bytes_of("tls-server-end-point:0123456789");
  pair.server.channel_bindings = pair.client.channel_bindings;
  establish();
}

TEST_P(Realm, Channel_bindings_that_differ_are_refused_by_the_acceptor) {
  pair.client.channel_bindings = bytes_of("tls-server-end-point:0123456789");
  pair.server.channel_bindings = bytes_of("tls-server-end-point:another");
  shake_hands(pair, outbound(), inbound(), kTarget, kAll);
  EXPECT_EQ(pair.server.status, SEC_E_BAD_BINDINGS) << why(pair.server.status);
}

INSTANTIATE_TEST_SUITE_P(Libraries, Realm, ways(), name_of_way);
INSTANTIATE_TEST_SUITE_P(Libraries, OtherRealm, ways(), name_of_way);

}  // namespace
}  // namespace negodbc::test
