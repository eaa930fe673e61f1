// Rows through the driver manager: bound, in arrays, in parts, as UTF-16.
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

#include "driver/api/testing/odbc_client.h"

namespace negodbc::odbc {
namespace {

using testing::Client;
using testing::Query;

TEST(Fetch, BoundColumns) {
  const Client client;
  const Query q(client);
  SQLINTEGER number = 0;
  char words[8] = {};
  SQLLEN number_length = 0;
  SQLLEN words_length = 0;
  SQLBindCol(q.get(), 1, SQL_C_SLONG, &number, 0, &number_length);
  SQLBindCol(q.get(), 2, SQL_C_CHAR, words, sizeof words, &words_length);
  q.run("VALUES (1, 'short'), (2, 'much longer than that'), (NULL, NULL)");
  ASSERT_EQ(SQLFetch(q.get()), SQL_SUCCESS);
  EXPECT_EQ(number, 1);
  EXPECT_STREQ(words, "short");
  ASSERT_EQ(SQLFetch(q.get()), SQL_SUCCESS_WITH_INFO);
  EXPECT_EQ(q.state(), "01004");
  EXPECT_STREQ(words, "much lo");
  EXPECT_EQ(words_length, 21);
  EXPECT_EQ(q.text(2), "much longer than that");  // a bound column can be read too
  ASSERT_EQ(SQLFetch(q.get()), SQL_SUCCESS);
  EXPECT_EQ(number_length, SQL_NULL_DATA);
  EXPECT_EQ(words_length, SQL_NULL_DATA);
  EXPECT_EQ(SQLFetch(q.get()), SQL_NO_DATA);
  EXPECT_EQ(SQLFetch(q.get()), SQL_NO_DATA);
}

TEST(Fetch, NullWithoutIndicator) {
  const Client client;
  const Query q(client);
  SQLINTEGER number = 0;
  SQLBindCol(q.get(), 1, SQL_C_SLONG, &number, 0, nullptr);
  q.run("SELECT NULL::int");
  EXPECT_EQ(SQLFetch(q.get()), SQL_ERROR);
  EXPECT_EQ(q.state(), "22002");
}

// As RODBC has it: the counts lie where a packed structure has them.
TEST(Fetch, CountsThatAreNotAligned) {
  const Client client;
  const Query q(client);
  alignas(SQLULEN) std::array<std::byte, sizeof(SQLULEN) * 3> place{};
  std::byte* const fetched = place.data() + 4;
  std::byte* const processed = fetched + sizeof(SQLULEN);
  q.set(SQL_ATTR_ROWS_FETCHED_PTR, fetched);
  q.set(SQL_ATTR_PARAMS_PROCESSED_PTR, processed);
  SQLINTEGER number = 7;
  SQLBindParameter(q.get(), 1, SQL_PARAM_INPUT, SQL_C_SLONG, SQL_INTEGER, 0, 0, &number, 0,
                   nullptr);
  q.run("SELECT ?::int");
  ASSERT_EQ(SQLFetch(q.get()), SQL_SUCCESS);
  const auto count = [](const std::byte* at) {
    SQLULEN value = 0;
    std::memcpy(&value, at, sizeof value);
    return value;
  };
  EXPECT_EQ(count(fetched), 1U);
  EXPECT_EQ(count(processed), 1U);
}

TEST(Fetch, ArraysByColumn) {
  const Client client;
  const Query q(client);
  constexpr SQLULEN rows = 4;
  SQLINTEGER numbers[rows] = {};
  char words[rows][4] = {};
  SQLLEN lengths[rows] = {};
  SQLUSMALLINT status[rows] = {};
  SQLULEN fetched = 0;
  q.set(SQL_ATTR_ROW_ARRAY_SIZE, rows);
  q.set(SQL_ATTR_ROW_STATUS_PTR, status);
  q.set(SQL_ATTR_ROWS_FETCHED_PTR, &fetched);
  SQLBindCol(q.get(), 1, SQL_C_SLONG, numbers, 0, nullptr);
  SQLBindCol(q.get(), 2, SQL_C_CHAR, words, sizeof words[0], lengths);
  q.run(
      "SELECT i, CASE i WHEN 2 THEN 'toolong' WHEN 3 THEN NULL ELSE 'w' || i END FROM "
      "generate_series(1, 6) i");
  ASSERT_EQ(SQLFetch(q.get()), SQL_SUCCESS_WITH_INFO);
  EXPECT_EQ(fetched, rows);
  EXPECT_EQ(numbers[3], 4);
  EXPECT_STREQ(words[0], "w1");
  EXPECT_STREQ(words[1], "too");
  EXPECT_EQ(lengths[1], 7);
  EXPECT_EQ(lengths[2], SQL_NULL_DATA);
  EXPECT_EQ(status[0], SQL_ROW_SUCCESS);
  EXPECT_EQ(status[1], SQL_ROW_SUCCESS_WITH_INFO);
  // Of any of its rows the values can be had once more.
  char text[16] = {};
  SQLLEN length = 0;
  EXPECT_EQ(SQLGetData(q.get(), 1, SQL_C_CHAR, text, sizeof text, &length), SQL_SUCCESS);
  EXPECT_STREQ(text, "1");
  ASSERT_EQ(SQLSetPos(q.get(), 2, SQL_POSITION, SQL_LOCK_NO_CHANGE), SQL_SUCCESS) << q.error();
  EXPECT_EQ(SQLGetData(q.get(), 2, SQL_C_CHAR, text, 5, &length), SQL_SUCCESS_WITH_INFO);
  EXPECT_STREQ(text, "tool");
  EXPECT_EQ(SQLGetData(q.get(), 2, SQL_C_CHAR, text, sizeof text, &length), SQL_SUCCESS);
  EXPECT_STREQ(text, "ong");
  ASSERT_EQ(SQLSetPos(q.get(), 3, SQL_POSITION, SQL_LOCK_NO_CHANGE), SQL_SUCCESS);
  EXPECT_EQ(SQLGetData(q.get(), 2, SQL_C_CHAR, text, sizeof text, &length), SQL_SUCCESS);
  EXPECT_EQ(length, SQL_NULL_DATA);
  ASSERT_EQ(SQLFetchScroll(q.get(), SQL_FETCH_NEXT, 0), SQL_SUCCESS);
  EXPECT_EQ(fetched, 2U);
  EXPECT_EQ(numbers[1], 6);
  EXPECT_EQ(status[2], SQL_ROW_NOROW);
  EXPECT_EQ(SQLFetch(q.get()), SQL_NO_DATA);
  EXPECT_EQ(SQLFetchScroll(q.get(), SQL_FETCH_FIRST, 0), SQL_ERROR);
  EXPECT_EQ(q.state(), "HY106");
}

TEST(Fetch, ARowThatFailsAmongOthers) {
  const Client client;
  const Query q(client);
  SQLSMALLINT numbers[3] = {};
  SQLUSMALLINT status[3] = {};
  q.set(SQL_ATTR_ROW_ARRAY_SIZE, 3);
  q.set(SQL_ATTR_ROW_STATUS_PTR, status);
  SQLBindCol(q.get(), 1, SQL_C_SSHORT, numbers, 0, nullptr);
  q.run("VALUES (1), (70000), (3)");
  ASSERT_EQ(SQLFetch(q.get()), SQL_SUCCESS_WITH_INFO);
  EXPECT_EQ(q.state(), "22003");
  EXPECT_EQ(status[0], SQL_ROW_SUCCESS);
  EXPECT_EQ(status[1], SQL_ROW_ERROR);
  EXPECT_EQ(status[2], SQL_ROW_SUCCESS);
  EXPECT_EQ(numbers[2], 3);
}

TEST(Fetch, ArraysByRowWithOffset) {
  const Client client;
  const Query q(client);
  struct Row {
    SQLINTEGER number;
    SQLLEN indicator;
    char word[8];
    SQLLEN length;
  };
  std::vector<Row> rows(3);
  SQLLEN offset = sizeof(Row);
  q.set(SQL_ATTR_ROW_ARRAY_SIZE, 2);
  q.set(SQL_ATTR_ROW_BIND_TYPE, sizeof(Row));
  q.set(SQL_ATTR_ROW_BIND_OFFSET_PTR, &offset);
  SQLBindCol(q.get(), 1, SQL_C_SLONG, &rows[0].number, 0, &rows[0].indicator);
  SQLBindCol(q.get(), 2, SQL_C_CHAR, rows[0].word, sizeof rows[0].word, &rows[0].length);
  q.run("VALUES (1, 'a'), (NULL, 'b')");
  ASSERT_EQ(SQLFetch(q.get()), SQL_SUCCESS);
  EXPECT_EQ(rows[0].number, 0);
  EXPECT_EQ(rows[1].number, 1);
  EXPECT_STREQ(rows[1].word, "a");
  EXPECT_EQ(rows[2].indicator, SQL_NULL_DATA);
  EXPECT_STREQ(rows[2].word, "b");
}

TEST(Fetch, ByExtendedFetchAndOtherDescriptor) {
  const Client client;
  const Query q(client);
  SQLHDESC descriptor = SQL_NULL_HDESC;
  ASSERT_EQ(SQLAllocHandle(SQL_HANDLE_DESC, client.dbc(), &descriptor), SQL_SUCCESS);
  ASSERT_EQ(q.set(SQL_ATTR_APP_ROW_DESC, descriptor), SQL_SUCCESS) << q.error();
  SQLINTEGER numbers[2] = {};
  SQLSetDescField(descriptor, 1, SQL_DESC_CONCISE_TYPE, reinterpret_cast<SQLPOINTER>(SQL_C_SLONG),
                  0);
  ASSERT_EQ(SQLSetDescField(descriptor, 1, SQL_DESC_DATA_PTR, numbers, 0), SQL_SUCCESS);
  q.run("VALUES (10), (20), (30)");
  ASSERT_EQ(SQLFetch(q.get()), SQL_SUCCESS) << q.error();
  EXPECT_EQ(numbers[0], 10);
  ASSERT_EQ(SQLFreeHandle(SQL_HANDLE_DESC, descriptor), SQL_SUCCESS);  // the implicit one is back
  ASSERT_EQ(SQLFetch(q.get()), SQL_SUCCESS);
  EXPECT_EQ(numbers[0], 10);
  EXPECT_EQ(q.text(1), "20");
}

TEST(GetData, InPartsAndAnyOrder) {
  const Client client;
  const Query q(client);
  q.run("SELECT repeat('0123456789', 200), 7, NULL");
  ASSERT_EQ(SQLFetch(q.get()), SQL_SUCCESS);
  EXPECT_EQ(q.text(2), "7");
  std::string whole;
  char part[101];
  SQLLEN length = 0;
  SQLLEN left = 2000;
  for (SQLRETURN result = SQL_SUCCESS_WITH_INFO; result != SQL_SUCCESS;) {
    result = SQLGetData(q.get(), 1, SQL_C_CHAR, part, sizeof part, &length);
    ASSERT_TRUE(SQL_SUCCEEDED(result));
    EXPECT_EQ(length, left);
    left -= 100;
    whole += part;
  }
  EXPECT_EQ(whole.size(), 2000U);
  EXPECT_EQ(SQLGetData(q.get(), 1, SQL_C_CHAR, part, sizeof part, &length), SQL_NO_DATA);
  EXPECT_EQ(q.text(3), "NULL");
  EXPECT_EQ(q.text(2), "7");
  EXPECT_EQ(q.text(1).size(), 2000U);
  EXPECT_EQ(SQLGetData(q.get(), 4, SQL_C_CHAR, part, sizeof part, &length), SQL_ERROR);
  EXPECT_EQ(q.state(), "07009");
  EXPECT_EQ(SQLGetData(q.get(), 1, SQL_C_TYPE_DATE, part, sizeof part, &length), SQL_ERROR);
  EXPECT_EQ(q.state(), "22018");
}

TEST(GetData, WideTextInParts) {
  const Client client;
  const Query q(client);
  q.run("SELECT repeat('ü😀', 50)");
  ASSERT_EQ(SQLFetch(q.get()), SQL_SUCCESS);
  std::u16string whole;
  SQLWCHAR part[11];
  SQLLEN length = 0;
  for (int i = 0; i < 50; ++i) {
    const SQLRETURN result = SQLGetData(q.get(), 1, SQL_C_WCHAR, part, sizeof part, &length);
    ASSERT_TRUE(SQL_SUCCEEDED(result)) << q.error();
    for (const SQLWCHAR* c = part; *c != 0; ++c) whole += static_cast<char16_t>(*c);
    if (result == SQL_SUCCESS) break;
  }
  std::u16string expected;
  for (int i = 0; i < 50; ++i) expected += u"ü😀";
  EXPECT_EQ(whole, expected);
}

// A program that says no scale loses no digits; one that does gets what it says.
TEST(Fetch, NumericStructuresHaveTheirOwnScale) {
  const Client client;
  const Query q(client);
  const auto told = [](const SQL_NUMERIC_STRUCT& value) {
    return std::to_string(value.val[0] | value.val[1] << 8U) + " " + std::to_string(value.scale);
  };
  SQL_NUMERIC_STRUCT value{};
  q.run("SELECT 12.345, 12.345");
  ASSERT_EQ(SQLFetch(q.get()), SQL_SUCCESS);
  EXPECT_EQ(SQLGetData(q.get(), 1, SQL_C_NUMERIC, &value, sizeof value, nullptr), SQL_SUCCESS);
  EXPECT_EQ(told(value), "12345 3");
  SQLFreeStmt(q.get(), SQL_CLOSE);
  SQLBindCol(q.get(), 2, SQL_C_NUMERIC, &value, sizeof value, nullptr);
  q.run("SELECT 12.345, 12.50");
  ASSERT_EQ(SQLFetch(q.get()), SQL_SUCCESS);
  EXPECT_EQ(told(value), "1250 2");
  SQLFreeStmt(q.get(), SQL_CLOSE);
  SQLHDESC ard = SQL_NULL_HDESC;
  SQLGetStmtAttr(q.get(), SQL_ATTR_APP_ROW_DESC, &ard, SQL_IS_POINTER, nullptr);
  for (const std::uintptr_t scale : {1U, 0U}) {
    SQLSetDescField(ard, 2, SQL_DESC_SCALE, reinterpret_cast<SQLPOINTER>(scale), 0);
    SQLSetDescField(ard, 2, SQL_DESC_DATA_PTR, &value, 0);
    q.run("SELECT 12.345, 12.345");
    EXPECT_EQ(SQLFetch(q.get()), SQL_SUCCESS_WITH_INFO);
    EXPECT_EQ(q.state(), "01S07");
    EXPECT_EQ(told(value), scale == 1 ? "123 1" : "12 0");
    SQLFreeStmt(q.get(), SQL_CLOSE);
  }
}

TEST(Fetch, NoMoreThanMaxRowsAndMaxLength) {
  const Client client;
  const Query q(client);
  q.set(SQL_ATTR_MAX_ROWS, 2);
  q.set(SQL_ATTR_MAX_LENGTH, 3);
  q.run("SELECT 'abcdef' FROM generate_series(1, 1000)");
  EXPECT_EQ(q.rows(), "abc;abc");
}

TEST(Fetch, ASecondStatementWhileOneStreams) {
  const Client client;
  const Query first(client);
  const Query second(client);
  first.run("SELECT i, repeat('x', 1000) FROM generate_series(1, 5000) i");
  for (int i = 1; i <= 10; ++i) ASSERT_EQ(SQLFetch(first.get()), SQL_SUCCESS);
  EXPECT_EQ(first.text(1), "10");
  EXPECT_EQ(second.value("SELECT 'between'"), "between");
  EXPECT_EQ(first.text(2).size(), 1000U);  // the current row is still there
  int rows = 10;
  while (SQL_SUCCEEDED(SQLFetch(first.get()))) ++rows;
  EXPECT_EQ(rows, 5000);
}

}  // namespace
}  // namespace negodbc::odbc
