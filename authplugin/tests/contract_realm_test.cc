// The contract with the real libraries and a real KDC, both ends in this process: what the fake
// library cannot prove. Names are those of the table in authplugin/README.md.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <cstring>
#include <string>
#include <tuple>

#include "sspi_gssapi/calls.h"
#include "sspi_gssapi/table.h"
#include "tests/support/handshake.h"

namespace negodbc::test {
namespace {

constexpr char kTarget[] = "postgres/localhost";
constexpr sec_ulong kAll = ISC_REQ_MUTUAL_AUTH | ISC_REQ_REPLAY_DETECT | ISC_REQ_SEQUENCE_DETECT |
                           ISC_REQ_CONFIDENTIALITY | ISC_REQ_INTEGRITY;

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

TEST_P(Realm, SEC_E_TARGET_UNKNOWN_service) {
  const TestCredential client = outbound();
  End end;
  EXPECT_EQ(end.initialize(client, "nosuchservice/localhost", kAll, nullptr), SEC_E_TARGET_UNKNOWN);
}

TEST_P(Realm, Realm_given_in_the_target) {
  shake_hands(pair, outbound(), inbound(),
              std::string(kTarget) + "@" + environment("NEGODBC_REALM"), kAll);
  EXPECT_EQ(pair.client.status, SEC_E_OK) << why(pair.client.status);
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

TEST_P(Realm, Messages_are_sealed_and_opened_in_both_directions) {
  establish();
  for (const std::size_t size : {0u, 1u, 15u, 16u, 17u, 1000u, 16384u, 65536u}) {
    const Bytes plain(size, std::byte{0x42});
    for (const bool up : {true, false}) {
      End& from = up ? pair.client : pair.server;
      End& to = up ? pair.server : pair.client;
      Bytes sealed;
      Bytes opened;
      sec_ulong qop = 7;
      ASSERT_EQ(seal(from, plain, sealed), SEC_E_OK) << size;
      if (size >= 16) {
        EXPECT_EQ(std::search(sealed.begin(), sealed.end(), plain.begin(), plain.end()),
                  sealed.end());
      }
      ASSERT_EQ(open(to, sealed, opened, &qop), SEC_E_OK) << size;
      EXPECT_EQ(opened, plain);
      EXPECT_EQ(qop, 0u);
    }
  }
}

TEST_P(Realm, A_flipped_bit_anywhere_is_SEC_E_MESSAGE_ALTERED) {
  establish();
  Bytes sealed;
  ASSERT_EQ(seal(pair.client, bytes_of("a message of some length"), sealed), SEC_E_OK);
  for (std::size_t at = 0; at < sealed.size(); ++at) {
    // 4: the filler byte; 6, 7: the rotation, which some values of leave the message as it was.
    if (at >= 3 && at <= 7) continue;
    Bytes altered = sealed;
    altered[at] ^= std::byte{0x10};
    Bytes plain;
    const SECURITY_STATUS status = open(pair.server, altered, plain);
    EXPECT_TRUE(status == SEC_E_MESSAGE_ALTERED || status == SEC_E_OUT_OF_SEQUENCE)
        << at << " " << why(status);
  }
  // The context is not to be used further: Heimdal has counted what it refused.
}

TEST_P(Realm, Repeated_and_skipped_messages_are_SEC_E_OUT_OF_SEQUENCE) {
  establish();
  std::array<Bytes, 3> sealed;
  for (Bytes& message : sealed) ASSERT_EQ(seal(pair.client, bytes_of("m"), message), SEC_E_OK);
  Bytes plain;
  EXPECT_EQ(open(pair.server, sealed[0], plain), SEC_E_OK);
  EXPECT_EQ(open(pair.server, sealed[0], plain), SEC_E_OUT_OF_SEQUENCE) << "repeated";
  EXPECT_TRUE(plain.empty());
  EXPECT_EQ(open(pair.server, sealed[2], plain), SEC_E_OUT_OF_SEQUENCE) << "one is missing";
}

TEST_P(Realm, MakeSignature_and_VerifySignature) {
  establish();
  SecPkgContext_Sizes sizes{};
  ASSERT_EQ(table().QueryContextAttributesW(&pair.client.handle, SECPKG_ATTR_SIZES, &sizes),
            SEC_E_OK);
  std::string text = "signed";
  Bytes mic(sizes.cbMaxSignature);
  std::array<SecBuffer, 2> buffers = {
      SecBuffer{static_cast<sec_ulong>(text.size()), SECBUFFER_DATA, text.data()},
      SecBuffer{static_cast<sec_ulong>(mic.size()), SECBUFFER_TOKEN, mic.data()}};
  SecBufferDesc message{SECBUFFER_VERSION, 2, buffers.data()};
  ASSERT_EQ(table().MakeSignature(&pair.client.handle, 0, &message, 0), SEC_E_OK);
  EXPECT_LE(buffers[1].cbBuffer, sizes.cbMaxSignature);
  sec_ulong qop = 9;
  EXPECT_EQ(table().VerifySignature(&pair.server.handle, &message, 0, &qop), SEC_E_OK);
  EXPECT_EQ(qop, 0u);
  EXPECT_EQ(table().VerifySignature(&pair.server.handle, &message, 0, &qop), SEC_E_OUT_OF_SEQUENCE);
  buffers[1].cbBuffer = static_cast<sec_ulong>(mic.size());
  ASSERT_EQ(table().MakeSignature(&pair.client.handle, 0, &message, 0), SEC_E_OK);
  text[0] ^= 1;
  EXPECT_EQ(table().VerifySignature(&pair.server.handle, &message, 0, &qop), SEC_E_MESSAGE_ALTERED);
  buffers[1].cbBuffer = 4;
  EXPECT_EQ(table().MakeSignature(&pair.client.handle, 0, &message, 0), SEC_E_BUFFER_TOO_SMALL);
}

TEST_P(Realm, DecryptMessage_of_token_and_data) {
  establish();
  Bytes sealed;
  const Bytes plain = bytes_of("in parts");
  ASSERT_EQ(seal(pair.client, plain, sealed), SEC_E_OK);
  Bytes token(sealed.begin(), sealed.end() - static_cast<std::ptrdiff_t>(plain.size()));
  Bytes data(sealed.end() - static_cast<std::ptrdiff_t>(plain.size()), sealed.end());
  std::array<SecBuffer, 2> buffers = {
      SecBuffer{static_cast<sec_ulong>(token.size()), SECBUFFER_TOKEN, token.data()},
      SecBuffer{static_cast<sec_ulong>(data.size()), SECBUFFER_DATA, data.data()}};
  SecBufferDesc message{SECBUFFER_VERSION, 2, buffers.data()};
  ASSERT_EQ(table().DecryptMessage(&pair.server.handle, &message, 0, nullptr), SEC_E_OK);
  EXPECT_EQ(data, plain);
}

TEST_P(Realm, EncryptMessage_without_encryption_is_told_by_the_quality) {
  establish();
  std::string text = "signed only";
  Bytes token(100);
  Bytes padding(16);
  std::array<SecBuffer, 3> buffers = {
      SecBuffer{static_cast<sec_ulong>(token.size()), SECBUFFER_TOKEN, token.data()},
      SecBuffer{static_cast<sec_ulong>(text.size()), SECBUFFER_DATA, text.data()},
      SecBuffer{static_cast<sec_ulong>(padding.size()), SECBUFFER_PADDING, padding.data()}};
  SecBufferDesc message{SECBUFFER_VERSION, 3, buffers.data()};
  ASSERT_EQ(table().EncryptMessage(&pair.client.handle, SECQOP_WRAP_NO_ENCRYPT, &message, 0),
            SEC_E_OK);
  Bytes row(token.begin(), token.begin() + buffers[0].cbBuffer);
  const Bytes data = bytes_of(text);
  row.insert(row.end(), data.begin(), data.end());
  row.insert(row.end(), padding.begin(), padding.begin() + buffers[2].cbBuffer);
  Bytes plain;
  sec_ulong qop = 0;
  ASSERT_EQ(open(pair.server, row, plain, &qop), SEC_E_OK);
  EXPECT_EQ(qop, SECQOP_WRAP_NO_ENCRYPT);
  EXPECT_EQ(text_of(plain), "signed only");
}

TEST_P(Realm, EncryptMessage_with_a_token_buffer_too_small) {
  establish();
  std::string text = "data";
  Bytes token(10);
  std::array<SecBuffer, 2> buffers = {
      SecBuffer{static_cast<sec_ulong>(token.size()), SECBUFFER_TOKEN, token.data()},
      SecBuffer{static_cast<sec_ulong>(text.size()), SECBUFFER_DATA, text.data()}};
  SecBufferDesc message{SECBUFFER_VERSION, 2, buffers.data()};
  EXPECT_EQ(table().EncryptMessage(&pair.client.handle, 0, &message, 0), SEC_E_BUFFER_TOO_SMALL);
  EXPECT_EQ(text, "data");
}

TEST_P(Realm, QueryContextAttributes) {
  establish();
  CtxtHandle* handle = &pair.client.handle;
  const auto& t = table();
  SecPkgContext_Sizes sizes{};
  ASSERT_EQ(t.QueryContextAttributesW(handle, SECPKG_ATTR_SIZES, &sizes), SEC_E_OK);
  EXPECT_GE(sizes.cbMaxToken, 65536u);
  EXPECT_GE(sizes.cbSecurityTrailer, 28u);
  EXPECT_EQ(client_of(pair.client), user("alice"));
  EXPECT_EQ(client_of(pair.server), user("alice"));
  SecPkgContext_NativeNamesW names{};
  ASSERT_EQ(t.QueryContextAttributesW(handle, SECPKG_ATTR_NATIVE_NAMES, &names), SEC_E_OK);
  const std::u16string server(names.sServerName);
  EXPECT_EQ(std::string(server.begin(), server.end()),
            kTarget + ("@" + environment("NEGODBC_REALM")));
  t.FreeContextBuffer(names.sClientName);
  t.FreeContextBuffer(names.sServerName);
  SecPkgContext_Lifespan span{};
  ASSERT_EQ(t.QueryContextAttributesW(handle, SECPKG_ATTR_LIFESPAN, &span), SEC_E_OK);
  EXPECT_GT(sspi_gssapi::unix_time_of(span.tsExpiry), ::time(nullptr));
  SecPkgContext_PackageInfoW info{};
  ASSERT_EQ(t.QueryContextAttributesW(handle, SECPKG_ATTR_PACKAGE_INFO, &info), SEC_E_OK);
  EXPECT_EQ(std::u16string(info.PackageInfo->Name), u"Kerberos");
  t.FreeContextBuffer(info.PackageInfo);
  SecPkgContext_NegotiationInfoW negotiated{};
  ASSERT_EQ(t.QueryContextAttributesW(handle, SECPKG_ATTR_NEGOTIATION_INFO, &negotiated), SEC_E_OK);
  EXPECT_EQ(negotiated.NegotiationState, SECPKG_NEGOTIATION_COMPLETE);
  t.FreeContextBuffer(negotiated.PackageInfo);
  SecPkgContext_SessionKey ours{};
  SecPkgContext_SessionKey theirs{};
  ASSERT_EQ(t.QueryContextAttributesW(handle, SECPKG_ATTR_SESSION_KEY, &ours), SEC_E_OK);
  ASSERT_EQ(t.QueryContextAttributesW(&pair.server.handle, SECPKG_ATTR_SESSION_KEY, &theirs),
            SEC_E_OK);
  EXPECT_EQ(std::string(reinterpret_cast<char*>(ours.SessionKey), ours.SessionKeyLength),
            std::string(reinterpret_cast<char*>(theirs.SessionKey), theirs.SessionKeyLength));
  t.FreeContextBuffer(ours.SessionKey);
  t.FreeContextBuffer(theirs.SessionKey);
  SecPkgContext_Flags flags{};
  ASSERT_EQ(t.QueryContextAttributesW(handle, SECPKG_ATTR_FLAGS, &flags), SEC_E_OK);
  EXPECT_EQ(flags.Flags, pair.client.attributes);
  EXPECT_EQ(t.QueryContextAttributesW(handle, SECPKG_ATTR_KEY_INFO, &flags),
            SEC_E_UNSUPPORTED_FUNCTION);
  EXPECT_EQ(t.QueryContextAttributesW(handle, SECPKG_ATTR_SIZES, nullptr), SEC_E_INVALID_PARAMETER);
}

TEST_P(Realm, ExportSecurityContext_and_ImportSecurityContext) {
  establish();
  SecBuffer packed{};
  ASSERT_EQ(table().ExportSecurityContext(&pair.client.handle, SECPKG_CONTEXT_EXPORT_DELETE_OLD,
                                          &packed, nullptr),
            SEC_E_OK)
      << why(SEC_E_UNSUPPORTED_FUNCTION);
  pair.client.exists = false;
  EXPECT_FALSE(SecIsValidHandle(&pair.client.handle));
  End imported;
  ASSERT_EQ(table().ImportSecurityContextW(WideArgument(package()).get(), &packed, nullptr,
                                           &imported.handle),
            SEC_E_OK);
  imported.exists = true;
  Bytes sealed;
  Bytes plain;
  ASSERT_EQ(seal(imported, bytes_of("moved"), sealed), SEC_E_OK);
  ASSERT_EQ(open(pair.server, sealed, plain), SEC_E_OK);
  EXPECT_EQ(text_of(plain), "moved");
  EXPECT_EQ(client_of(imported), user("alice"));
  // Damaged, or of another package.
  CtxtHandle none{};
  EXPECT_EQ(table().ImportSecurityContextW(WideArgument("NTLM").get(), &packed, nullptr, &none),
            SEC_E_INVALID_TOKEN);
  static_cast<char*>(packed.pvBuffer)[0] ^= 1;
  EXPECT_EQ(table().ImportSecurityContextW(WideArgument(package()).get(), &packed, nullptr, &none),
            SEC_E_INVALID_TOKEN);
  table().FreeContextBuffer(packed.pvBuffer);
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

TEST_P(Realm, ISC_REQ_DELEGATE_hands_the_credential_over) {
  establish(kAll | ISC_REQ_DELEGATE);
  ASSERT_NE(pair.server.attributes & ASC_RET_DELEGATE, 0u);
  EXPECT_NE(pair.client.attributes & ISC_RET_DELEGATE, 0u);
  SecPkgContext_DelegatedCredential delegated{};
  ASSERT_EQ(table().QueryContextAttributesW(&pair.server.handle, NEGODBC_ATTR_DELEGATED_CREDENTIAL,
                                            &delegated),
            SEC_E_OK);
  // A host program hands it on: a login as the user that delegated it.
  NEGODBC_AUTH_IDENTITY identity{};
  identity.NativeCredential = delegated.NativeCredential;
  EXPECT_EQ(logged_in_as(identity), user("alice"));
}

TEST_P(Realm, Delegation_by_policy_does_nothing_where_the_KDC_does_not_say_so) {
  establish(kAll | NEGODBC_ISC_REQ_DELEGATE_POLICY);
  EXPECT_EQ(pair.server.attributes & ASC_RET_DELEGATE, 0u);
  SecPkgContext_DelegatedCredential delegated{};
  EXPECT_EQ(table().QueryContextAttributesW(&pair.server.handle, NEGODBC_ATTR_DELEGATED_CREDENTIAL,
                                            &delegated),
            SEC_E_NO_CREDENTIALS);
}

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

INSTANTIATE_TEST_SUITE_P(Libraries, Realm,
                         testing::Combine(testing::Values("heimdal", "mit"),
                                          testing::Values("Negotiate", "Kerberos")),
                         [](const auto& of) {
                           return std::string(std::get<0>(of.param)) + "_" + std::get<1>(of.param);
                         });

}  // namespace
}  // namespace negodbc::test
