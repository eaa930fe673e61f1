// Where the application has set no time-out at all: what closes or ends something ends after a
// minute, and the connection is given up.
#include <chrono>
#include <functional>
#include <future>
#include <string>
#include <vector>

#include "driver/api/testing/odbc_client.h"
#include "driver/api/testing/stuck_peer.h"

namespace negodbc::odbc {
namespace {

using testing::Client;
using testing::Manner;
using testing::Query;
using testing::StuckPeer;
using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

struct Ending {
  std::string name;
  SQLULEN autocommit;
  std::string text;  // executed before
  std::function<SQLRETURN(const Client&, const Query&)> call;
};

std::vector<Ending> endings() {
  return {
      {"SQLEndTran", SQL_AUTOCOMMIT_OFF, "work for ever",
       [](const Client& client, const Query&) {
         return SQLEndTran(SQL_HANDLE_DBC, client.dbc(), SQL_ROLLBACK);
       }},
      {"SQLFreeStmt", SQL_AUTOCOMMIT_ON, "SELECT 'rows stuck'",
       [](const Client&, const Query& q) { return SQLFreeStmt(q.get(), SQL_CLOSE); }},
  };
}

struct Outcome {
  SQLRETURN result;
  std::string state;       // of the call
  std::string next_state;  // of the next use
  std::chrono::milliseconds time, next_time;
};

Outcome outcome_of(const Ending& ending) {
  const StuckPeer peer(Manner::silent);
  const Client client(peer.connection_string().c_str());
  const Query q(client);
  client.set(SQL_ATTR_AUTOCOMMIT, ending.autocommit);
  EXPECT_TRUE(SQL_SUCCEEDED(q.exec(ending.text))) << q.error();
  const auto since = [](Clock::time_point begin) {
    return std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - begin);
  };
  Outcome outcome{};
  auto begin = Clock::now();
  outcome.result = ending.call(client, q);
  outcome.time = since(begin);
  outcome.state = client.state();
  begin = Clock::now();
  EXPECT_EQ(q.exec("more"), SQL_ERROR) << ending.name;
  outcome.next_time = since(begin);
  outcome.next_state = q.state();
  return outcome;
}

TEST(Endings, EndAfterAMinuteWithoutATimeOut) {
  const std::vector<Ending> all = endings();
  std::vector<std::future<Outcome>> outcomes;
  outcomes.reserve(all.size());
  for (const Ending& ending : all)
    outcomes.push_back(std::async(std::launch::async, outcome_of, ending));
  for (std::size_t i = 0; i < all.size(); ++i) {
    const auto deadline = i == 0 ? 75s : 15s;  // they wait at the same time
    if (outcomes[i].wait_for(deadline) != std::future_status::ready) {
      // Nothing would end the thread, nor the wait for it.
      std::fprintf(stderr, "%s has not come back\n", all[i].name.c_str());
      std::_Exit(1);
    }
    const Outcome outcome = outcomes[i].get();
    EXPECT_GT(outcome.time, 55s) << all[i].name;
    EXPECT_LT(outcome.time, 65s) << all[i].name;
    // What became of a transaction is not known: nobody is told that it stands.
    if (all[i].autocommit == SQL_AUTOCOMMIT_OFF) {
      EXPECT_EQ(outcome.result, SQL_ERROR) << all[i].name;
      EXPECT_EQ(outcome.state, "HYT00") << all[i].name;
    }
    EXPECT_LT(outcome.next_time, 12s) << all[i].name;
    EXPECT_TRUE(outcome.next_state == "HYT01" || outcome.next_state == "08S01")
        << all[i].name << ": " << outcome.next_state;
  }
}

struct Leaving {
  std::string text;  // executed before
  SQLULEN autocommit, query_timeout;
};

std::chrono::milliseconds time_to_leave(const Leaving& leaving) {
  const StuckPeer peer(Manner::silent);
  const Client client(peer.connection_string().c_str());
  Query q(client);
  client.set(SQL_ATTR_AUTOCOMMIT, leaving.autocommit);
  client.set(SQL_ATTR_CONNECTION_TIMEOUT, 3);
  q.set(SQL_ATTR_QUERY_TIMEOUT, leaving.query_timeout);
  EXPECT_TRUE(SQL_SUCCEEDED(q.exec(leaving.text))) << q.error();
  const auto begin = Clock::now();
  EXPECT_TRUE(SQL_SUCCEEDED(SQLDisconnect(client.dbc())))
      << leaving.text << testing::diagnostic(SQL_HANDLE_DBC, client.dbc());
  q.forget();
  return std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - begin);
}

