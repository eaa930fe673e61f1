// A session through ODBC; what fails throws std::runtime_error with its diagnostic.
#pragma once

#include <sql.h>
#include <sqlext.h>

#include <stdexcept>
#include <string>
#include <utility>

namespace negodbc::bench {

inline SQLCHAR* text(std::string& value) {
  return reinterpret_cast<SQLCHAR*>(value.data());
}

inline void check(SQLRETURN result, SQLSMALLINT type, SQLHANDLE handle, const char* what) {
  if (SQL_SUCCEEDED(result)) return;
  SQLCHAR state[6] = {};
  SQLCHAR message[1024] = {};
  SQLINTEGER native = 0;
  SQLGetDiagRec(type, handle, 1, state, &native, message, sizeof message, nullptr);
  throw std::runtime_error(std::string(what) + ": " + reinterpret_cast<char*>(state) + " " +
                           reinterpret_cast<char*>(message));
}

class Session {
 public:
  explicit Session(std::string connection_string) {
    SQLAllocHandle(SQL_HANDLE_ENV, SQL_NULL_HANDLE, &environment_);
    SQLSetEnvAttr(environment_, SQL_ATTR_ODBC_VERSION, reinterpret_cast<SQLPOINTER>(SQL_OV_ODBC3),
                  0);
    SQLAllocHandle(SQL_HANDLE_DBC, environment_, &connection_);
    check(SQLDriverConnect(connection_, nullptr, text(connection_string), SQL_NTS, nullptr, 0,
                           nullptr, SQL_DRIVER_NOPROMPT),
          SQL_HANDLE_DBC, connection_, "SQLDriverConnect");
    check(SQLAllocHandle(SQL_HANDLE_STMT, connection_, &statement_), SQL_HANDLE_DBC, connection_,
          "SQLAllocHandle");
  }
  ~Session() {
    SQLFreeHandle(SQL_HANDLE_STMT, statement_);
    SQLEndTran(SQL_HANDLE_DBC, connection_, SQL_ROLLBACK);
    SQLDisconnect(connection_);
    SQLFreeHandle(SQL_HANDLE_DBC, connection_);
    SQLFreeHandle(SQL_HANDLE_ENV, environment_);
  }
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;
  [[nodiscard]] SQLHSTMT statement() const { return statement_; }
  [[nodiscard]] SQLHDBC connection() const { return connection_; }
  void ok(SQLRETURN result, const char* what) const {
    check(result, SQL_HANDLE_STMT, statement_, what);
  }
  void execute(std::string sql) const {
    ok(SQLExecDirect(statement_, text(sql), SQL_NTS), sql.c_str());
  }
  void set(SQLINTEGER attribute, SQLULEN value) const {
    ok(SQLSetStmtAttr(statement_, attribute, reinterpret_cast<SQLPOINTER>(value), 0), "attribute");
  }

 private:
  SQLHENV environment_ = nullptr;
  SQLHDBC connection_ = nullptr;
  SQLHSTMT statement_ = nullptr;
};

}  // namespace negodbc::bench
