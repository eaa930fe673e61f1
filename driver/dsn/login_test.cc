#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "authplugin/include/negodbc/auth_plugin.h"
#include "driver/base/error.h"
#include "driver/base/module.h"
#include "driver/base/process.h"
#include "driver/dsn/login_lists.h"
#include "driver/dsn/settings.h"
#include "driver/login/login.h"

namespace negodbc::dsn {
namespace {

using auth::AuthMethod;
using auth::IntegratedLogin;
using encryption::GssEncMode;
using encryption::SslMode;
using login::LoginSettings;
using testing::AllOf;
using testing::Contains;
using testing::HasSubstr;
using testing::Key;
using testing::Not;
using testing::Pair;

LoginSettings login(std::string_view text) {
  return login_settings(parse_connection_string(text).settings);
}

std::string refusal(std::string_view text) {
  try {
    login(text);
  } catch (const Error& error) {
    EXPECT_EQ(error.state(), "08001");
    return error.what();
  }
  return "no error";
}

unsigned bits(std::initializer_list<AuthMethod> methods) {
  unsigned all = 0;
  for (const AuthMethod method : methods) all |= static_cast<unsigned>(method);
  return all;
}

TEST(Login, DefaultsCostNoRoundTrip) {
  const LoginSettings settings = login("");
  ASSERT_EQ(settings.hosts.size(), 1U);
  EXPECT_EQ(settings.hosts[0].name, "localhost");
  EXPECT_EQ(settings.hosts[0].port, 5432);
  EXPECT_EQ(settings.gssenc_mode, GssEncMode::prefer);
  EXPECT_EQ(settings.ssl_mode, SslMode::prefer);
  EXPECT_EQ(settings.integrated, IntegratedLogin::automatic);
  EXPECT_EQ(settings.timeout, std::chrono::seconds(15));
  EXPECT_EQ(settings.kerberos_service, "postgres");
  EXPECT_EQ(settings.gss_library, "auto");
  EXPECT_EQ(settings.ssl_min_version, "TLSv1.2");
  EXPECT_EQ(settings.ssl_max_version, "");
  EXPECT_TRUE(settings.mutual);
  EXPECT_TRUE(settings.strip_realm);
  EXPECT_TRUE(settings.keepalives);
  EXPECT_TRUE(settings.ssl_sni);
  EXPECT_FALSE(settings.allow_cleartext);
  EXPECT_TRUE(settings.keep_scram_keys);
  EXPECT_FALSE(settings.allow_ntlm);
  EXPECT_FALSE(settings.ssl_direct);
  EXPECT_EQ(settings.require_auth, 0U);
  EXPECT_EQ(settings.delegation, NEGODBC_AUTH_DELEGATE_NONE);
  EXPECT_EQ(settings.canonicalize, NEGODBC_AUTH_CANONICALIZE_NONE);
  EXPECT_EQ(settings.sealing, NEGODBC_AUTH_SEALING_AUTO);
}

TEST(Login, EveryWordArrives) {
  const LoginSettings settings = login(
      "Server=h;Port=1;Database=d;UID=u;PWD=p;Realm=R;StripRealm=0;ServerSPN=s/h;KrbSrvName=k;"
      "GssLib=/lib/"
      "x.so;GssEncMode=require;GssDelegation=policy;GssSealing=library;CredentialCache=FILE:/c;"
      "ClientKeytab=/kt;Principal=me;PrincipalPassword=pp;DiagnosisLog=/l;MinTicketLifetime=60;"
      "CredentialCopies=2;WarmContexts=3;TargetLifetime=5;PooledBuffers=No;"
      "CanonicalizeHost=reverse;"
      "MutualAuthentication=0;AllowNTLM=1;AuthPlugin=//"
      "p.so;AllowCleartext=1;KeepScramKeys=0;channel_binding=require;"
      "SSLmode=vf;sslcert=c;sslkey=y;sslpassword=w;sslrootcert=r;sslcrl=l;"
      "ssl_min_protocol_version=TLSv1.3;ssl_max_protocol_version=tlsv1.3;sslsni=0;"
      "sslnegotiation=direct;connect_timeout=7;target_session_attrs=prefer-standby;"
      "load_balance_hosts=random;keepalives=0;keepalives_idle=1;keepalives_interval=2;"
      "keepalives_count=3;tcp_user_timeout=4;require_auth=gss");
  EXPECT_EQ(settings.database, "d");
  EXPECT_EQ(settings.user, "u");
  EXPECT_EQ(settings.password.reveal(), "p");
  EXPECT_EQ(settings.realm, "R");
  EXPECT_FALSE(settings.strip_realm);
  EXPECT_EQ(settings.server_spn, "s/h");
  EXPECT_EQ(settings.kerberos_service, "k");
  EXPECT_EQ(settings.gss_library, "/lib/x.so");
  EXPECT_EQ(settings.gssenc_mode, encryption::GssEncMode::require);
  EXPECT_EQ(settings.delegation, NEGODBC_AUTH_DELEGATE_POLICY);
  EXPECT_EQ(settings.credential_cache, "FILE:/c");
  EXPECT_EQ(settings.client_keytab, "/kt");
  EXPECT_EQ(settings.principal, "me");
  EXPECT_EQ(settings.principal_password.reveal(), "pp");
  EXPECT_EQ(settings.diagnosis_log, "/l");
  EXPECT_EQ(settings.min_ticket_lifetime_s, 60U);
  EXPECT_EQ(settings.credential_copies, 2U);
  EXPECT_EQ(settings.warm_contexts, 3U);
  EXPECT_EQ(settings.target_lifetime_s, 5U);
  EXPECT_FALSE(settings.pooled_buffers);
  EXPECT_EQ(settings.sealing, NEGODBC_AUTH_SEALING_LIBRARY);
  EXPECT_EQ(settings.canonicalize, NEGODBC_AUTH_CANONICALIZE_FORWARD_REVERSE);
  EXPECT_FALSE(settings.mutual);
  EXPECT_TRUE(settings.allow_ntlm);
  EXPECT_EQ(settings.auth_plugin, "//p.so");
  EXPECT_TRUE(settings.allow_cleartext);
  EXPECT_FALSE(settings.keep_scram_keys);
  EXPECT_EQ(settings.channel_binding, auth::ChannelBinding::require);
  EXPECT_EQ(settings.ssl_mode, SslMode::verify_full);
  EXPECT_EQ(settings.ssl_cert, "c");
  EXPECT_EQ(settings.ssl_key, "y");
  EXPECT_EQ(settings.ssl_password.reveal(), "w");
  EXPECT_EQ(settings.ssl_root_cert, "r");
  EXPECT_EQ(settings.ssl_crl, "l");
  EXPECT_EQ(settings.ssl_min_version, "TLSv1.3");
  EXPECT_EQ(settings.ssl_max_version, "TLSv1.3");
  EXPECT_FALSE(settings.ssl_sni);
  EXPECT_TRUE(settings.ssl_direct);
  EXPECT_EQ(settings.timeout, std::chrono::seconds(7));
  EXPECT_EQ(settings.target_session, login::TargetSession::prefer_standby);
  EXPECT_TRUE(settings.load_balance_hosts);
  EXPECT_FALSE(settings.keepalives);
  EXPECT_EQ(settings.keepalives_idle, 1);
  EXPECT_EQ(settings.keepalives_interval, 2);
  EXPECT_EQ(settings.keepalives_count, 3);
  EXPECT_EQ(settings.tcp_user_timeout_ms, 4);
  EXPECT_EQ(settings.require_auth, bits({AuthMethod::gss}));
}

TEST(Login, EnumeratorsAreInTheTablesOrder) {
  const auto choice = [](const std::string& name, const std::string& value) {
    return login(name + "=" + value);
  };
  EXPECT_EQ(choice("SSLmode", "disable").ssl_mode, SslMode::disable);
  EXPECT_EQ(choice("SSLmode", "allow").ssl_mode, SslMode::allow);
  EXPECT_EQ(choice("SSLmode", "prefer").ssl_mode, SslMode::prefer);
  EXPECT_EQ(choice("SSLmode", "require").ssl_mode, SslMode::require);
  EXPECT_EQ(choice("SSLmode", "verify-ca").ssl_mode, SslMode::verify_ca);
  EXPECT_EQ(choice("SSLmode", "verify-full").ssl_mode, SslMode::verify_full);
  using login::TargetSession;
  EXPECT_EQ(choice("target_session_attrs", "any").target_session, TargetSession::any);
  EXPECT_EQ(choice("target_session_attrs", "read-write").target_session, TargetSession::read_write);
  EXPECT_EQ(choice("target_session_attrs", "read-only").target_session, TargetSession::read_only);
  EXPECT_EQ(choice("target_session_attrs", "primary").target_session, TargetSession::primary);
  EXPECT_EQ(choice("target_session_attrs", "standby").target_session, TargetSession::standby);
  EXPECT_EQ(choice("channel_binding", "disable").channel_binding, auth::ChannelBinding::disable);
  EXPECT_EQ(choice("channel_binding", "prefer").channel_binding, auth::ChannelBinding::prefer);
  EXPECT_EQ(choice("gssencmode", "prefer").gssenc_mode, encryption::GssEncMode::prefer);
  EXPECT_EQ(choice("gssdelegation", "1").delegation, NEGODBC_AUTH_DELEGATE_FULL);
  EXPECT_EQ(choice("gssdelegation", "0").delegation, NEGODBC_AUTH_DELEGATE_NONE);
  EXPECT_EQ(choice("CanonicalizeHost", "yes").canonicalize, NEGODBC_AUTH_CANONICALIZE_FORWARD);
}

TEST(Login, WithoutAWordTheTicketEncryptsWhoLogsInByIt) {
  // Also where the default is written down.
  for (const std::string_view text :
       {"", "UID=u", "SSLmode=prefer", "Trusted_Connection=Yes", "Authentication=Kerberos;UID=u",
        "Trusted_Connection=Yes;UID=u;PWD=p", "ssl_min_protocol_version=TLSv1.3"}) {
    EXPECT_EQ(login(text).gssenc_mode, GssEncMode::prefer) << text;
  }
  // A password needs no ticket; what is refused without one is reached all the same.
  for (const std::string_view text :
       {"UID=u;PWD=p", "OAuthToken=t", "SSLmode=disable", "SSLmode=allow;Trusted_Connection=Yes",
        "sslcert=c;sslkey=k", "sslrootcert=r;Trusted_Connection=Yes", "sslcrl=c",
        "AllowNTLM=Yes;Trusted_Connection=Yes"}) {
    EXPECT_EQ(login(text).gssenc_mode, GssEncMode::when_refused) << text;
  }
}

TEST(Login, WhoDemandsTlsOrNoTicketGetsNoGssEncryptionUnasked) {
  for (const std::string_view text :
       {"SSLmode=require;Trusted_Connection=Yes", "SSLmode=verify-ca", "SSLmode=verify-full",
        "sslrootcert=system", "channel_binding=require;UID=u;PWD=p", "Trusted_Connection=No",
        "Authentication=Password;UID=u;PWD=p", "Authentication=NTLM;AllowNTLM=Yes",
        "SSLmode=require;sslnegotiation=direct"}) {
    EXPECT_EQ(login(text).gssenc_mode, GssEncMode::disable) << text;
  }
  EXPECT_EQ(login("SSLmode=verify-full;GssEncMode=prefer").gssenc_mode, GssEncMode::prefer);
  EXPECT_EQ(login("Trusted_Connection=No;GssEncMode=require").gssenc_mode, GssEncMode::require);
  EXPECT_EQ(login("Trusted_Connection=Yes;GssEncMode=disable").gssenc_mode, GssEncMode::disable);
}

TEST(Login, IntegratedLoginBySynonyms) {
  for (const std::string_view text :
       {"Trusted_Connection=Yes", "Integrated Security=SSPI", "Integrated Security=true",
        "IntegratedSecurity=yes", "Authentication=SSPI", "Authentication=Negotiate",
        "Authentication=kerberos", "Trusted_Connection=Yes;Authentication=Kerberos"}) {
    EXPECT_EQ(login(text).integrated, IntegratedLogin::required) << text;
  }
  for (const std::string_view text : {"Trusted_Connection=No", "Integrated Security=false",
                                      "Authentication=Password", "Authentication=SqlPassword"}) {
    EXPECT_EQ(login(text).integrated, IntegratedLogin::never) << text;
  }
  EXPECT_EQ(login("UID=u;PWD=p").integrated, IntegratedLogin::automatic);
  EXPECT_EQ(login("Authentication=Kerberos").auth_package, "Kerberos");
  EXPECT_EQ(login("Authentication=negotiate").auth_package, "Negotiate");
  EXPECT_EQ(login("Authentication=SSPI").auth_package, "");
}

TEST(Login, ContradictionsAreRefused) {
  EXPECT_THAT(refusal("Trusted_Connection=No;Authentication=Negotiate"), HasSubstr("contradict"));
  EXPECT_THAT(refusal("Trusted_Connection=Yes;Authentication=Password"), HasSubstr("contradict"));
  EXPECT_THAT(refusal("Authentication=Magic"), HasSubstr("Authentication=Magic"));
  EXPECT_THAT(refusal("GssLib=libgss.so"), HasSubstr("GssLib=libgss.so"));
  EXPECT_THAT(refusal("AuthPlugin=x.so"), HasSubstr("absolute"));
  const std::string whole = own_directory() + "plugin";  // as the system writes it
  EXPECT_EQ(login("AuthPlugin=" + whole).auth_plugin, whole);
  EXPECT_THAT(refusal("sslnegotiation=direct"), HasSubstr("SSLmode=require"));
  EXPECT_THAT(refusal("sslrootcert=system;sslmode=require"), HasSubstr("verify-full"));
  EXPECT_THAT(refusal("ssl_min_protocol_version=TLSv1.3;ssl_max_protocol_version=TLSv1.2"),
              HasSubstr("newer"));
  EXPECT_THAT(refusal("connect_timeout=soon"), HasSubstr("connect_timeout=soon"));
}

TEST(Login, TheSystemsRootsMeanVerifyFull) {
  EXPECT_EQ(login("sslrootcert=system").ssl_mode, SslMode::verify_full);
}

TEST(Login, LibpqsNamesOfGssLibraries) {
  for (const std::string_view name : {"gssapi", "SSPI", "auto", "GSS"}) {
    EXPECT_EQ(login("gsslib=" + std::string(name)).gss_library, "auto") << name;
  }
  EXPECT_EQ(login("gsslib=MIT").gss_library, "mit");
  EXPECT_EQ(login("gsslib=Heimdal").gss_library, "heimdal");
}

TEST(Login, NoTimeoutIsAVeryLongOne) {
  EXPECT_GE(login("connect_timeout=0").timeout, std::chrono::hours(24 * 365));
  EXPECT_GE(login("Connection Timeout=2147483").timeout, std::chrono::hours(24));
  EXPECT_THAT(refusal("connect_timeout=-1"), HasSubstr("connect_timeout"));
}

TEST(Login, PsqlodbcsMinusOneMeansTheSystems) {
  EXPECT_EQ(login("KeepaliveTime=-1").keepalives_idle, 0);
}

TEST(Login, StartupParameters) {
  const auto parameters = login("").startup_parameters;
  EXPECT_THAT(parameters, Contains(Pair("client_encoding", "UTF8")));
  EXPECT_THAT(parameters, Contains(Pair("DateStyle", "ISO")));
  EXPECT_THAT(parameters, Contains(Pair("extra_float_digits", "3")));
  EXPECT_THAT(parameters, Contains(Pair("application_name", program_name())));
  EXPECT_THAT(parameters, Not(Contains(Key("options"))));
  EXPECT_THAT(parameters, Not(Contains(Key("default_transaction_read_only"))));
  EXPECT_THAT(parameters, Not(Contains(Key("TimeZone"))));
  EXPECT_THAT(login("UseServerSidePrepare=0").startup_parameters,
              Not(Contains(Key("extra_float_digits"))));
  const auto wished = login("ReadOnly=1;options=-c geqo=off;APP=Office").startup_parameters;
  EXPECT_THAT(wished, Contains(Pair("default_transaction_read_only", "on")));
  EXPECT_THAT(wished, Contains(Pair("options", "-c geqo=off")));
  EXPECT_THAT(wished, Contains(Pair("application_name", "Office")));
}

TEST(Hosts, ListsPairUp) {
  const auto hosts = parse_hosts("a, b ,/run/pg", true, "", "1,,3");
  ASSERT_EQ(hosts.size(), 3U);
  EXPECT_EQ(hosts[0].name, "a");
  EXPECT_EQ(hosts[0].port, 1);
  EXPECT_EQ(hosts[1].name, "b");
  EXPECT_EQ(hosts[1].port, 5432);
  EXPECT_EQ(hosts[2].name, "/run/pg");
  EXPECT_EQ(hosts[2].port, 3);
}

TEST(Hosts, OnePortServesAll) {
  const auto hosts = parse_hosts("a,b", true, "", "7");
  ASSERT_EQ(hosts.size(), 2U);
  EXPECT_EQ(hosts[1].port, 7);
}

TEST(Hosts, AddressesKeepTheNamesOfSpnAndCertificate) {
  const auto hosts = parse_hosts("a,", true, "127.0.0.1,::1", "5432");
  ASSERT_EQ(hosts.size(), 2U);
  EXPECT_EQ(hosts[0].name, "a");
  EXPECT_EQ(hosts[0].address, "127.0.0.1");
  EXPECT_EQ(hosts[1].name, "::1");
  EXPECT_EQ(hosts[1].address, "::1");
  const auto bare = parse_hosts("localhost", false, "10.0.0.1,10.0.0.2", "5432");
  ASSERT_EQ(bare.size(), 2U);
  EXPECT_EQ(bare[1].name, "10.0.0.2");
}

TEST(Hosts, EmptyNamesAndBrackets) {
  const auto hosts = parse_hosts(",[2001:db8::1]", true, "", "5432");
  ASSERT_EQ(hosts.size(), 2U);
  EXPECT_EQ(hosts[0].name, "localhost");
  EXPECT_EQ(hosts[1].name, "2001:db8::1");
}

TEST(Hosts, CountsThatDoNotMatchAreRefused) {
  EXPECT_THAT(refusal("Server=a,b;Port=1,2,3"),
              AllOf(HasSubstr("3 ports"), HasSubstr("2 servers")));
  EXPECT_THAT(refusal("Server=a;hostaddr=1.1.1.1,2.2.2.2"), HasSubstr("hostaddr"));
  EXPECT_THAT(refusal("Server=a;Port=70000"), HasSubstr("Port=70000"));
  EXPECT_THAT(refusal("Server=a;Port=0"), HasSubstr("Port=0"));
  EXPECT_THAT(refusal("Server=a;Port=5432x"), HasSubstr("Port=5432x"));
}

TEST(RequireAuth, ListsOfMethods) {
  EXPECT_EQ(parse_require_auth(""), 0U);
  EXPECT_EQ(parse_require_auth("gss"), bits({AuthMethod::gss}));
  EXPECT_EQ(parse_require_auth("scram-sha-256, md5"), bits({AuthMethod::scram, AuthMethod::md5}));
  EXPECT_EQ(parse_require_auth("none"), bits({AuthMethod::none}));
}

TEST(RequireAuth, Refusals) {
  EXPECT_EQ(parse_require_auth("!password"),
            bits({AuthMethod::md5, AuthMethod::gss, AuthMethod::sspi, AuthMethod::scram,
                  AuthMethod::oauth, AuthMethod::none}));
  EXPECT_EQ(parse_require_auth("!none"),
            bits({AuthMethod::md5, AuthMethod::gss, AuthMethod::sspi, AuthMethod::scram,
                  AuthMethod::oauth, AuthMethod::password}));
}

TEST(RequireAuth, WhatMakesNoSense) {
  for (const std::string_view list :
       {"gss,!md5", "!gss,md5", "kerberos", "gss,gss", "gss,", ",", "!",
        "!password,!md5,!gss,!sspi,!scram-sha-256,!oauth,!none"}) {
    EXPECT_THROW(parse_require_auth(list), Error) << list;
  }
}

}  // namespace
}  // namespace negodbc::dsn