// However long the query time-out is.
TEST(Leaving, TakesItsTimeOutWhereTheServerSaysNothing) {
  std::vector<Leaving> all;
  for (const char* text : {"SELECT 'rows stuck'", "SELECT 'rows stuck' FROM t",
                           "SELECT 'rows suspended stuck' FROM t"})
    for (const SQLULEN autocommit : {SQL_AUTOCOMMIT_ON, SQL_AUTOCOMMIT_OFF})
      for (const SQLULEN timeout : {SQLULEN{0}, SQLULEN{3600}})
        all.push_back({text, autocommit, timeout});
  std::vector<std::future<std::chrono::milliseconds>> times;
  times.reserve(all.size());
  for (const Leaving& leaving : all)
    times.push_back(std::async(std::launch::async, time_to_leave, leaving));
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (times[i].wait_for(30s) != std::future_status::ready) {
      std::fprintf(stderr, "%s has not come back\n", all[i].text.c_str());
      std::_Exit(1);
    }
    EXPECT_LT(times[i].get(), 8s) << all[i].text << " " << all[i].autocommit;
  }
}

// Of a disconnection that was refused nothing is left.
TEST(Leaving, IsOverWhereATransactionIsOpen) {
  const Client client;
  client.set(SQL_ATTR_AUTOCOMMIT, SQL_AUTOCOMMIT_OFF);
  const Query q(client);
  q.run("SELECT 1");
  SQLFreeStmt(q.get(), SQL_CLOSE);
  EXPECT_EQ(SQLDisconnect(client.dbc()), SQL_ERROR);
  EXPECT_EQ(client.state(), "25000");
  EXPECT_EQ(q.value("SELECT 7 FROM pg_sleep(4)"), "7");
}

// What a result's functions do is heard out, as long as it comes.
TEST(Leaving, HearsOutWhatComes) {
  const Client other;
  const Query watch(other);
  watch.run("DROP TABLE IF EXISTS left_behind");
  watch.run("CREATE TABLE left_behind (i int)");
  watch.run(
      "CREATE OR REPLACE FUNCTION leave_behind(i int) RETURNS text LANGUAGE plpgsql AS "
      "$$BEGIN PERFORM pg_sleep(0.5); INSERT INTO left_behind VALUES (i); "
      "RETURN repeat('x', 9000); END$$");
  {
    const Client client("DSN=negodbc-trust;UseDeclareFetch=0");
    Query q(client);
    q.run("SELECT leave_behind(i) FROM generate_series(1, 10) i");
    EXPECT_EQ(SQLDisconnect(client.dbc()), SQL_SUCCESS);
    q.forget();
  }
  EXPECT_EQ(watch.value("SELECT count(*) FROM left_behind"), "10");
  watch.run("DROP FUNCTION leave_behind");
  watch.run("DROP TABLE left_behind");
}

// Also where its end takes the server longer than it has talked before.
TEST(Leaving, KeepsWhatWasToldAsDone) {
  const Client other;
  const Query watch(other);
  watch.run("DROP TABLE IF EXISTS left_slowly");
  watch.run("CREATE TABLE left_slowly (i int, t text)");
  watch.run(
      "CREATE OR REPLACE FUNCTION leave_slowly() RETURNS trigger LANGUAGE plpgsql AS "
      "$$BEGIN IF NEW.i = 1 THEN PERFORM pg_sleep(5); END IF; RETURN NULL; END$$");
  watch.run(
      "CREATE CONSTRAINT TRIGGER slowly AFTER INSERT ON left_slowly DEFERRABLE INITIALLY DEFERRED "
      "FOR EACH ROW EXECUTE FUNCTION leave_slowly()");
  {
    const Client client;
    Query q(client);
    q.run(
        "INSERT INTO left_slowly SELECT i, repeat('x', 1000) FROM generate_series(1, 1000) i "
        "RETURNING *");
    EXPECT_TRUE(SQL_SUCCEEDED(SQLDisconnect(client.dbc())));
    q.forget();
  }
  EXPECT_EQ(watch.value("SELECT count(*) FROM left_slowly"), "1000");
  watch.run("DROP TABLE left_slowly");
  watch.run("DROP FUNCTION leave_slowly");
}

}  // namespace
}  // namespace negodbc::odbc
