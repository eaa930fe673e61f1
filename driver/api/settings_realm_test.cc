// Settings of the session that change what the server's text means: it is read right, or the error
// names the setting.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>
#include <string>
#include <utility>
#include <vector>

#include "driver/api/testing/odbc_client.h"

namespace negodbc::odbc::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::StartsWith;

const auto names_the_encoding =
    AllOf(StartsWith("HYC00"), HasSubstr("client_encoding is LATIN1"), HasSubstr("RESET"));

// A function's doing, which no text tells.
constexpr const char* set_unseen =
    "DO $$BEGIN PERFORM set_config('client_encoding', 'LATIN1', false); END$$";

TEST(ClientEncoding, AnotherOneIsRefusedBeforeItIsSet) {
  const Client client;
  const Query q(client);
  for (const char* sql :
       {"SET client_encoding TO LATIN1", "SET NAMES 'LATIN1'", "SELECT 1; SET NAMES 'LATIN1'",
        "SELECT set_config('client_encoding', 'LATIN1', false), 'ä'"}) {
    EXPECT_EQ(q.exec(sql), SQL_ERROR) << sql;
    EXPECT_THAT(q.error(), AllOf(StartsWith("HYC00"), HasSubstr("UTF8"))) << sql;
    EXPECT_EQ(q.value("SHOW client_encoding"), "UTF8") << sql;
  }
  EXPECT_EQ(q.value("SELECT 'ä€'"), "ä€");
  for (const char* sql : {"SET client_encoding TO 'UTF8'", "SET NAMES 'utf-8'",
                          "SET client_encoding TO DEFAULT", "RESET client_encoding"})
    q.run(sql);
  EXPECT_EQ(q.value("SELECT 'ä€'"), "ä€");
}

TEST(ClientEncoding, NothingIsReadInAnotherOneUntilItIsSetBack) {
  for (const char* back : {"SET client_encoding TO 'UTF8'", "RESET client_encoding", "RESET ALL",
                           "DISCARD ALL", "SELECT set_config('client_encoding', 'UTF8', false)"}) {
    const Client client;
    const Query q(client);
    const Query prepared(client);
    ASSERT_EQ(prepared.prepare("SELECT 'ä'"), SQL_SUCCESS);
    // What is not sent as one statement with its text.
    q.run("CREATE TABLE IF NOT EXISTS encoded (k text PRIMARY KEY)");
    q.run("INSERT INTO encoded VALUES ('ä') ON CONFLICT DO NOTHING");
    const Query array(client);
    char values[2][3] = {"ö", "ü"};
    SQLBindParameter(array.get(), 1, SQL_PARAM_INPUT, SQL_C_CHAR, SQL_VARCHAR, 10, 0, values, 3,
                     nullptr);
    array.set(SQL_ATTR_PARAMSET_SIZE, SQLULEN{2});
    ASSERT_EQ(array.prepare("INSERT INTO encoded VALUES (?)"), SQL_SUCCESS);
    const Query keyset(client);
    keyset.set(SQL_ATTR_CURSOR_TYPE, SQLULEN{SQL_CURSOR_KEYSET_DRIVEN});
    keyset.run("SELECT k FROM encoded");
    EXPECT_EQ(q.exec(set_unseen), SQL_SUCCESS_WITH_INFO);
    EXPECT_THAT(q.error(), AllOf(StartsWith("01000"), HasSubstr("client_encoding is LATIN1")));
    EXPECT_EQ(q.exec("SELECT 'ä'"), SQL_ERROR);
    EXPECT_THAT(q.error(), names_the_encoding);
    EXPECT_EQ(q.exec("SET application_name = 'ä'"), SQL_ERROR);
    EXPECT_THAT(q.error(), names_the_encoding);
    EXPECT_EQ(SQLExecute(prepared.get()), SQL_ERROR);
    EXPECT_THAT(prepared.error(), names_the_encoding);
    EXPECT_EQ(SQLTables(q.get(), nullptr, 0, nullptr, 0, nullptr, 0, nullptr, 0), SQL_ERROR);
    EXPECT_THAT(q.error(), names_the_encoding);
    EXPECT_EQ(SQLExecute(array.get()), SQL_ERROR);
    EXPECT_THAT(array.error(), names_the_encoding);
    EXPECT_EQ(SQLFetch(keyset.get()), SQL_ERROR);
    EXPECT_THAT(keyset.error(), names_the_encoding);
    EXPECT_TRUE(SQL_SUCCEEDED(q.exec(back))) << back << ": " << q.error();
    SQLFreeStmt(q.get(), SQL_CLOSE);
    EXPECT_EQ(q.value("SELECT 'ä€'"), "ä€") << back;
    EXPECT_EQ(q.value("SELECT string_agg(k, ',') FROM encoded"), "ä");
  }
  const Client last;
  Query(last).run("DROP TABLE encoded");
}

