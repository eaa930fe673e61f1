#include "tests/injected/trial.h"

#include <algorithm>
#include <utility>

namespace negodbc::injected {
namespace {

using Clock = std::chrono::steady_clock;

SQLCHAR* chars(std::string& text) {
  return reinterpret_cast<SQLCHAR*>(text.data());
}

}  // namespace

Trial::Trial(TrialSettings settings, Transcript& transcript)
    : settings_(std::move(settings)), transcript_(transcript) {
  SQLAllocHandle(SQL_HANDLE_ENV, SQL_NULL_HANDLE, &environment_);
  SQLSetEnvAttr(environment_, SQL_ATTR_ODBC_VERSION, number(SQL_OV_ODBC3_80), 0);
  SQLAllocHandle(SQL_HANDLE_DBC, environment_, &connection_);
}

Trial::~Trial() {
  while (!statements_.empty()) free(*statements_.begin());
  if (connected_) {
    call("SQLEndTran", [&] { return SQLEndTran(SQL_HANDLE_DBC, connection_, SQL_ROLLBACK); });
    // The handle must go in any case, also where disconnecting has failed.
    for (int tries = 0; tries < 3; ++tries) {
      if (SQL_SUCCEEDED(call("SQLDisconnect", [&] { return SQLDisconnect(connection_); }))) break;
    }
  }
  SQLFreeHandle(SQL_HANDLE_DBC, connection_);
  SQLFreeHandle(SQL_HANDLE_ENV, environment_);
}

SQLRETURN Trial::call(const char* name, const std::function<SQLRETURN()>& function) {
  const auto begin = Clock::now();
  if (settings_.before) settings_.before();
  const SQLRETURN code = function();
  if (settings_.after) settings_.after();
  const auto passed = std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - begin);
  if (passed > settings_.limit)
    lie(std::string(name) + " took " + std::to_string(passed.count()) + " ms");
  if (code == SQL_INVALID_HANDLE) lie(std::string(name) + " does not know its handle");
  if (!SQL_SUCCEEDED(code) && code != SQL_NO_DATA) failed_ = true;
  return code;
}

bool Trial::good(SQLRETURN code) {
  return SQL_SUCCEEDED(code) || code == SQL_NO_DATA;
}

void Trial::lie(const std::string& what) {
  if (lies_.empty()) lies_ = what;
}

bool Trial::connect(const std::string& more) {
  if (settings_.timeout_s > 0) {
    SQLSetConnectAttr(connection_, SQL_ATTR_LOGIN_TIMEOUT, number(settings_.timeout_s),
                      SQL_IS_UINTEGER);
    SQLSetConnectAttr(connection_, SQL_ATTR_CONNECTION_TIMEOUT, number(settings_.timeout_s),
                      SQL_IS_UINTEGER);
  }
  std::string text = settings_.connection_string + more;
  connected_ = SQL_SUCCEEDED(call("SQLDriverConnect", [&] {
    return SQLDriverConnect(connection_, nullptr, chars(text), SQL_NTS, nullptr, 0, nullptr,
                            SQL_DRIVER_NOPROMPT);
  }));
  return connected_;
}

bool Trial::set_autocommit(bool on) {
  return good(call("SQLSetConnectAttr", [&] {
    return SQLSetConnectAttr(connection_, SQL_ATTR_AUTOCOMMIT,
                             number(on ? SQL_AUTOCOMMIT_ON : SQL_AUTOCOMMIT_OFF), SQL_IS_UINTEGER);
  }));
}

bool Trial::end(bool commit) {
  return good(call("SQLEndTran", [&] {
    return SQLEndTran(SQL_HANDLE_DBC, connection_, commit ? SQL_COMMIT : SQL_ROLLBACK);
  }));
}

SQLHSTMT Trial::statement() {
  SQLHSTMT statement = SQL_NULL_HSTMT;
  if (!good(call("SQLAllocHandle",
                 [&] { return SQLAllocHandle(SQL_HANDLE_STMT, connection_, &statement); })))
    return SQL_NULL_HSTMT;
  statements_.insert(statement);
  if (settings_.timeout_s > 0)
    SQLSetStmtAttr(statement, SQL_ATTR_QUERY_TIMEOUT, number(settings_.timeout_s), 0);
  return statement;
}

void Trial::free(SQLHSTMT statement) {
  statements_.erase(statement);
  call("SQLFreeHandle", [&] { return SQLFreeHandle(SQL_HANDLE_STMT, statement); });
}

