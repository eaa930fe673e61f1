// The parts of a storm that need no server.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <fstream>
#include <nlohmann/json.hpp>
#include <thread>

#include "bench/storm/round.h"
#include "bench/storm/server_log.h"
#include "bench/storm/sqlstate_text.h"
#include "bench/storm/storm.h"
#include "bench/storm/target_spec.h"

namespace negodbc::bench {
namespace {

using std::chrono::milliseconds;
using testing::ElementsAre;
using testing::HasSubstr;

// A target whose logins end at once, but for what a test wants of the number of an attempt.
class FakeTarget : public Target {
 public:
  using Script = std::function<Attempt(std::uint64_t)>;
  explicit FakeTarget(Script script) : script_(std::move(script)) {}

  std::vector<std::string> phases() const override { return {"only"}; }
  std::unique_ptr<Client> client() override { return std::make_unique<FakeClient>(*this); }
  std::uint64_t attempts() const { return attempts_.load(); }

 private:
  class FakeClient : public Client {
   public:
    explicit FakeClient(FakeTarget& target) : target_(target) {}
    Attempt attempt(const std::string&) override {
      return target_.script_(target_.attempts_.fetch_add(1));
    }

   private:
    FakeTarget& target_;
  };

  Script script_;
  std::atomic<std::uint64_t> attempts_{0};
};

Attempt success(std::chrono::nanoseconds login = milliseconds(1)) {
  Attempt attempt;
  attempt.login = login;
  attempt.phases = {login};
  return attempt;
}

RoundPlan plan_of(std::uint64_t logins, unsigned threads) {
  RoundPlan plan;
  plan.logins = logins;
  plan.threads = threads;
  plan.seconds = 60;
  return plan;
}

void no_progress(std::uint64_t, std::uint64_t) {}

TEST(Round, LogsInExactlyAsOftenAsPlanned) {
  FakeTarget target([](std::uint64_t) { return success(); });
  const RoundResult result = run_round(target, plan_of(500, 4), no_progress);
  EXPECT_EQ(target.attempts(), 500u);
  EXPECT_EQ(result.logins, 500u);
  EXPECT_EQ(result.failures, 0u);
  EXPECT_EQ(result.login.count(), 500u);
  EXPECT_EQ(result.login.maximum(), milliseconds(1));
  EXPECT_TRUE(result.service.empty());
  ASSERT_EQ(result.phases.size(), 1u);
  EXPECT_EQ(result.phases[0].first, "only");
  EXPECT_EQ(result.phases[0].second.count(), 500u);
  EXPECT_GT(result.peak_memory_kb, 0);
}

TEST(Round, GroupsFailuresBySqlstateAndKeepsTheFirstText) {
  FakeTarget target([](std::uint64_t number) {
    Attempt attempt = success();
    if (number % 3 == 0) attempt.failure = Failure{"28000", "text " + std::to_string(number)};
    if (number % 3 == 1) attempt.failure = Failure{"", "gone"};
    return attempt;
  });
  const RoundResult result = run_round(target, plan_of(30, 1), no_progress);
  EXPECT_EQ(result.logins, 10u);
  EXPECT_EQ(result.failures, 20u);
  EXPECT_EQ(result.login.count(), 10u);
  EXPECT_EQ(result.errors.at("28000").count, 10u);
  EXPECT_EQ(result.errors.at("28000").first_text, "text 0");
  EXPECT_EQ(result.errors.at("").first_text, "gone");
}

TEST(Round, BeginsNoLoginBehindItsTimeLimit) {
  // Whichever login is begun ends behind the limit, so each of the two threads begins one at most.
  FakeTarget target([](std::uint64_t) {
    std::this_thread::sleep_for(milliseconds(250));
    return success();
  });
  RoundPlan plan = plan_of(1'000'000, 2);
  plan.seconds = 0.25;
  const RoundResult result = run_round(target, plan, no_progress);
  EXPECT_GE(target.attempts(), 1u);
  EXPECT_LE(target.attempts(), 2u);
  EXPECT_EQ(result.logins, target.attempts());
}

TEST(Round, OpenModeCountsFromTheMomentALoginWasDue) {
  // The first login stalls the only thread for 100 ms, while one login after another comes due.
  FakeTarget target([](std::uint64_t number) {
    if (number == 0) std::this_thread::sleep_for(milliseconds(100));
    return success(std::chrono::nanoseconds(1));
  });
  RoundPlan plan = plan_of(50, 1);
  plan.open = true;
  plan.rate = 1000;
  const RoundResult result = run_round(target, plan, no_progress);
  EXPECT_EQ(result.logins, 50u);
  // Numbers 1 to 49 were due within 49 ms and begun after 100 ms: all have waited 51 ms or more.
  EXPECT_GE(result.login.quantile(0.1), milliseconds(51) * (1 - Histogram::relative_error));
  EXPECT_EQ(result.service.maximum(), std::chrono::nanoseconds(1));
}

TEST(Round, OpenModeTellsWhatWasDueAndNotBegun) {
  FakeTarget target([](std::uint64_t) {
    std::this_thread::sleep_for(milliseconds(200));
    return success();
  });
  RoundPlan plan = plan_of(1000, 1);
  plan.open = true;
  plan.rate = 1000;
  plan.seconds = 0.1;
  const RoundResult result = run_round(target, plan, no_progress);
  EXPECT_EQ(result.logins, 1u);
  EXPECT_EQ(result.not_begun, 99u);
}

TEST(Round, ArrivalsFollowTheRateAndTheRamp) {
  EXPECT_DOUBLE_EQ(arrival_s(0, 100, 0), 0);
  EXPECT_DOUBLE_EQ(arrival_s(50, 100, 0), 0.5);
  // A ramp of 2 s to 100/s has 100 arrivals in it; after it the rate is constant.
  EXPECT_DOUBLE_EQ(arrival_s(25, 100, 2), 1);
  EXPECT_DOUBLE_EQ(arrival_s(100, 100, 2), 2);
  EXPECT_DOUBLE_EQ(arrival_s(200, 100, 2), 3);
}

TEST(Round, TravelsAsADocument) {
  FakeTarget target([](std::uint64_t number) {
    Attempt attempt = success(milliseconds(number + 1));
    if (number == 7) attempt.failure = Failure{"08001", "refused"};
    return attempt;
  });
  RoundPlan plan = plan_of(20, 1);
  plan.query = "select 1";
  plan = nlohmann::json(plan).get<RoundPlan>();
  EXPECT_EQ(plan.query, "select 1");
  const nlohmann::json document = run_round(target, plan, no_progress);
  EXPECT_EQ(nlohmann::json(document.get<RoundResult>()), document);
}

TEST(Storm, DividesARoundAmongProcesses) {
  RoundPlan plan = plan_of(10, 5);
  plan.rate = 90;
  std::uint64_t logins = 0;
  unsigned threads = 0;
  double rate = 0;
  for (std::size_t i = 0; i < 3; ++i) {
    const RoundPlan share = share_of(plan, i, 3);
    EXPECT_GE(share.threads, 1u);
    logins += share.logins;
    threads += share.threads;
    rate += share.rate;
  }
  EXPECT_EQ(logins, 10u);
  EXPECT_EQ(threads, 5u);
  EXPECT_DOUBLE_EQ(rate, 90);
}

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