TEST(ClientEncoding, AResultThatHasSetItDoesNotEndWell) {
  const Client client;
  const Query q(client);
  q.run(
      "CREATE FUNCTION pg_temp.quietly() RETURNS text LANGUAGE sql AS"
      " $$SELECT set_config('client_encoding', 'LATIN1', false)$$");
  SQLRETURN result = q.exec("SELECT pg_temp.quietly(), 'ä'");
  for (int i = 0; i < 3 && result == SQL_SUCCESS; ++i) result = SQLFetch(q.get());
  EXPECT_EQ(result, SQL_ERROR);
  EXPECT_THAT(q.error(), names_the_encoding);
  SQLFreeStmt(q.get(), SQL_CLOSE);
  q.run("RESET client_encoding");
  EXPECT_EQ(q.value("SELECT 'ä'"), "ä");
}

TEST(ClientEncoding, AResultUnderWayGoesOnWhenItIsSetBack) {
  for (const SQLULEN commit : {SQL_AUTOCOMMIT_ON, SQL_AUTOCOMMIT_OFF}) {
    const Client client;
    client.set(SQL_ATTR_AUTOCOMMIT, commit);
    const Query rows(client);
    const Query q(client);
    rows.run("SELECT 'ä' || i, repeat('ö', 1500) FROM generate_series(1, 4000) i");
    ASSERT_EQ(SQLFetch(rows.get()), SQL_SUCCESS);
    EXPECT_EQ(q.exec(set_unseen), SQL_SUCCESS_WITH_INFO);
    EXPECT_EQ(SQLFetch(rows.get()), SQL_ERROR);
    EXPECT_THAT(rows.error(), names_the_encoding);
    q.run("RESET client_encoding");
    int number = 2;
    for (; SQLFetch(rows.get()) == SQL_SUCCESS; ++number)
      ASSERT_EQ(rows.text(1), "ä" + std::to_string(number));
    EXPECT_EQ(number, 4001) << rows.error();
  }
}

TEST(ClientEncoding, ATransactionsEndAndAResetTakeItBack) {
  const Client client;
  {
    const Query q(client);
    client.set(SQL_ATTR_AUTOCOMMIT, SQL_AUTOCOMMIT_OFF);
    EXPECT_EQ(q.exec(set_unseen), SQL_SUCCESS_WITH_INFO);
    EXPECT_EQ(q.exec("SELECT 'ä'"), SQL_ERROR);
    EXPECT_EQ(SQLEndTran(SQL_HANDLE_DBC, client.dbc(), SQL_ROLLBACK), SQL_SUCCESS);
    EXPECT_EQ(q.value("SELECT 'ä'"), "ä");
    SQLEndTran(SQL_HANDLE_DBC, client.dbc(), SQL_ROLLBACK);
    client.set(SQL_ATTR_AUTOCOMMIT, SQL_AUTOCOMMIT_ON);
    EXPECT_EQ(q.exec(set_unseen), SQL_SUCCESS_WITH_INFO);
  }
  EXPECT_EQ(client.set(SQL_ATTR_RESET_CONNECTION, SQL_RESET_CONNECTION_YES), SQL_SUCCESS)
      << client.state();
  EXPECT_EQ(Query(client).value("SELECT 'ä'"), "ä");
}

