// What a storm is told, and what logs and errors tell it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <fstream>

#include "bench/storm/server_log.h"
#include "bench/storm/sqlstate_text.h"
#include "bench/storm/target_spec.h"

namespace negodbc::bench {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(Targets, AreNamedWithTheirConnectionsAndCaches) {
  const auto specs =
      parse_targets({"ours=odbc:DSN=a;UID=x", "peer=libpq:host=h:5", "ours=odbc:DSN=b"},
                    {"ours=FILE:/tmp/a=b", "ours=MEMORY:"});
  ASSERT_EQ(specs.size(), 2u);
  EXPECT_EQ(specs[0].name, "ours");
  EXPECT_EQ(specs[0].kind, "odbc");
  EXPECT_THAT(specs[0].connections, ElementsAre("DSN=a;UID=x", "DSN=b"));
  EXPECT_THAT(specs[0].caches, ElementsAre("FILE:/tmp/a=b", "MEMORY:"));
  EXPECT_THAT(specs[1].connections, ElementsAre("host=h:5"));
}

TEST(Targets, ThatAreMalformedAreRefused) {
  for (const char* text : {"", "x", "x=", "=odbc:DSN=a", "x=odbc", "x=odbc:", "x=jdbc:DSN=a"}) {
    EXPECT_THROW(parse_targets({text}, {}), std::runtime_error) << text;
  }
  EXPECT_THROW(parse_targets({"x=odbc:a", "x=libpq:a"}, {}), std::runtime_error);
  EXPECT_THROW(parse_targets({"x=odbc:a"}, {"y=FILE:a"}), std::runtime_error);
}

TEST(Targets, ShowNoPassword) {
  const std::pair<const char*, const char*> cases[] = {
      {"DSN=a;PWD=secret;UID=b", "DSN=a;PWD=***;UID=b"},
      {"Password={se;cr}}et};UID=b", "Password=***;UID=b"},
      {"DSN=a;pwd = secret", "DSN=a;pwd = ***"},
      {"user=a password='se cr\\'et' host=b", "user=a password=*** host=b"},
      {"password=secret", "password=***"},
      {"sslpassword=secret host=b", "sslpassword=*** host=b"},
      {"PWD={secret", "PWD=***"},
      {"postgresql://a:secret@h/db", "postgresql://a:***@h/db"},
      {"DSN=a;UID=b", "DSN=a;UID=b"}};
  for (const auto& [connection, shown] : cases) EXPECT_EQ(without_passwords(connection), shown);
}

TEST(Sqlstate, IsTakenOutOfLibpqsVerboseText) {
  const Failure refused = failure_of_verbose_text(
      "connection to server at \"localhost\" (127.0.0.1), port 5432 failed: FATAL:  28P01: "
      "password authentication "
      "failed for user \"a\"\nLOCATION:  auth_failed, auth.c:335\n");
  EXPECT_EQ(refused.sqlstate, "28P01");
  EXPECT_THAT(refused.text, HasSubstr("password authentication failed"));
  EXPECT_EQ(
      failure_of_verbose_text("connection failed: Connection refused\n\tIs the server running?\n")
          .sqlstate,
      "");
  EXPECT_EQ(failure_of_verbose_text("could not:  translate:  now").sqlstate, "");
}

TEST(ServerLog, CountsBackendsStatementsAndKdcRequests) {
  const ServerCounts postgres = count_postgres_lines(
      "2026-11-22 20:00:00 UTC [1] user= db= app= LOG:  connection received: host=127.0.0.1 "
      "port=1\n"
      "2026-11-22 20:00:00 UTC [1] user=a db=b app= LOG:  connection authorized: user=a\n"
      "2026-11-22 20:00:00 UTC [1] user=a db=b app= LOG:  statement: SELECT 1\n"
      "2026-11-22 20:00:00 UTC [1] user=a db=b app= LOG:  execute <unnamed>: SELECT 2\n");
  EXPECT_EQ(postgres.backends, 1u);
  EXPECT_EQ(postgres.statements, 2u);
  EXPECT_FALSE(postgres.kdc_requests);
  const ServerCounts heimdal = count_kdc_lines(
      "2026-11-22T20:29:52 AS-REQ alice@A from IPv4:127.0.0.1 for krbtgt/A@A\n"
      "2026-11-22T20:29:52 Client sent patypes: REQ-ENC-PA-REP\n"
      "2026-11-22T20:29:52 Need to use PA-ENC-TIMESTAMP/PA-PK-AS-REQ\n"
      "2026-11-22T20:29:52 TGS-REQ alice@A from IPv4:127.0.0.1 for postgres/localhost@A "
      "[canonicalize]\n"
      "2026-11-22T20:29:52 TGS-REQ authtime: 2026-11-22T20:29:52 starttime: ...\n");
  EXPECT_EQ(heimdal.kdc_requests, 2u);
  const ServerCounts mit = count_kdc_lines(
      "Nov 22 20:00:00 h krb5kdc[1](info): TGS_REQ (8 etypes {18}) 127.0.0.1: ISSUE: authtime 1, a "
      "for b\n");
  EXPECT_EQ(mit.kdc_requests, 1u);
}

TEST(ServerLog, GivesWhatWasAddedInWholeLines) {
  const std::string path = testing::TempDir() + "negodbc-growing.log";
  std::ofstream(path) << "old\n";
  GrowingLog log(path);
  EXPECT_EQ(log.added(), "");
  std::ofstream(path, std::ios::app) << "one\nhal";
  EXPECT_EQ(log.added(), "one\n");
  std::ofstream(path, std::ios::app) << "f\n";
  EXPECT_EQ(log.added(), "half\n");
  std::ofstream(path) << "new\n";
  EXPECT_EQ(log.added(), "new\n");
  EXPECT_EQ(std::remove(path.c_str()), 0);
  EXPECT_EQ(log.added(), std::nullopt);
}

}  // namespace
}  // namespace negodbc::bench
