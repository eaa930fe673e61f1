// An ODBC program's view of the driver, through the real driver manager; for the tests inside the
// realm.
#pragma once

#include <gtest/gtest.h>
#include <sql.h>
#include <sqlext.h>

#include <string>
#include <string_view>

namespace negodbc::odbc::testing {

inline SQLCHAR* chars(const char* text) {
  return reinterpret_cast<SQLCHAR*>(
      const_cast<char*>(text));  // NOLINT: ODBC's arguments are not const
}

inline std::string diagnostic(SQLSMALLINT type, SQLHANDLE handle, SQLSMALLINT number = 1) {
  SQLCHAR state[6] = {};
  SQLCHAR message[2048] = {};
  SQLINTEGER native = 0;
  SQLSMALLINT length = 0;
  if (!SQL_SUCCEEDED(
          SQLGetDiagRec(type, handle, number, state, &native, message, sizeof message, &length)))
    return {};
  return std::string(reinterpret_cast<char*>(state)) + " " + reinterpret_cast<char*>(message);
}

// SQLSTATE of the first record; "" without one.
inline std::string state_of(SQLSMALLINT type, SQLHANDLE handle) {
  return diagnostic(type, handle).substr(0, 5);
}

class Client {
 public:
  explicit Client(const char* connection_string = "DSN=negodbc-trust", bool connect = true,
                  SQLULEN odbc_version = SQL_OV_ODBC3_80) {
    EXPECT_EQ(SQLAllocHandle(SQL_HANDLE_ENV, SQL_NULL_HANDLE, &environment_), SQL_SUCCESS);
    SQLSetEnvAttr(environment_, SQL_ATTR_ODBC_VERSION, reinterpret_cast<SQLPOINTER>(odbc_version),
                  0);
    EXPECT_EQ(SQLAllocHandle(SQL_HANDLE_DBC, environment_, &connection_), SQL_SUCCESS);
    if (connect) this->connect(connection_string);
  }
  ~Client() {
    SQLEndTran(SQL_HANDLE_DBC, connection_, SQL_ROLLBACK);
    SQLDisconnect(connection_);
    SQLFreeHandle(SQL_HANDLE_DBC, connection_);
    SQLFreeHandle(SQL_HANDLE_ENV, environment_);
  }
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  void connect(const char* connection_string) {
    const SQLRETURN result = SQLDriverConnect(connection_, nullptr, chars(connection_string),
                                              SQL_NTS, nullptr, 0, nullptr, SQL_DRIVER_NOPROMPT);
    ASSERT_TRUE(SQL_SUCCEEDED(result)) << diagnostic(SQL_HANDLE_DBC, connection_);
  }
  [[nodiscard]] SQLHDBC dbc() const { return connection_; }
  [[nodiscard]] SQLHENV env() const { return environment_; }
  SQLRETURN set(SQLINTEGER attribute, SQLULEN value) const {
    return SQLSetConnectAttr(connection_, attribute, reinterpret_cast<SQLPOINTER>(value), 0);
  }
  [[nodiscard]] std::string state() const { return state_of(SQL_HANDLE_DBC, connection_); }

 private:
  SQLHENV environment_ = SQL_NULL_HENV;
  SQLHDBC connection_ = SQL_NULL_HDBC;
};

class Query {
 public:
  explicit Query(const Client& client) {
    EXPECT_EQ(SQLAllocHandle(SQL_HANDLE_STMT, client.dbc(), &statement_), SQL_SUCCESS)
        << diagnostic(SQL_HANDLE_DBC, client.dbc());
  }
  ~Query() { SQLFreeHandle(SQL_HANDLE_STMT, statement_); }
  Query(const Query&) = delete;
  Query& operator=(const Query&) = delete;

  [[nodiscard]] SQLHSTMT get() const { return statement_; }
  // The connection was disconnected, which has freed it.
  void forget() { statement_ = SQL_NULL_HSTMT; }
  SQLRETURN exec(std::string_view sql) const {
    return SQLExecDirect(statement_, chars(std::string(sql).c_str()), SQL_NTS);
  }
  // Fails the test when it fails.
  void run(std::string_view sql) const {
    const SQLRETURN result = exec(sql);
    EXPECT_TRUE(SQL_SUCCEEDED(result) || result == SQL_NO_DATA) << sql << ": " << error();
  }
  SQLRETURN prepare(std::string_view sql) const {
    return SQLPrepare(statement_, chars(std::string(sql).c_str()), SQL_NTS);
  }
  SQLRETURN set(SQLINTEGER attribute, SQLULEN value) const {
    return SQLSetStmtAttr(statement_, attribute, reinterpret_cast<SQLPOINTER>(value), 0);
  }
  SQLRETURN set(SQLINTEGER attribute, void* value) const {
    return SQLSetStmtAttr(statement_, attribute, value, 0);
  }
  [[nodiscard]] std::string state() const { return state_of(SQL_HANDLE_STMT, statement_); }
  [[nodiscard]] std::string error() const { return diagnostic(SQL_HANDLE_STMT, statement_); }

  // The current row's column as text; "NULL" for NULL.
  [[nodiscard]] std::string text(SQLUSMALLINT column) const {
    std::string value;
    char part[512];
    SQLLEN length = 0;
    for (;;) {
      const SQLRETURN result =
          SQLGetData(statement_, column, SQL_C_CHAR, part, sizeof part, &length);
      if (result == SQL_NO_DATA) return value;
      if (!SQL_SUCCEEDED(result)) return "error: " + error();
      if (length == SQL_NULL_DATA) return "NULL";
      value += part;
      if (result == SQL_SUCCESS) return value;
    }
  }
  // SQLColAttribute of a field that is text, or a number.
  [[nodiscard]] std::string text_attribute(SQLUSMALLINT column, SQLUSMALLINT field) const {
    char value[128] = {};
    SQLSMALLINT length = 0;
    EXPECT_EQ(SQLColAttribute(statement_, column, field, value, sizeof value, &length, nullptr),
              SQL_SUCCESS)
        << field << " " << error();
    EXPECT_EQ(std::string_view(value).size(), static_cast<std::size_t>(length)) << field;
    return value;
  }
  [[nodiscard]] SQLLEN number_attribute(SQLUSMALLINT column, SQLUSMALLINT field) const {
    SQLLEN value = -99;
    EXPECT_EQ(SQLColAttribute(statement_, column, field, nullptr, 0, nullptr, &value), SQL_SUCCESS)
        << field << " " << error();
    return value;
  }

  // The rows that are left, columns by '|', rows by ';'.
  [[nodiscard]] std::string rows() const {
    SQLSMALLINT columns = 0;
    SQLNumResultCols(statement_, &columns);
    std::string all;
    while (SQL_SUCCEEDED(SQLFetch(statement_))) {
      if (!all.empty()) all += ';';
      for (SQLSMALLINT i = 1; i <= columns; ++i)
        all += (i == 1 ? "" : "|") + text(static_cast<SQLUSMALLINT>(i));
    }
    return all;
  }
  // The only value of a query's result.
  [[nodiscard]] std::string value(std::string_view sql) const {
    run(sql);
    std::string result = rows();
    SQLFreeStmt(statement_, SQL_CLOSE);
    return result;
  }

 private:
  SQLHSTMT statement_ = SQL_NULL_HSTMT;
};

}  // namespace negodbc::odbc::testing