TEST(ClientEncoding, OfConnSettingsIsSetBack) {
  const Client client("", false);
  EXPECT_EQ(
      SQLDriverConnect(client.dbc(), nullptr,
                       chars("DSN=negodbc-trust;ConnSettings={SET client_encoding TO LATIN1}"),
                       SQL_NTS, nullptr, 0, nullptr, SQL_DRIVER_NOPROMPT),
      SQL_SUCCESS_WITH_INFO);
  EXPECT_THAT(diagnostic(SQL_HANDLE_DBC, client.dbc()),
              AllOf(StartsWith("01000"), HasSubstr("LATIN1"), HasSubstr("ConnSettings")));
  EXPECT_EQ(Query(client).value("SELECT 'ä', current_setting('client_encoding')"), "ä|UTF8");
  EXPECT_EQ(client.set(SQL_ATTR_RESET_CONNECTION, SQL_RESET_CONNECTION_YES), SQL_SUCCESS);
  EXPECT_EQ(Query(client).value("SELECT 'ä', current_setting('client_encoding')"), "ä|UTF8");
}

TEST(ClientEncoding, OfOptionsAndRolesIsOverruled) {
  {
    const Client client("DSN=negodbc-trust;options=-c client_encoding=LATIN1");
    const Query q(client);
    EXPECT_EQ(q.value("SELECT 'ä€'"), "ä€");
    q.run("ALTER ROLE trust_user SET client_encoding = 'LATIN1'");
  }
  const Client client;
  const Query q(client);
  q.run("ALTER ROLE trust_user RESET client_encoding");
  EXPECT_EQ(q.value("SELECT 'ä€'"), "ä€");
}