bool Trial::execute(SQLHSTMT statement, const std::string& sql) {
  std::string text = sql;
  return statement != SQL_NULL_HSTMT && good(call("SQLExecDirect", [&] {
           return SQLExecDirect(statement, chars(text), SQL_NTS);
         }));
}

bool Trial::prepare(SQLHSTMT statement, const std::string& sql) {
  std::string text = sql;
  return statement != SQL_NULL_HSTMT &&
         good(call("SQLPrepare", [&] { return SQLPrepare(statement, chars(text), SQL_NTS); }));
}

bool Trial::execute_prepared(SQLHSTMT statement) {
  return statement != SQL_NULL_HSTMT &&
         good(call("SQLExecute", [&] { return SQLExecute(statement); }));
}

void Trial::tell(std::string_view reading, const std::string& value) {
  if (settings_.records) {
    transcript_[std::string(reading)] = value;
    return;
  }
  const std::string& expected = transcript_[std::string(reading)];
  if (value != expected)
    lie(std::string(reading) + " gave \"" + value + "\" instead of \"" + expected + "\"");
}

// The current row's columns; none: one of them could not be had.
std::optional<std::string> Trial::row_of(SQLHSTMT statement) {
  SQLSMALLINT columns = 0;
  SQLNumResultCols(statement, &columns);
  std::string row;
  for (SQLSMALLINT column = 1; column <= columns; ++column) {
    char value[256];
    SQLLEN length = 0;
    const SQLRETURN code = call("SQLGetData", [&] {
      return SQLGetData(statement, static_cast<SQLUSMALLINT>(column), SQL_C_CHAR, value,
                        sizeof value, &length);
    });
    if (!SQL_SUCCEEDED(code)) return std::nullopt;
    row += length == SQL_NULL_DATA ? "|NULL" : "|" + std::string(value);
  }
  return row + "\n";
}

std::string Trial::state_of(SQLHSTMT statement) {
  SQLCHAR state[6] = {};
  SQLINTEGER native = 0;
  SQLGetDiagRec(SQL_HANDLE_STMT, statement, 1, state, &native, nullptr, 0, nullptr);
  return reinterpret_cast<const char*>(state);
}

// A fetch has failed behind `all`. With the connection the rest is lost, and stays lost. Where a
// row could not be given for something else, the next fetch fails too, or gives that row or the
// next.
void Trial::fetch_again(SQLHSTMT statement, std::string_view reading, const std::string& all) {
  const bool lost = state_of(statement).starts_with("08");
  const SQLRETURN code = call("SQLFetch", [&] { return SQLFetch(statement); });
  const bool ended = code == SQL_NO_DATA;
  if (!ended && !SQL_SUCCEEDED(code)) return;
  const std::string name(reading);
  if (lost)
    return lie(name + ": the connection was lost, and the next fetch says that " +
               (ended ? "there are no more rows" : "it has a row"));
  const std::string rest = transcript_[name].substr(std::min(all.size(), transcript_[name].size()));
  const std::string behind = rest.substr(std::min(rest.find('\n'), rest.size() - 1) + 1);
  if (ended) {
    if (!behind.empty())
      lie(name + ": a fetch failed, and the next one says there are no more rows");
    return;
  }
  const auto row = row_of(statement);
  if (row && !rest.starts_with(*row) && !behind.starts_with(*row))
    lie(name + ": a fetch failed, and the next one gives " + *row + "where this is left:\n" + rest);
}

bool Trial::read(SQLHSTMT statement, std::string_view reading, int most) {
  std::string all;
  int left = most;
  bool good = true;
  for (; good && left != 0; --left) {
    const SQLRETURN code = call("SQLFetch", [&] { return SQLFetch(statement); });
    if (code == SQL_NO_DATA) break;
    good = SQL_SUCCEEDED(code);
    if (!good && !settings_.records) {
      const std::string state = state_of(statement);
      if (state.empty() || state.starts_with("08") || state.starts_with("HY"))
        fetch_again(statement, reading, all);
    }
    const auto row = good ? row_of(statement) : std::nullopt;
    if (row) all += *row;
    good = row.has_value();
  }
  if (good || settings_.records) {
    tell(reading, all);
    return good;
  }
  // Not read to where it should be: what was read is the beginning all the same.
  if (!transcript_[std::string(reading)].starts_with(all))
    lie(std::string(reading) + " gave \"" + all + "\"");
  return false;
}

bool Trial::close(SQLHSTMT statement) {
  return statement != SQL_NULL_HSTMT &&
         good(call("SQLFreeStmt", [&] { return SQLFreeStmt(statement, SQL_CLOSE); }));
}

}  // namespace negodbc::injected
