// NTLM with a real mechanism (gss-ntlmssp in MIT's library; Heimdal 7 brings an initiator), against
// an acceptor of ours: only when it is allowed, and never instead of Kerberos. In the realm, whose
// tickets Kerberos is preferred with.
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "sspi_gssapi/error_text.h"
#include "sspi_gssapi/table.h"
#include "tests/support/plugin.h"

namespace negodbc::test {
namespace {

constexpr char kTarget[] = "postgres/localhost";
constexpr char kMit[] = "mit";

class RealNtlm : public testing::Test {
 protected:
  // The acceptor looks users up in this file, the initiator takes its own from there.
  static void SetUpTestSuite() {
    prepare_acceptors();
    users_ = std::filesystem::temp_directory_path() / ("negodbc-ntlm." + std::to_string(getpid()));
    std::ofstream(users_) << "NEGODBC:alice:ntlm's secret\n";
    ::setenv("NTLM_USER_FILE", users_.c_str(), 1);
    ::setenv("NETBIOS_COMPUTER_NAME", "SERVER", 1);
    ::setenv("NETBIOS_DOMAIN_NAME", "NEGODBC", 1);
  }
  static void TearDownTestSuite() { std::filesystem::remove(users_); }

  static NEGODBC_AUTH_IDENTITY identity() {
    NEGODBC_AUTH_IDENTITY made{};
    made.Library = kMit;
    return made;
  }
  // What Negotiate may use: no ticket, and NTLM if it is allowed.
  NEGODBC_AUTH_IDENTITY without_ticket(bool allowed) const {
    NEGODBC_AUTH_IDENTITY made = identity();
    made.CredentialCache = no_cache_.c_str();
    made.PackageList = allowed ? "ntlm" : nullptr;
    return made;
  }
  static TestCredential inbound(const char* package) {
    NEGODBC_AUTH_IDENTITY made = identity();
    made.PackageList = "ntlm";
    return acquire(package, SECPKG_CRED_INBOUND, made);
  }
  static std::string chosen(End& end) {
    SecPkgContext_NegotiationInfoW info{};
    if (sspi_gssapi::table_w().QueryContextAttributesW(&end.handle, SECPKG_ATTR_NEGOTIATION_INFO,
                                                       &info) != SEC_E_OK) {
      return "";
    }
    const std::u16string name(info.PackageInfo->Name);
    sspi_gssapi::table_w().FreeContextBuffer(info.PackageInfo);
    return {name.begin(), name.end()};
  }
  static std::string client_of(End& end) {
    SecPkgContext_NamesW names{};
    if (sspi_gssapi::table_w().QueryContextAttributesW(&end.handle, SECPKG_ATTR_NAMES, &names) !=
        SEC_E_OK) {
      return "";
    }
    const std::u16string name(names.sUserName);
    sspi_gssapi::table_w().FreeContextBuffer(names.sUserName);
    return {name.begin(), name.end()};
  }
  static std::string why(SECURITY_STATUS status) {
    return auth::status_name(status) + ": " + sspi_gssapi::last_error(status).text;
  }
  negodbc_auth_options options(const char* package) const {
    negodbc_auth_options made = options_for("localhost");
    made.library = kMit;
    made.package = package;
    made.flags_required = 0;
    made.allow_ntlm = 1;
    return made;
  }
  static inline std::filesystem::path users_;
  const std::string no_cache_ = environment("NEGODBC_CCACHE_NONE");
  Pair pair;
};

TEST_F(RealNtlm, Three_legs_then_messages) {
  const TestCredential client = acquire("NTLM", SECPKG_CRED_OUTBOUND, identity());
  ASSERT_EQ(client.status, SEC_E_OK) << why(client.status);
  const TestCredential server = inbound("NTLM");
  ASSERT_EQ(server.status, SEC_E_OK) << why(server.status);
  shake_hands(pair, client, server, kTarget, ISC_REQ_CONFIDENTIALITY | ISC_REQ_INTEGRITY);
  ASSERT_EQ(pair.client.status, SEC_E_OK) << why(pair.client.status);
  ASSERT_EQ(pair.server.status, SEC_E_OK) << why(pair.server.status);
  EXPECT_EQ(pair.legs, 2u) << "the challenge is answered with the second token";
  EXPECT_EQ(chosen(pair.client), "NTLM");
  EXPECT_NE(client_of(pair.server).find("alice"), std::string::npos) << client_of(pair.server);
  for (const bool up : {true, false}) {
    Bytes sealed;
    Bytes opened;
    ASSERT_EQ(seal(up ? pair.client : pair.server, bytes_of("a message"), sealed), SEC_E_OK);
    ASSERT_EQ(open(up ? pair.server : pair.client, sealed, opened), SEC_E_OK);
    EXPECT_EQ(text_of(opened), "a message");
    sealed.back() ^= std::byte{1};
    EXPECT_LT(open(up ? pair.server : pair.client, sealed, opened), 0);
  }
}

TEST_F(RealNtlm, Negotiate_never_chooses_it_unasked) {
  const TestCredential client = acquire("Negotiate", SECPKG_CRED_OUTBOUND, without_ticket(false));
  if (client.status == SEC_E_OK) {
    End end;
    EXPECT_LT(end.initialize(client, kTarget, 0, nullptr), 0);
    EXPECT_TRUE(end.token.empty());
  }
}

TEST_F(RealNtlm, Negotiate_chooses_it_when_it_is_allowed_and_there_is_no_ticket) {
  const TestCredential client = acquire("Negotiate", SECPKG_CRED_OUTBOUND, without_ticket(true));
  ASSERT_EQ(client.status, SEC_E_OK) << why(client.status);
  shake_hands(pair, client, inbound("Negotiate"), kTarget, ISC_REQ_INTEGRITY);
  ASSERT_EQ(pair.client.status, SEC_E_OK) << why(pair.client.status);
  EXPECT_EQ(chosen(pair.client), "NTLM");
}

TEST_F(RealNtlm, Negotiate_prefers_Kerberos_where_there_is_a_ticket) {
  NEGODBC_AUTH_IDENTITY allowed = identity();
  allowed.PackageList = "ntlm";
  const TestCredential client = acquire("Negotiate", SECPKG_CRED_OUTBOUND, allowed);
  shake_hands(pair, client, inbound("Negotiate"), kTarget, ISC_REQ_MUTUAL_AUTH);
  ASSERT_EQ(pair.client.status, SEC_E_OK) << why(pair.client.status);
  EXPECT_EQ(chosen(pair.client), "Kerberos");
}

TEST_F(RealNtlm, The_plugin_refuses_it_unless_it_is_allowed) {
  negodbc_auth_options asked = options("NTLM");
  asked.allow_ntlm = 0;
  PluginSession refused(asked);
  EXPECT_EQ(refused.opened, NEGODBC_AUTH_E_ARGUMENT);
  PluginSession session(options("NTLM"));
  ASSERT_EQ(session.log_in(inbound("NTLM")), NEGODBC_AUTH_ESTABLISHED) << session.diagnosis().json;
  negodbc_auth_info info{};
  info.size = sizeof(info);
  ASSERT_EQ(session.api->query(session.session, &info), NEGODBC_AUTH_OK);
  EXPECT_STREQ(info.package, "NTLM");
  EXPECT_EQ(info.flags_granted & NEGODBC_AUTH_FLAG_MUTUAL, 0u);
}

TEST_F(RealNtlm, The_plugin_does_not_fall_back_to_it_unless_it_is_allowed) {
  negodbc_auth_options asked = options("Negotiate");
  asked.credential_cache = no_cache_.c_str();
  asked.allow_ntlm = 0;
  PluginSession refused(asked);
  EXPECT_EQ(refused.step({}), NEGODBC_AUTH_E_NO_CREDENTIALS) << refused.diagnosis().json;
  asked.allow_ntlm = 1;
  PluginSession session(asked);
  ASSERT_EQ(session.log_in(inbound("Negotiate")), NEGODBC_AUTH_ESTABLISHED)
      << session.diagnosis().json;
  negodbc_auth_info info{};
  info.size = sizeof(info);
  ASSERT_EQ(session.api->query(session.session, &info), NEGODBC_AUTH_OK);
  EXPECT_STREQ(info.package, "NTLM");
}

TEST_F(RealNtlm, Mutual_authentication_is_not_had_from_it) {
  negodbc_auth_options asked = options("NTLM");
  asked.flags_required = NEGODBC_AUTH_FLAG_MUTUAL;
  PluginSession session(asked);
  EXPECT_EQ(session.log_in(inbound("NTLM")), NEGODBC_AUTH_E_NOT_GRANTED)
      << session.diagnosis().json;
}

TEST_F(RealNtlm, With_a_password) {
  negodbc_auth_options asked = options("NTLM");
  asked.principal = "alice@NEGODBC";
  asked.password = "ntlm's secret";
  PluginSession session(asked);
  ASSERT_EQ(session.log_in(inbound("NTLM")), NEGODBC_AUTH_ESTABLISHED) << session.diagnosis().json;
  EXPECT_NE(client_of(session.server).find("alice"), std::string::npos);
  EXPECT_STREQ(session.diagnosis().credential_source, "password of alice@NEGODBC");
  asked.password = "another";
  PluginSession wrong(asked);
  EXPECT_LT(wrong.log_in(inbound("NTLM")), 0);
}

// Heimdal 7 begins with NTLM where Kerberos has no ticket and the user has a file of NTLM's, asked
// for or not, and crashes when it is asked about a context that is half open.
class HeimdalNtlm : public RealNtlm {
 protected:
  static NEGODBC_AUTH_IDENTITY of_heimdal(bool allowed) {
    NEGODBC_AUTH_IDENTITY made{};
    made.Library = "heimdal";
    made.PackageList = allowed ? "ntlm" : nullptr;
    return made;
  }
  // DER: tag, length (short), content.
  static std::string element(char tag, const std::string& content) {
    return std::string(1, tag) + static_cast<char>(content.size()) + content;
  }
  // A NegTokenResp that is well-formed but for the mechanism's token.
  static std::string spnego(const std::string& mech, const std::string& token) {
    const std::string state = element('\xA0', std::string("\x0A\x01\x01", 3));
    const std::string chosen = element('\xA1', element('\x06', mech));
    const std::string carried = token.empty() ? "" : element('\xA2', element('\x04', token));
    return element('\xA1', element('\x30', state + chosen + carried));
  }
};

TEST_F(HeimdalNtlm, A_half_open_context_is_not_asked_for_its_mechanism) {
  for (const bool allowed : {false, true}) {
    const TestCredential client = acquire("Negotiate", SECPKG_CRED_OUTBOUND, of_heimdal(allowed));
    ASSERT_EQ(client.status, SEC_E_OK) << why(client.status);
    End end;
    const SECURITY_STATUS status =
        end.initialize(client, "postgres/server.negodbc.test", 0, nullptr);
    if (!allowed) {
      EXPECT_LT(status, 0);
      EXPECT_TRUE(end.token.empty());
      continue;
    }
    ASSERT_EQ(status, SEC_I_CONTINUE_NEEDED) << why(status);
    EXPECT_EQ(chosen(end), "NTLM");
  }
}

TEST_F(HeimdalNtlm, Garbage_for_a_reply_of_Kerberos_is_refused_although_NTLM_is_allowed) {
  const std::string krb5("\x2a\x86\x48\x86\xf7\x12\x01\x02\x02");
  const std::string ntlm("\x2b\x06\x01\x04\x01\x82\x37\x02\x02\x0a");
  const std::string challenge = std::string("NTLMSSP\0", 8) + std::string("\x02\0\0\0", 4);
  const std::string framed =
      element('\x60', element('\x06', krb5) + std::string("\x02\0", 2) + "x");
  for (const char* package : {"Kerberos", "Negotiate"}) {
    const TestCredential client = acquire(package, SECPKG_CRED_OUTBOUND, of_heimdal(true));
    ASSERT_EQ(client.status, SEC_E_OK) << why(client.status);
    for (const std::string& bare : {std::string("\x60\x05garb", 6), framed, challenge}) {
      for (const std::string& reply : {bare, spnego(krb5, bare), spnego(ntlm, framed)}) {
        End end;
        ASSERT_EQ(end.initialize(client, kTarget, ISC_REQ_MUTUAL_AUTH, nullptr),
                  SEC_I_CONTINUE_NEEDED);
        const Bytes answer = bytes_of(reply);
        EXPECT_LT(end.initialize(client, kTarget, ISC_REQ_MUTUAL_AUTH, &answer), 0) << package;
      }
    }
    // A server may choose NTLM first, and go on with garbage then.
    End end;
    ASSERT_EQ(end.initialize(client, kTarget, ISC_REQ_MUTUAL_AUTH, nullptr), SEC_I_CONTINUE_NEEDED);
    for (const Bytes& answer : {bytes_of(spnego(ntlm, "")), bytes_of(spnego(krb5, framed))}) {
      if (end.status >= 0) end.initialize(client, kTarget, ISC_REQ_MUTUAL_AUTH, &answer);
    }
    EXPECT_LT(end.status, 0) << package;
  }
}

TEST_F(HeimdalNtlm, Garbage_for_its_challenge_is_refused) {
  const std::string krb5("\x2a\x86\x48\x86\xf7\x12\x01\x02\x02");
  const std::string ntlm("\x2b\x06\x01\x04\x01\x82\x37\x02\x02\x0a");
  const std::string signature("NTLMSSP\0", 8);
  const TestCredential client = acquire("Negotiate", SECPKG_CRED_OUTBOUND, of_heimdal(true));
  ASSERT_EQ(client.status, SEC_E_OK) << why(client.status);
  for (const std::string& bare :
       {std::string(), std::string("x"), signature, signature + std::string("\x02\0\0\0", 4),
        signature + std::string(60, '\xFF')}) {
    for (const std::string& reply : {bare, spnego(krb5, bare), spnego(ntlm, bare)}) {
      End end;
      ASSERT_EQ(end.initialize(client, "postgres/server.negodbc.test", 0, nullptr),
                SEC_I_CONTINUE_NEEDED);
      const Bytes answer = bytes_of(reply);
      EXPECT_LT(end.initialize(client, "postgres/server.negodbc.test", 0, &answer), 0);
    }
  }
}

}  // namespace
}  // namespace negodbc::test
