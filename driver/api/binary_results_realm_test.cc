// Results that come in binary format are told as in text format: a prepared statement's later
// executions against its first one, and against the server's own text.
#include <string>
#include <string_view>
#include <vector>

#include "driver/api/testing/odbc_client.h"
#include "tests/support/repetition.h"

namespace negodbc::odbc {
namespace {

using testing::Client;
using testing::Query;

// The first execution's rows (text), once the third's (binary) are found the same.
std::string rows_of_all(const Client& client, std::string_view sql) {
  const Query q(client);
  EXPECT_EQ(q.prepare(sql), SQL_SUCCESS) << q.error();
  std::string first;
  for (int round = 0; round < 4; ++round) {
    EXPECT_EQ(SQLExecute(q.get()), SQL_SUCCESS) << q.error();
    const std::string rows = q.rows();
    SQLFreeStmt(q.get(), SQL_CLOSE);
    if (round == 0) first = rows;
    EXPECT_EQ(rows, first) << sql << " round " << round;
  }
  return first;
}

// How many of the query's values (column v) are not told as the server writes them.
void expect_the_servers_text(const Client& client, const std::string& values, long count) {
  const Query q(client);
  ASSERT_EQ(q.prepare("SELECT v, v::text FROM (" + values + ") x"), SQL_SUCCESS) << q.error();
  for (int round = 0; round < 3; ++round) {
    ASSERT_EQ(SQLExecute(q.get()), SQL_SUCCESS) << q.error();
    char value[64] = {};
    char text[64] = {};
    SQLLEN lengths[2] = {};
    SQLBindCol(q.get(), 1, SQL_C_CHAR, value, sizeof value, &lengths[0]);
    SQLBindCol(q.get(), 2, SQL_C_CHAR, text, sizeof text, &lengths[1]);
    long rows = 0;
    for (; SQLFetch(q.get()) == SQL_SUCCESS; ++rows) ASSERT_STREQ(value, text);
    EXPECT_EQ(rows, count);
    SQLFreeStmt(q.get(), SQL_CLOSE);
  }
}

TEST(BinaryResults, AreTheSameAsText) {
  const Client client;
  EXPECT_EQ(
      rows_of_all(
          client,
          "SELECT v FROM (VALUES ('0'::float8), ('-0'), ('0.1'), ('1e23'), ('5e-324'),"
          " ('1.7976931348623157e308'), ('NaN'), ('Infinity'), ('-Infinity'), (NULL)) x(v)"),
      "0;-0;0.1;9.999999999999999e+22;5e-324;1.7976931348623157e+308;NaN;Infinity;-Infinity;NULL");
  EXPECT_EQ(
      rows_of_all(client,
                  "SELECT v FROM (VALUES ('-1.5'::float4), ('1e-45'), ('3.4028235e38'), ('1e6'),"
                  " ('NaN')) x(v)"),
      "-1.5;1e-45;3.4028235e+38;1e+06;NaN");
  EXPECT_EQ(
      rows_of_all(client,
                  "SELECT v FROM (VALUES ('4713-01-01 00:00:00 BC'::timestamp), ('0001-01-01'),"
                  " ('1999-12-31 23:59:59.999999'), ('2000-02-29 12:00:00.5'),"
                  " ('294276-12-31 23:59:59.999999'), ('infinity'), ('-infinity')) x(v)"),
      "4713-01-01 00:00:00 BC;0001-01-01 00:00:00;1999-12-31 23:59:59.999999;"
      "2000-02-29 12:00:00.5;294276-12-31 23:59:59.999999;infinity;-infinity");
  EXPECT_EQ(rows_of_all(
                client,
                "SELECT v FROM (VALUES ('4713-01-01 BC'::date), ('1900-02-28'), ('5874897-12-31'),"
                " ('infinity')) x(v)"),
            "4713-01-01 BC;1900-02-28;5874897-12-31;infinity");
  EXPECT_EQ(
      rows_of_all(
          client,
          "SELECT 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'::uuid, '\\x00ff5c'::bytea, ''::bytea,"
          " '2026-07-01 12:00:00+00'::timestamptz, 12.50::numeric, true, 7::int8"),
      "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11|00ff5c||2026-07-01 12:00:00+00|12.50|1|7");
}

TEST(BinaryResults, AreWrittenAsTheServerWrites) {
  const Client client;
  Query(client).run("SET extra_float_digits = 3");
  constexpr long values = test::repeated_by_one_thread(20000L);
  constexpr long digits = test::repeated_by_one_thread(300L);
  const std::string series = "generate_series(1, " + std::to_string(values) + ") n";
  const std::string numbers = "generate_series(1, " + std::to_string(digits) + ") n";
  expect_the_servers_text(
      client, "SELECT random() * 10 ^ (random() * 600 - 300) AS v FROM " + series, values);
  expect_the_servers_text(
      client,
      "SELECT (n * 10::numeric ^ e)::float8 AS v FROM " + numbers + ", generate_series(-12, 40) e",
      digits * 53);
  expect_the_servers_text(
      client,
      "SELECT (2::float8 ^ e) * (1 + n / 8.0) AS v FROM generate_series(0, 7) n,"
      " generate_series(-1070, 1000, " +
          std::to_string(test::fewer_by) + ") e",
      8L * (2070 / static_cast<long>(test::fewer_by) + 1));
  expect_the_servers_text(client,
                          "SELECT ((n * 10::numeric ^ e)::float8)::float4 AS v FROM " + numbers +
                              ", generate_series(-12, 24) e",
                          digits * 37);
  // Over as many years, however many there are.
  const std::string step = std::to_string(20000 / values);
  expect_the_servers_text(client,
                          "SELECT '4713-01-01 BC'::timestamp + (n - 1) * " + step +
                              " * interval '101 days 7 hours 3.000101 seconds' AS v FROM " + series,
                          values);
  expect_the_servers_text(
      client, "SELECT '4713-01-01 BC'::date + (n - 1) * " + step + " * 293 AS v FROM " + series,
      values);
}

// What the session says of dates holds for what is read later, too.
TEST(BinaryResults, OfAnotherDateStyle) {
  const Client client;
  const Query q(client);
  constexpr char sql[] = "SELECT '2026-11-24'::date, '2026-11-24 12:13:14'::timestamp, 0.5::float8";
  EXPECT_EQ(rows_of_all(client, sql), "2026-11-24|2026-11-24 12:13:14|0.5");
  q.run("SET DateStyle = 'German'");
  EXPECT_EQ(rows_of_all(client, sql), "24.11.2026|24.11.2026 12:13:14|0.5");
  q.run("SET DateStyle = 'ISO, DMY'");
  EXPECT_EQ(rows_of_all(client, sql), "2026-11-24|2026-11-24 12:13:14|0.5");
}

// As text, this setting cuts digits off; in binary format all are there.
TEST(BinaryResults, AreAskedForOnceTheStatementIsKnown) {
  const Client client;
  const Query q(client);
  q.run("SET extra_float_digits = 0");
  ASSERT_EQ(q.prepare("SELECT 0.1::float8 + 0.2::float8"), SQL_SUCCESS);
  std::vector<std::string> told;
  for (int round = 0; round < 3; ++round) {
    ASSERT_EQ(SQLExecute(q.get()), SQL_SUCCESS) << q.error();
    told.push_back(q.rows());
    SQLFreeStmt(q.get(), SQL_CLOSE);
  }
  EXPECT_EQ(told.front(), "0.3");
  EXPECT_EQ(told.back(), "0.30000000000000004");
}

// Parts, SQL_ATTR_MAX_LENGTH, an output parameter, a key in WHERE CURRENT OF.
TEST(BinaryResults, InEveryPlace) {
  const Client client;
  const Query q(client);
  const Query other(client);
  q.run("CREATE TEMP TABLE keyed (id uuid PRIMARY KEY, day date, bytes bytea)");
  q.run(
      "INSERT INTO keyed VALUES ('a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', '2026-11-24',"
      " decode(repeat('00ff41', 1000), 'hex'))");
  ASSERT_EQ(q.prepare("SELECT id, day, bytes FROM keyed"), SQL_SUCCESS);
  ASSERT_EQ(SQLSetCursorName(q.get(), testing::chars("walking"), SQL_NTS), SQL_SUCCESS)
      << q.error();
  for (int round = 0; round < 3; ++round) {
    q.set(SQL_ATTR_MAX_LENGTH, SQLULEN{round == 2 ? 3U : 0U});
    ASSERT_EQ(SQLExecute(q.get()), SQL_SUCCESS) << q.error();
    ASSERT_EQ(SQLFetch(q.get()), SQL_SUCCESS) << q.error();
    EXPECT_EQ(q.text(3).size(), round == 2 ? 6U : 6000U);
    other.run("UPDATE keyed SET day = day + 1 WHERE CURRENT OF walking");
    SQLLEN changed = 0;
    SQLRowCount(other.get(), &changed);
    EXPECT_EQ(changed, 1);
    SQLFreeStmt(q.get(), SQL_CLOSE);
  }
  EXPECT_EQ(other.value("SELECT day FROM keyed"), "2026-11-27");

  q.run(
      "CREATE FUNCTION pg_temp.soon(INOUT t timestamp) LANGUAGE sql AS"
      " $$ SELECT t + interval '1 second' $$");
  SQL_TIMESTAMP_STRUCT stamp = {2026, 11, 24, 23, 59, 58, 500000000};
  SQLBindParameter(q.get(), 1, SQL_PARAM_INPUT_OUTPUT, SQL_C_TYPE_TIMESTAMP, SQL_TYPE_TIMESTAMP, 26,
                   6, &stamp, 0, nullptr);
  ASSERT_EQ(q.prepare("{call pg_temp.soon(?)}"), SQL_SUCCESS);
  for (int round = 0; round < 3; ++round) ASSERT_EQ(SQLExecute(q.get()), SQL_SUCCESS) << q.error();
  EXPECT_EQ(stamp.day, 25);
  EXPECT_EQ(stamp.second, 1);
  EXPECT_EQ(stamp.fraction, 500000000U);
}

}  // namespace
}  // namespace negodbc::odbc
