// Every wait ends: each entry point that may wait, against a server that falls silent, drips, or
// never stops talking.
#include <chrono>
#include <functional>
#include <future>
#include <string>
#include <thread>
#include <vector>

#include "driver/api/testing/odbc_client.h"
#include "driver/api/testing/stuck_peer.h"

namespace negodbc::odbc {
namespace {

using testing::chars;
using testing::Client;
using testing::Manner;
using testing::Query;
using testing::StuckPeer;
using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

struct Call {
  std::string name;
  // Called with two statements, the first of which may have been prepared by `before`.
  std::function<void(const Client&, const Query&, const Query&)> before;
  std::function<SQLRETURN(const Client&, const Query&, const Query&)> call;
};

void nothing(const Client& /*client*/, const Query& /*q*/, const Query& /*other*/) {}

void rows(const Client& /*client*/, const Query& q, const Query& /*other*/) {
  EXPECT_EQ(q.exec("SELECT 'rows stuck'"), SQL_SUCCESS) << q.error();
}

// What has a portal, on its first portion.
void portal(const Client& /*client*/, const Query& q, const Query& /*other*/) {
  EXPECT_EQ(q.exec("SELECT 'rows stuck' FROM t"), SQL_SUCCESS) << q.error();
}

void suspended(const Client& /*client*/, const Query& q, const Query& /*other*/) {
  EXPECT_EQ(q.exec("SELECT 'rows suspended stuck' FROM t"), SQL_SUCCESS) << q.error();
}

void prepared(const Client& /*client*/, const Query& q, const Query& /*other*/) {
  EXPECT_EQ(q.prepare("stuck describe"), SQL_SUCCESS);
}

std::vector<Call> calls() {
  std::vector<Call> all;
  const auto add = [&](const std::string& name, auto before, auto call) {
    all.push_back({name, before, call});
  };
  add("SQLExecDirect", nothing,
      [](const Client&, const Query& q, const Query&) { return q.exec("stuck"); });
  add("SQLExecute", prepared,
      [](const Client&, const Query& q, const Query&) { return SQLExecute(q.get()); });
  add("SQLNumResultCols", prepared, [](const Client&, const Query& q, const Query&) {
    SQLSMALLINT columns = 0;
    return SQLNumResultCols(q.get(), &columns);
  });
  add("SQLFetch", rows, [](const Client&, const Query& q, const Query&) {
    SQLRETURN result = SQL_SUCCESS;
    for (int i = 0; i < 3 && SQL_SUCCEEDED(result); ++i) result = SQLFetch(q.get());
    return result;
  });
  for (const auto before : {portal, suspended}) {
    const std::string kind = before == portal ? "portal: " : "suspended: ";
    add(kind + "SQLFetchScroll", before, [](const Client&, const Query& q, const Query&) {
      q.set(SQL_ATTR_ROW_ARRAY_SIZE, SQLULEN{100000000});
      return SQLFetchScroll(q.get(), SQL_FETCH_NEXT, 0);
    });
    add(kind + "SQLFreeStmt", before, [](const Client&, const Query& q, const Query&) {
      return SQLFreeStmt(q.get(), SQL_CLOSE);
    });
    add(kind + "another's SQLExecDirect", before,
        [](const Client&, const Query&, const Query& other) { return other.exec("work"); });
    add(kind + "SQLTables", before, [](const Client&, const Query&, const Query& other) {
      return SQLTables(other.get(), nullptr, 0, nullptr, 0, chars("t"), SQL_NTS, nullptr, 0);
    });
    add(kind + "SQLDisconnect", before, [](const Client& client, const Query&, const Query&) {
      return SQLDisconnect(client.dbc());
    });
  }
  // A rowset: the time is the call's, not a row's.
  add("SQLFetchScroll", rows, [](const Client&, const Query& q, const Query&) {
    q.set(SQL_ATTR_ROW_ARRAY_SIZE, SQLULEN{100000000});
    return SQLFetchScroll(q.get(), SQL_FETCH_NEXT, 0);
  });
  add("SQLMoreResults", rows,
      [](const Client&, const Query& q, const Query&) { return SQLMoreResults(q.get()); });
  add("SQLFreeStmt", rows,
      [](const Client&, const Query& q, const Query&) { return SQLFreeStmt(q.get(), SQL_CLOSE); });
  add("SQLCloseCursor", rows,
      [](const Client&, const Query& q, const Query&) { return SQLCloseCursor(q.get()); });
  add("SQLFreeHandle", nothing, [](const Client& client, const Query& q, const Query& other) {
    SQLHSTMT freed = SQL_NULL_HSTMT;
    SQLAllocHandle(SQL_HANDLE_STMT, client.dbc(), &freed);
    SQLExecDirect(freed, chars("SELECT 'rows stuck'"), SQL_NTS);
    (void)q, (void)other;
    return SQLFreeHandle(SQL_HANDLE_STMT, freed);
  });
  add("SQLPrepare", rows, [](const Client&, const Query& q, const Query&) {
    SQLFreeStmt(q.get(), SQL_CLOSE);
    return q.prepare("SELECT 1");
  });
  add("another's SQLExecDirect", rows,
      [](const Client&, const Query&, const Query& other) { return other.exec("SELECT 1"); });
  add("SQLTables", rows, [](const Client&, const Query&, const Query& other) {
    return SQLTables(other.get(), nullptr, 0, nullptr, 0, chars("t"), SQL_NTS, nullptr, 0);
  });
  add(
      "SQLEndTran",
      [](const Client& client, const Query& q, const Query&) {
        client.set(SQL_ATTR_AUTOCOMMIT, SQL_AUTOCOMMIT_OFF);
        EXPECT_TRUE(SQL_SUCCEEDED(q.exec("work"))) << q.error();
      },
      [](const Client& client, const Query&, const Query&) {
        return SQLEndTran(SQL_HANDLE_DBC, client.dbc(), SQL_COMMIT);
      });
  add("SQLSetConnectAttr", rows, [](const Client& client, const Query&, const Query&) {
    return client.set(SQL_ATTR_TXN_ISOLATION, SQL_TXN_SERIALIZABLE);
  });
  add("SQLDisconnect", rows,
      [](const Client& client, const Query&, const Query&) { return SQLDisconnect(client.dbc()); });
  add(
      "SQLDisconnect in a transaction",
      [](const Client& client, const Query& q, const Query&) {
        client.set(SQL_ATTR_AUTOCOMMIT, SQL_AUTOCOMMIT_OFF);
        EXPECT_EQ(q.exec("SELECT 'rows stuck'"), SQL_SUCCESS) << q.error();
      },
      [](const Client& client, const Query&, const Query&) { return SQLDisconnect(client.dbc()); });
  return all;
}

// How long it took.
std::chrono::milliseconds time_of(const Call& call, Manner manner) {
  const StuckPeer peer(manner);
  const Client client(peer.connection_string().c_str());
  client.set(SQL_ATTR_CONNECTION_TIMEOUT, 1);
  Query q(client);
  Query other(client);
  for (const Query* each : {&q, &other}) each->set(SQL_ATTR_QUERY_TIMEOUT, SQLULEN{1});
  call.before(client, q, other);
  const auto begin = Clock::now();
  const SQLRETURN result = call.call(client, q, other);
  if (call.name.find("SQLDisconnect") != std::string::npos && SQL_SUCCEEDED(result))
    for (Query* each : {&q, &other}) each->forget();
  return std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - begin);
}

class Waits : public ::testing::TestWithParam<Manner> {};

// With a second for the call, and one more for the answer to the cancel request.
TEST_P(Waits, EndByTheirTimeOut) {
  const std::vector<Call> all = calls();
  std::vector<std::future<std::chrono::milliseconds>> times;
  times.reserve(all.size());
  for (const Call& call : all)
    times.push_back(std::async(std::launch::async, time_of, call, GetParam()));
  for (std::size_t i = 0; i < all.size(); ++i) {
    const auto time = times[i].get();
    EXPECT_LT(time, 6s) << all[i].name;  // and something for a machine that has much to do
    RecordProperty(all[i].name, static_cast<int>(time.count()));
  }
}

INSTANTIATE_TEST_SUITE_P(Servers, Waits,
                         ::testing::Values(Manner::silent, Manner::dripping, Manner::flooding),
                         [](const auto& test) { return name_of(test.param); });

// What asks for a parameter's type first waits for the rest of another statement's rows.
TEST(WaitsForTypes, EndByTheTimeOutOfTheStatement) {
  const StuckPeer peer(Manner::silent);
  const Client client((peer.connection_string() + "Protocol=7.4-1").c_str());
  client.set(SQL_ATTR_CONNECTION_TIMEOUT, 1);  // for hanging up
  client.set(SQL_ATTR_AUTOCOMMIT, SQL_AUTOCOMMIT_OFF);
  const Query q(client);
  const Query other(client);
  for (const Query* each : {&q, &other}) each->set(SQL_ATTR_QUERY_TIMEOUT, SQLULEN{1});
  ASSERT_EQ(q.exec("SELECT 'rows stuck'"), SQL_SUCCESS) << q.error();
  SQLINTEGER value = 1;
  SQLBindParameter(other.get(), 1, SQL_PARAM_INPUT, SQL_C_SLONG, SQL_INTEGER, 0, 0, &value, 0,
                   nullptr);
  const auto begin = Clock::now();
  EXPECT_EQ(other.exec("work ?"), SQL_ERROR);
  EXPECT_LT(Clock::now() - begin, 3s);
  EXPECT_EQ(other.state(), "HYT00") << other.error();
}

// Of a call without a time-out, from another thread.
TEST(WaitsWithoutATimeOut, EndWhenTheyAreCancelled) {
  for (const Call& call : calls()) {
    if (call.name != "SQLFreeStmt" && call.name != "SQLExecDirect" && call.name != "SQLFetch" &&
        call.name != "another's SQLExecDirect" && call.name != "SQLEndTran")
      continue;
    const StuckPeer peer(Manner::silent);
    const Client client(peer.connection_string().c_str());
    const Query q(client);
    const Query other(client);
    call.before(client, q, other);
    std::future<void> waiting =
        std::async(std::launch::async, [&] { call.call(client, q, other); });
    EXPECT_EQ(waiting.wait_for(300ms), std::future_status::timeout) << call.name;
    const auto begin = Clock::now();
    EXPECT_EQ(SQLCancelHandle(SQL_HANDLE_DBC, client.dbc()), SQL_SUCCESS);
    EXPECT_LT(Clock::now() - begin, 3s) << call.name;
    waiting.get();
    EXPECT_LT(Clock::now() - begin, 10s) << call.name;
    client.set(SQL_ATTR_CONNECTION_TIMEOUT, 1);  // for hanging up
    for (const Query* each : {&q, &other}) each->set(SQL_ATTR_QUERY_TIMEOUT, SQLULEN{1});
  }
}

}  // namespace
}  // namespace negodbc::odbc
