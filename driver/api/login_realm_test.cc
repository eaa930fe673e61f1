// Ways of login and what their faults are called, through the entry points; the same on every
// system.
#include <gtest/gtest.h>
#include <sql.h>
#include <sqlext.h>

#include <cstdlib>
#include <string>

#include "driver/api/testing/odbc_client.h"

namespace negodbc::odbc {
namespace {

using testing::Client;
using testing::Query;

struct Way {
  const char* name;
  const char* settings;
  const char* encryption;  // of pg_stat_gssapi and pg_stat_ssl: gss_authenticated, encrypted, ssl
};

class LoginByTicket : public ::testing::TestWithParam<Way> {};

TEST_P(LoginByTicket, TheServerSeesThePrincipal) {
  const Client client(
      (std::string("DSN=negodbc;Trusted_Connection=Yes;") + GetParam().settings).c_str());
  const Query query(client);
  EXPECT_EQ(
      query.value("select session_user, g.principal, g.gss_authenticated, g.encrypted, s.ssl "
                  "from pg_stat_gssapi g join pg_stat_ssl s using (pid) "
                  "where pid = pg_backend_pid()"),
      std::string("alice|alice@") + std::getenv("NEGODBC_REALM") + "|" + GetParam().encryption);
  EXPECT_EQ(query.value("select sum(length(repeat('x', i))) from generate_series(1, 1000) i"),
            "500500");
  EXPECT_EQ(query.value("select length(repeat('y', 1000000))"), "1000000");
}

INSTANTIATE_TEST_SUITE_P(
    Ways, LoginByTicket,
    ::testing::Values(
        Way{"Kerberos", "Authentication=Kerberos;SSLmode=disable", "1|0|0"},
        Way{"Negotiate", "Authentication=Negotiate;SSLmode=disable", "1|0|0"},
        Way{"KerberosEncrypted", "Authentication=Kerberos;GssEncMode=require", "1|1|0"},
        Way{"NegotiateEncrypted", "Authentication=Negotiate;GssEncMode=require", "1|1|0"},
        Way{"KerberosOverTls", "Authentication=Kerberos;SSLmode=require", "1|0|1"}),
    [](const auto& of) { return std::string(of.param.name); });

TEST(LoginByPassword, ScramIsBoundToTlsAndTheServerIsVerified) {
  const Client client("DSN=negodbc-tls;channel_binding=require;require_auth=scram-sha-256");
  const Query query(client);
  EXPECT_EQ(query.value("select session_user, ssl from pg_stat_ssl where pid = pg_backend_pid()"),
            "scram_ssl_user|1");
}

TEST(LoginByPassword, WithoutTls) {
  for (const char* way : {"scram", "md5"}) {
    const Client client(("DSN=negodbc-" + std::string(way) + ";SSLmode=disable").c_str());
    EXPECT_EQ(Query(client).value("select session_user"), std::string(way) + "_user");
  }
}

std::string file(const char* variable) {
  const char* const path = std::getenv(variable);
  EXPECT_NE(path, nullptr) << variable;
  return path == nullptr ? "" : path;
}

// The settings of negodbc-tls, but for the password: what TLS alone does.
std::string by_certificate() {
  return "DSN=negodbc-trust;UID=cert_user;SSLmode=verify-full;SSLrootcert=" +
         file("NEGODBC_ROOT_CERT") + ";SSLcert=" + file("NEGODBC_CLIENT_CERT");
}

TEST(LoginByCertificate, TheServerKnowsTheClientByIt) {
  const std::string settings = by_certificate() + ";SSLkey=" + file("NEGODBC_CLIENT_KEY");
  for (const char* more : {"", ";ssl_max_protocol_version=TLSv1.2"}) {
    const Client client((settings + more).c_str());
    EXPECT_EQ(Query(client).value("select session_user, client_dn from pg_stat_ssl "
                                  "where pid = pg_backend_pid()"),
              "cert_user|/CN=cert_user")
        << more;
  }
}

TEST(LoginByPassword, TheServersCertificateIsNotAmongTheRevoked) {
  const Client client(("DSN=negodbc-tls;SSLcrl=" + file("NEGODBC_CRL")).c_str());
  EXPECT_EQ(Query(client).value("select 1"), "1");
}

struct Fault {
  const char* name;
  const char* settings;  // names in capitals stand for what the realm's environment has of them
  const char* state;
};

class LoginFault : public ::testing::TestWithParam<Fault> {};

TEST_P(LoginFault, HasItsSqlstate) {
  std::string settings = GetParam().settings;
  for (const std::string place : {"OTHER_ROOT_CERT", "CLOSED_PORT", "REALM_DIR"})
    if (const auto at = settings.find(place); at != std::string::npos)
      settings.replace(at, place.size(), std::getenv(("NEGODBC_" + place).c_str()));
  const Client client("", false);
  const SQLRETURN result = SQLDriverConnect(client.dbc(), nullptr, testing::chars(settings.c_str()),
                                            SQL_NTS, nullptr, 0, nullptr, SQL_DRIVER_NOPROMPT);
  EXPECT_EQ(result, SQL_ERROR);
  const std::string said = testing::diagnostic(SQL_HANDLE_DBC, client.dbc());
  EXPECT_EQ(said.substr(0, 5), GetParam().state) << said;
  std::printf("%-22s %s\n", GetParam().name, said.substr(0, 200).c_str());
}

INSTANTIATE_TEST_SUITE_P(
    Faults, LoginFault,
    ::testing::Values(
        Fault{"WrongPassword", "DSN=negodbc-scram;PWD=wrong", "28000"},
        Fault{"UnknownRole", "DSN=negodbc-trust;UID=nobody_known", "28000"},
        Fault{"UnknownDatabase", "DSN=negodbc-trust;Database=nosuch", "08004"},
        Fault{"ClosedPort", "DSN=negodbc-trust;Port=CLOSED_PORT", "08001"},
        Fault{"UnknownHost", "DSN=negodbc-trust;Server=no-such-host.invalid", "08001"},
        Fault{"UntrustedServer", "DSN=negodbc-tls;SSLrootcert=OTHER_ROOT_CERT", "08001"},
        Fault{"WrongName", "DSN=negodbc-tls;Server=nothere;hostaddr=127.0.0.1", "08001"},
        Fault{"NoRootCertificate", "DSN=negodbc-tls;SSLrootcert=REALM_DIR/missing", "08001"},
        Fault{"BadValue", "DSN=negodbc-trust;SSLmode=perhaps", "08001"},
        Fault{"RefusedWay", "DSN=negodbc-scram;require_auth=gss", "28000"},
        Fault{"AnothersRole", "DSN=negodbc;UID=bob;Trusted_Connection=Yes", "28000"},
        Fault{"NoPlugin", "DSN=negodbc;Trusted_Connection=Yes;AuthPlugin=nowhere", "08001"},
        Fault{"Malformed", "DSN=negodbc-trust;{", "HY000"}),
    [](const auto& of) { return std::string(of.param.name); });

// All that a connection says, one record a line.
std::string told(SQLHDBC connection) {
  std::string all;
  for (SQLSMALLINT i = 1;; ++i) {
    const std::string one = testing::diagnostic(SQL_HANDLE_DBC, connection, i);
    if (one.empty()) return all;
    all += one + '\n';
  }
}

TEST(Misspelt, IsToldAndTheConnectionSucceeds) {
  const Client client("", false);
  const char* text =
      "DSN=negodbc-trust;SLLmode=verify-full;Trace=No;WSID=box;pqopt={chanel_binding=require}";
  EXPECT_EQ(SQLDriverConnect(client.dbc(), nullptr, testing::chars(text), SQL_NTS, nullptr, 0,
                             nullptr, SQL_DRIVER_NOPROMPT),
            SQL_SUCCESS_WITH_INFO);
  const std::string words = told(client.dbc());
  EXPECT_NE(words.find("01S00"), std::string::npos) << words;
  EXPECT_NE(words.find("\"SLLmode\" (in the connection string, at character 19)"),
            std::string::npos)
      << words;
  EXPECT_NE(words.find("is SSLmode meant?"), std::string::npos) << words;
  EXPECT_NE(words.find("\"chanel_binding\" (in pqopt of the connection string)"), std::string::npos)
      << words;
  EXPECT_EQ(words.find("Trace"), std::string::npos) << words;
  EXPECT_EQ(words.find("WSID"), std::string::npos) << words;
  EXPECT_EQ(Query(client).value("SELECT 1"), "1");
}

TEST(Misspelt, IsToldOfADataSource) {
  const Client by_name("", false);
  EXPECT_EQ(SQLConnect(by_name.dbc(), testing::chars("negodbc-misspelt"), SQL_NTS, nullptr, 0,
                       nullptr, 0),
            SQL_SUCCESS_WITH_INFO);
  const Client by_string("", false);
  EXPECT_EQ(SQLDriverConnect(by_string.dbc(), nullptr, testing::chars("DSN=negodbc-misspelt"),
                             SQL_NTS, nullptr, 0, nullptr, SQL_DRIVER_NOPROMPT),
            SQL_SUCCESS_WITH_INFO);
  for (const Client* client : {&by_name, &by_string}) {
    const std::string words = told(client->dbc());
    EXPECT_NE(words.find("\"SLLmode\" (in the data source negodbc-misspelt in "), std::string::npos)
        << words;
    EXPECT_NE(words.find("\"gssencmod\" (in pqopt of the data source negodbc-misspelt in "),
              std::string::npos)
        << words;
    EXPECT_NE(words.find("is GssEncMode meant?"), std::string::npos) << words;
    EXPECT_EQ(words.find("Threading"), std::string::npos) << words;
  }
}

TEST(Misspelt, IsToldWithALoginThatFails) {
  const Client client("", false);
  EXPECT_EQ(SQLDriverConnect(client.dbc(), nullptr,
                             testing::chars("DSN=negodbc-trust;Prot=1;SSLmode=reqire"), SQL_NTS,
                             nullptr, 0, nullptr, SQL_DRIVER_NOPROMPT),
            SQL_ERROR);
  const std::string words = told(client.dbc());
  EXPECT_EQ(words.substr(0, 5), "08001") << "the error comes first: " << words;
  EXPECT_NE(words.find("SSLmode=reqire: expected one of"), std::string::npos) << words;
  // In the error itself, since programs show one record.
  EXPECT_NE(words.substr(0, words.find('\n')).find("is Port meant?"), std::string::npos) << words;
}

TEST(Misspelt, APieceOfAPasswordIsNotRepeated) {
  const Client client("", false);
  EXPECT_EQ(SQLDriverConnect(client.dbc(), nullptr,
                             testing::chars("DSN=negodbc-trust;PWD=half;hidden=secret"), SQL_NTS,
                             nullptr, 0, nullptr, SQL_DRIVER_NOPROMPT),
            SQL_SUCCESS_WITH_INFO);
  const std::string words = told(client.dbc());
  EXPECT_NE(words.find("goes into braces"), std::string::npos) << words;
  EXPECT_EQ(words.find("hidden"), std::string::npos) << words;
  EXPECT_EQ(words.find("secret"), std::string::npos) << words;
}

}  // namespace
}  // namespace negodbc::odbc