TEST(StandardStrings, OffIsUnderstood) {
  const Client client;
  const Query q(client);
  q.run("SET standard_conforming_strings = off");
  q.run("SET escape_string_warning = off");
  SQLINTEGER number = 7;
  ASSERT_EQ(SQLBindParameter(q.get(), 1, SQL_PARAM_INPUT, SQL_C_SLONG, SQL_INTEGER, 10, 0, &number,
                             0, nullptr),
            SQL_SUCCESS);
  EXPECT_EQ(q.value(R"(SELECT 'it\'s ? {fn x}; \\', ?)"), R"(it's ? {fn x}; \|7)");
  SQLFreeStmt(q.get(), SQL_RESET_PARAMS);
  // The driver's own literals mean the same.
  q.run(R"(CREATE TEMP TABLE "back\slash'quote" (k int PRIMARY KEY))");
  SQLFreeStmt(q.get(), SQL_CLOSE);
  ASSERT_EQ(SQLTables(q.get(), nullptr, 0, nullptr, 0, chars(R"(back\\slash'quote)"), SQL_NTS,
                      nullptr, 0),
            SQL_SUCCESS)
      << q.error();
  ASSERT_EQ(SQLFetch(q.get()), SQL_SUCCESS) << q.error();
  EXPECT_EQ(q.text(3), R"(back\slash'quote)");
}

struct Dated {
  SQL_DATE_STRUCT date{};
  SQL_TIMESTAMP_STRUCT plain{}, zoned{};
  std::string error;  // of the first that cannot be read
};

constexpr const char* dated =
    "SELECT date '2026-02-01', timestamp '2026-02-01 03:04:05.678', "
    "timestamptz '2026-02-01 03:04:05.678+00' WHERE ? > 0";

// Executed as often, so that it also comes from a statement that the server knows.
Dated read_dates(const Query& q, int executions) {
  Dated read;
  for (int i = 0; i < executions; ++i) {
    SQLFreeStmt(q.get(), SQL_CLOSE);
    EXPECT_EQ(SQLExecute(q.get()), SQL_SUCCESS) << q.error();
    EXPECT_EQ(SQLFetch(q.get()), SQL_SUCCESS) << q.error();
  }
  const auto get = [&](SQLUSMALLINT column, SQLSMALLINT type, SQLPOINTER into) {
    SQLLEN length = 0;
    if (SQLGetData(q.get(), column, type, into, 0, &length) != SQL_SUCCESS && read.error.empty())
      read.error = q.error();
  };
  get(1, SQL_C_TYPE_DATE, &read.date);
  get(2, SQL_C_TYPE_TIMESTAMP, &read.plain);
  get(3, SQL_C_TYPE_TIMESTAMP, &read.zoned);
  return read;
}

TEST(DateStyle, DatesAreReadRightOrItIsNamed) {
  for (const char* style : {"ISO, MDY", "ISO, DMY", "ISO, YMD", "SQL, MDY", "SQL, DMY", "German",
                            "Postgres, MDY", "Postgres, DMY", "Postgres, YMD"}) {
    const Client client;
    const Query q(client);
    q.run("SET TimeZone TO 'UTC'");
    SQLINTEGER one = 1;
    SQLBindParameter(q.get(), 1, SQL_PARAM_INPUT, SQL_C_SLONG, SQL_INTEGER, 10, 0, &one, 0,
                     nullptr);
    ASSERT_EQ(q.prepare(dated), SQL_SUCCESS);
    EXPECT_EQ(read_dates(q, 3).error, "");  // known to the server, with dates in binary format
    Query(client).run("SET DateStyle TO " + std::string(style));
    const bool iso = std::string(style).starts_with("ISO");
    for (const int executions : {1, 3}) {
      const Dated read = read_dates(q, executions);
      if (iso) {
        EXPECT_EQ(read.error, "") << style;
        EXPECT_EQ(read.date.year * 10000 + read.date.month * 100 + read.date.day, 20260201);
        for (const SQL_TIMESTAMP_STRUCT& moment : {read.plain, read.zoned}) {
          EXPECT_EQ(moment.year * 10000 + moment.month * 100 + moment.day, 20260201) << style;
          EXPECT_EQ(moment.hour * 10000 + moment.minute * 100 + moment.second, 30405) << style;
          EXPECT_EQ(moment.fraction, 678000000U) << style;
        }
      } else {
        EXPECT_THAT(read.error, AllOf(StartsWith("22007"), HasSubstr("DateStyle"))) << style;
      }
    }
  }
}

TEST(DateStyle, WhatIsSentIsUnderstoodInEach) {
  for (const char* style : {"ISO, DMY", "SQL, DMY", "German", "Postgres, DMY"}) {
    const Client client;
    const Query q(client);
    q.run("SET DateStyle TO " + std::string(style));
    SQL_DATE_STRUCT date{2026, 2, 1};
    SQL_TIMESTAMP_STRUCT moment{2026, 2, 1, 3, 4, 5, 678000000};
    SQLBindParameter(q.get(), 1, SQL_PARAM_INPUT, SQL_C_TYPE_DATE, SQL_TYPE_DATE, 10, 0, &date, 0,
                     nullptr);
    SQLBindParameter(q.get(), 2, SQL_PARAM_INPUT, SQL_C_TYPE_TIMESTAMP, SQL_TYPE_TIMESTAMP, 26, 6,
                     &moment, 0, nullptr);
    EXPECT_EQ(q.value("SELECT make_date(2026, 2, 1) = ?, make_timestamp(2026, 2, 1, 3, 4, 5.678) ="
                      " ?, make_date(2026, 2, 1) = {d '2026-02-01'}"),
              "1|1|1")
        << style;
  }
}

TEST(TimeZone, MomentsAreToldInIt) {
  const Client client;
  const Query q(client);
  const auto told = [&](const char* zone, const char* moment) {
    q.run("SET TimeZone TO '" + std::string(zone) + "'");
    q.run("SELECT timestamptz '" + std::string(moment) + "'");
    EXPECT_EQ(SQLFetch(q.get()), SQL_SUCCESS);
    SQL_TIMESTAMP_STRUCT read{};
    SQLLEN length = 0;
    EXPECT_EQ(SQLGetData(q.get(), 1, SQL_C_TYPE_TIMESTAMP, &read, 0, &length), SQL_SUCCESS)
        << q.error();
    SQLFreeStmt(q.get(), SQL_CLOSE);
    return read.year * 1000000L + read.month * 10000L + read.day * 100L + read.hour +
           read.minute * 100000000000L;
  };
  EXPECT_EQ(told("UTC", "2026-11-29 12:30+00"), 2026112912L + 30 * 100000000000L);
  EXPECT_EQ(told("Asia/Kolkata", "2026-11-29 12:30+00"), 2026112918L);
  EXPECT_EQ(told("America/New_York", "2026-11-29 02:30+00"), 2026112821L + 30 * 100000000000L);
  // Its offset has seconds.
  EXPECT_EQ(told("Europe/Berlin", "1800-01-01 00:00+00"), 1800010100L + 53 * 100000000000L);
}

TEST(IntervalStyle, IntervalsAreReadRightInEach) {
  const Client client;
  const Query q(client);
  for (const char* style : {"postgres", "postgres_verbose", "sql_standard", "iso_8601"}) {
    q.run("SET IntervalStyle TO " + std::string(style));
    for (const int sign : {1, -1}) {
      q.run("SELECT (" + std::to_string(sign) +
            " * interval '3 04:05:06.7')::interval day to second, " + std::to_string(sign) +
            " * interval '2 years 3 months'");
      ASSERT_EQ(SQLFetch(q.get()), SQL_SUCCESS);
      SQL_INTERVAL_STRUCT days{};
      SQL_INTERVAL_STRUCT months{};
      SQLLEN length = 0;
      EXPECT_EQ(SQLGetData(q.get(), 1, SQL_C_INTERVAL_DAY_TO_SECOND, &days, sizeof days, &length),
                SQL_SUCCESS)
          << style << q.error();
      EXPECT_EQ(
          SQLGetData(q.get(), 2, SQL_C_INTERVAL_YEAR_TO_MONTH, &months, sizeof months, &length),
          SQL_SUCCESS)
          << style << q.error();
      EXPECT_EQ(days.interval_sign, sign < 0 ? SQL_TRUE : SQL_FALSE) << style;
      const SQL_DAY_SECOND_STRUCT& parts = days.intval.day_second;
      EXPECT_EQ(parts.day * 1000000 + parts.hour * 10000 + parts.minute * 100 + parts.second,
                3040506U)
          << style;
      EXPECT_EQ(parts.fraction, 700000U) << style;
      EXPECT_EQ(months.interval_sign, sign < 0 ? SQL_TRUE : SQL_FALSE) << style;
      EXPECT_EQ(months.intval.year_month.year * 100 + months.intval.year_month.month, 203U)
          << style;
      SQLFreeStmt(q.get(), SQL_CLOSE);
    }
  }
}

TEST(ByteaOutput, BytesAreTheSameInBoth) {
  const Client client;
  const Query q(client);
  std::vector<std::string> texts;
  for (const char* output : {"hex", "escape"}) {
    q.run("SET bytea_output TO " + std::string(output));
    q.run(R"(SELECT '\x005c78ff27415c5c'::bytea, '\x5c78'::bytea, ''::bytea)");
    ASSERT_EQ(SQLFetch(q.get()), SQL_SUCCESS);
    const std::string expected[] = {std::string("\0\\x\xff'A\\\\", 8), "\\x", ""};
    for (SQLUSMALLINT column = 1; column <= 3; ++column) {
      char bytes[16] = {};
      SQLLEN length = 0;
      EXPECT_EQ(SQLGetData(q.get(), column, SQL_C_BINARY, bytes, sizeof bytes, &length),
                SQL_SUCCESS)
          << output << q.error();
      EXPECT_EQ(std::string(bytes, static_cast<std::size_t>(length)), expected[column - 1])
          << output << column;
    }
    SQLFreeStmt(q.get(), SQL_CLOSE);
    texts.push_back(q.value(R"(SELECT '\x005c78ff27415c5c'::bytea)"));
  }
  EXPECT_EQ(texts[0], texts[1]);
}

}  // namespace
}  // namespace negodbc::odbc::testing
