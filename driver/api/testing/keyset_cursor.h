// The fixture of the tests of keyset-driven cursors: a cursor on a table of seven rows, and a
// second connection that changes them.
#pragma once

#include <cstddef>
#include <cstdio>
#include <string>

#include "driver/api/testing/odbc_client.h"

namespace negodbc::odbc::testing {

class Keyset : public ::testing::Test {
 protected:
  static constexpr SQLULEN size = 3;

  Keyset() : q_(client_), other_(another_client_) {
    other_.run("DROP SCHEMA IF EXISTS keyset_test CASCADE");
    other_.run("CREATE SCHEMA keyset_test");
    // The key is not selected by most tests, and its text wants quoting.
    other_.run(
        "CREATE TABLE keyset_test.\"Rows\" (n int NOT NULL, part text NOT NULL, words text,"
        " PRIMARY KEY (part, n))");
    other_.run(
        "INSERT INTO keyset_test.\"Rows\""
        " SELECT i, 'a \"{\\' || i % 2, 'row ' || i FROM generate_series(1, 7) i");
    EXPECT_EQ(q_.set(SQL_ATTR_CURSOR_TYPE, SQL_CURSOR_KEYSET_DRIVEN), SQL_SUCCESS);
    q_.set(SQL_ATTR_ROW_ARRAY_SIZE, size);
    q_.set(SQL_ATTR_ROW_STATUS_PTR, status_);
    q_.set(SQL_ATTR_ROWS_FETCHED_PTR, &fetched_);
    SQLBindCol(q_.get(), 1, SQL_C_CHAR, words_, sizeof words_[0], lengths_);
  }
  ~Keyset() override {
    SQLFreeStmt(q_.get(), SQL_CLOSE);
    SQLEndTran(SQL_HANDLE_DBC, client_.dbc(), SQL_ROLLBACK);
    other_.run("DROP SCHEMA keyset_test CASCADE");
  }

  void open(const std::string& sql = R"(SELECT words FROM keyset_test."Rows" ORDER BY n)") {
    ASSERT_EQ(q_.exec(sql), SQL_SUCCESS) << q_.error();
    EXPECT_EQ(kind(SQL_ATTR_CURSOR_TYPE), SQLULEN{SQL_CURSOR_KEYSET_DRIVEN});
  }
  // By the second connection.
  void set(int n, const char* words) {
    other_.run(R"(UPDATE keyset_test."Rows" SET words = ')" + std::string(words) +
               "' WHERE n = " + std::to_string(n));
  }
  void remove(int n) {
    other_.run(R"(DELETE FROM keyset_test."Rows" WHERE n = )" + std::to_string(n));
  }
  std::string words_of(int n) {
    return other_.value(R"(SELECT words FROM keyset_test."Rows" WHERE n = )" + std::to_string(n));
  }
  // The rowset with the status of each row: "row 1=0"; or the SQLSTATE.
  std::string go(SQLSMALLINT orientation, SQLLEN offset = 0) {
    const SQLRETURN result = SQLFetchScroll(q_.get(), orientation, offset);
    if (result == SQL_NO_DATA) return "no data";
    if (!SQL_SUCCEEDED(result)) return q_.error();
    return rowset();
  }
  std::string rowset() {
    std::string out;
    for (SQLULEN i = 0; i < fetched_; ++i) {
      out += i == 0 ? "" : " ";
      out += status_[i] == SQL_ROW_DELETED ? "-" : words_[i];
      if (status_[i] == SQL_ROW_UPDATED) out += '*';
      if (status_[i] == SQL_ROW_ERROR) out += '!';
    }
    return out;
  }
  SQLRETURN position(SQLSETPOSIROW row, SQLUSMALLINT operation,
                     SQLUSMALLINT lock = SQL_LOCK_NO_CHANGE) {
    return SQLSetPos(q_.get(), row, operation, lock);
  }
  void put(std::size_t row, const char* words) {
    std::snprintf(words_[row], sizeof words_[row], "%s", words);
    lengths_[row] = SQL_NTS;
  }
  SQLULEN kind(SQLINTEGER attribute) {
    SQLULEN value = 99;
    SQLGetStmtAttr(q_.get(), attribute, &value, sizeof value, nullptr);
    return value;
  }
  // Whether the second connection finds the row locked.
  bool locked(int n) {
    const SQLRETURN result = other_.exec(R"(SELECT 1 FROM keyset_test."Rows" WHERE n = )" +
                                         std::to_string(n) + " FOR UPDATE NOWAIT");
    SQLFreeStmt(other_.get(), SQL_CLOSE);
    return result == SQL_ERROR;
  }

  // As alice, whose database it is.
  Client client_{"DSN=negodbc"}, another_client_{"DSN=negodbc"};
  Query q_, other_;
  char words_[size][32] = {};
  SQLLEN lengths_[size] = {};
  SQLUSMALLINT status_[size] = {};
  SQLULEN fetched_ = 0;
};

}  // namespace negodbc::odbc::testing
