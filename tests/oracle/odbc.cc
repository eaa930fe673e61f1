#include "tests/oracle/odbc.h"

#include <algorithm>
#include <cstring>
#include <stdexcept>

namespace negodbc::oracle {
namespace {

constexpr SQLSMALLINT most_records = 8;
constexpr std::size_t text_width = 32;   // of a parameter
constexpr std::size_t cell_width = 256;  // of a bound column

SQLCHAR* chars(std::string& text) {
  return reinterpret_cast<SQLCHAR*>(text.data());
}

SQLPOINTER number(SQLULEN value) {
  return reinterpret_cast<SQLPOINTER>(value);
}

}  // namespace

std::string to_text(const Said& said) {
  switch (said.code) {
    case SQL_SUCCESS:
      return "SQL_SUCCESS";
    case SQL_NO_DATA:
      return "SQL_NO_DATA";
    case SQL_SUCCESS_WITH_INFO:
      return "SQL_SUCCESS_WITH_INFO " + said.state + " " + said.text;
    case SQL_ERROR:
      return "SQL_ERROR " + said.state + " " + said.text;
    default:
      return "return code " + std::to_string(said.code);
  }
}

Said Odbc::said(SQLRETURN code, SQLSMALLINT type, SQLHANDLE handle) {
  Said said;
  said.code = code;
  if (code != SQL_ERROR && code != SQL_SUCCESS_WITH_INFO) return said;
  for (SQLSMALLINT record = 1; record <= most_records; ++record) {
    SQLCHAR state[6] = {};
    SQLCHAR text[512] = {};
    SQLINTEGER native = 0;
    if (!SQL_SUCCEEDED(
            SQLGetDiagRec(type, handle, record, state, &native, text, sizeof text, nullptr)))
      break;
    if (record == 1) said.state = reinterpret_cast<const char*>(state);
    if (record > 1) said.text += "\n";
    said.text += reinterpret_cast<const char*>(text);
  }
  return said;
}

Odbc::Odbc(const Options& options, const std::string& search_path) {
  SQLAllocHandle(SQL_HANDLE_ENV, SQL_NULL_HANDLE, &environment_);
  SQLSetEnvAttr(environment_, SQL_ATTR_ODBC_VERSION, number(SQL_OV_ODBC3_80), 0);
  SQLAllocHandle(SQL_HANDLE_DBC, environment_, &connection_);
  std::string text = "DSN=negodbc-trust;SSLmode=disable;Protocol=7.4-" +
                     std::to_string(options.protocol) +
                     ";UseServerSidePrepare=" + (options.named ? "1" : "0") +
                     ";ConnSettings={SET search_path = " + search_path + "}";
  const Said login = said(SQLDriverConnect(connection_, nullptr, chars(text), SQL_NTS, nullptr, 0,
                                           nullptr, SQL_DRIVER_NOPROMPT),
                          SQL_HANDLE_DBC, connection_);
  if (!login.good()) {
    SQLFreeHandle(SQL_HANDLE_DBC, connection_);
    SQLFreeHandle(SQL_HANDLE_ENV, environment_);
    throw std::runtime_error("the driver cannot connect: " + to_text(login));
  }
  for (Handle& handle : handles_) SQLAllocHandle(SQL_HANDLE_STMT, connection_, &handle.statement);
}

Odbc::~Odbc() {
  for (const Handle& handle : handles_) SQLFreeHandle(SQL_HANDLE_STMT, handle.statement);
  SQLEndTran(SQL_HANDLE_DBC, connection_, SQL_ROLLBACK);
  SQLDisconnect(connection_);
  SQLFreeHandle(SQL_HANDLE_DBC, connection_);
  SQLFreeHandle(SQL_HANDLE_ENV, environment_);
}

bool Odbc::reset() {
  for (Handle& handle : handles_) {
    SQLFreeHandle(SQL_HANDLE_STMT, handle.statement);
    handle = Handle();
  }
  // The driver manager has a mode of its own in mind, which only this call changes.
  SQLEndTran(SQL_HANDLE_DBC, connection_, SQL_ROLLBACK);
  if (!set_autocommit(true).good()) return false;
  if (!SQL_SUCCEEDED(
          SQLSetConnectAttr(connection_, SQL_ATTR_RESET_CONNECTION, number(1), SQL_IS_UINTEGER)))
    return false;
  for (Handle& handle : handles_) {
    if (!SQL_SUCCEEDED(SQLAllocHandle(SQL_HANDLE_STMT, connection_, &handle.statement)))
      return false;
  }
  return true;
}

void Odbc::bind(Handle& handle, const std::vector<ParameterSet>& sets) {
  SQLFreeStmt(handle.statement, SQL_RESET_PARAMS);
  const std::size_t parameters = sets.empty() ? 0 : sets.front().size();
  const std::size_t count = std::max<std::size_t>(sets.size(), 1);
  handle.numbers.assign(parameters, std::vector<SQLINTEGER>(count));
  handle.texts.assign(parameters, std::string(count * text_width, '\0'));
  handle.lengths.assign(parameters, std::vector<SQLLEN>(count));
  handle.statuses.assign(count, 999);
  for (std::size_t p = 0; p < parameters; ++p) {
    for (std::size_t s = 0; s < count; ++s) {
      const Parameter& parameter = sets[s][p];
      if (!parameter.value) {
        handle.lengths[p][s] = SQL_NULL_DATA;
      } else if (parameter.is_text) {
        handle.lengths[p][s] = static_cast<SQLLEN>(parameter.value->size());
        parameter.value->copy(&handle.texts[p][s * text_width], text_width);
      } else {
        handle.numbers[p][s] = std::stoi(*parameter.value);
      }
    }
    const auto position = static_cast<SQLUSMALLINT>(p + 1);
    if (sets.front()[p].is_text) {
      SQLBindParameter(handle.statement, position, SQL_PARAM_INPUT, SQL_C_CHAR, SQL_VARCHAR,
                       text_width, 0, handle.texts[p].data(), text_width, handle.lengths[p].data());
    } else {
      SQLBindParameter(handle.statement, position, SQL_PARAM_INPUT, SQL_C_SLONG, SQL_INTEGER, 0, 0,
                       handle.numbers[p].data(), 0, handle.lengths[p].data());
    }
  }
  SQLSetStmtAttr(handle.statement, SQL_ATTR_PARAMSET_SIZE, number(count), 0);
  SQLSetStmtAttr(handle.statement, SQL_ATTR_PARAM_STATUS_PTR, handle.statuses.data(), 0);
  SQLSetStmtAttr(handle.statement, SQL_ATTR_PARAMS_PROCESSED_PTR, &handle.processed, 0);
}

Said Odbc::direct(std::size_t handle, const std::string& text,
                  const std::vector<ParameterSet>& sets) {
  Handle& on = handles_.at(handle);
  bind(on, sets);
  std::string copy = text;
  return said(SQLExecDirect(on.statement, chars(copy), SQL_NTS), SQL_HANDLE_STMT, on.statement);
}

Said Odbc::prepare(std::size_t handle, const std::string& text) {
  std::string copy = text;
  const SQLHSTMT on = handles_.at(handle).statement;
  return said(SQLPrepare(on, chars(copy), SQL_NTS), SQL_HANDLE_STMT, on);
}

Said Odbc::execute(std::size_t handle, const std::vector<ParameterSet>& sets) {
  Handle& on = handles_.at(handle);
  bind(on, sets);
  return said(SQLExecute(on.statement), SQL_HANDLE_STMT, on.statement);
}

const std::vector<SQLUSMALLINT>& Odbc::statuses(std::size_t handle) const {
  return handles_.at(handle).statuses;
}

Said Odbc::call(std::size_t handle, const std::string& function, const Parameter& value) {
  Handle& on = handles_.at(handle);
  bind(on, {{value, value}});
  on.returned_length = SQL_NULL_DATA;
  SQLBindParameter(on.statement, 1, SQL_PARAM_OUTPUT, SQL_C_SLONG, SQL_INTEGER, 0, 0, &on.returned,
                   0, &on.returned_length);
  std::string text = "{? = call " + function + "(?)}";
  return said(SQLExecDirect(on.statement, chars(text), SQL_NTS), SQL_HANDLE_STMT, on.statement);
}

std::optional<std::string> Odbc::returned(std::size_t handle) const {
  const Handle& on = handles_.at(handle);
  if (on.returned_length == SQL_NULL_DATA) return std::nullopt;
  return std::to_string(on.returned);
}

Said Odbc::fetch(std::size_t handle, int rowset, std::vector<Row>& rows) {
  rows.clear();
  Handle& on = handles_.at(handle);
  return rowset > 1 ? fetch_bound(on, rowset, rows) : fetch_one(on, rows);
}

Said Odbc::fetch_one(Handle& handle, std::vector<Row>& rows) {
  Said fetched = said(SQLFetch(handle.statement), SQL_HANDLE_STMT, handle.statement);
  if (!SQL_SUCCEEDED(fetched.code)) return fetched;
  SQLSMALLINT columns = 0;
  SQLNumResultCols(handle.statement, &columns);
  Row& row = rows.emplace_back();
  for (SQLSMALLINT column = 1; column <= columns; ++column) {
    char value[cell_width];
    SQLLEN length = 0;
    const SQLRETURN code = SQLGetData(handle.statement, static_cast<SQLUSMALLINT>(column),
                                      SQL_C_CHAR, value, sizeof value, &length);
    if (!SQL_SUCCEEDED(code)) return said(code, SQL_HANDLE_STMT, handle.statement);
    if (length == SQL_NULL_DATA) {
      row.emplace_back();
    } else {
      row.emplace_back(value);
    }
  }
  return fetched;
}

Said Odbc::fetch_bound(Handle& handle, int rowset, std::vector<Row>& rows) {
  SQLSMALLINT columns = 0;
  SQLNumResultCols(handle.statement, &columns);
  const auto size = static_cast<std::size_t>(rowset);
  std::vector<std::vector<char>> values(static_cast<std::size_t>(columns),
                                        std::vector<char>(size * cell_width));
  std::vector<std::vector<SQLLEN>> lengths(values.size(), std::vector<SQLLEN>(size));
  std::vector<SQLUSMALLINT> statuses(size);
  SQLULEN fetched = 0;
  SQLSetStmtAttr(handle.statement, SQL_ATTR_ROW_ARRAY_SIZE, number(size), 0);
  SQLSetStmtAttr(handle.statement, SQL_ATTR_ROWS_FETCHED_PTR, &fetched, 0);
  SQLSetStmtAttr(handle.statement, SQL_ATTR_ROW_STATUS_PTR, statuses.data(), 0);
  for (std::size_t c = 0; c < values.size(); ++c)
    SQLBindCol(handle.statement, static_cast<SQLUSMALLINT>(c + 1), SQL_C_CHAR, values[c].data(),
               cell_width, lengths[c].data());
  Said result = said(SQLFetch(handle.statement), SQL_HANDLE_STMT, handle.statement);
  SQLFreeStmt(handle.statement, SQL_UNBIND);
  SQLSetStmtAttr(handle.statement, SQL_ATTR_ROW_ARRAY_SIZE, number(1), 0);
  SQLSetStmtAttr(handle.statement, SQL_ATTR_ROWS_FETCHED_PTR, nullptr, 0);
  SQLSetStmtAttr(handle.statement, SQL_ATTR_ROW_STATUS_PTR, nullptr, 0);
  if (!SQL_SUCCEEDED(result.code)) return result;
  for (std::size_t r = 0; r < std::min<std::size_t>(fetched, size); ++r) {
    Row& row = rows.emplace_back();
    for (std::size_t c = 0; c < values.size(); ++c) {
      if (lengths[c][r] == SQL_NULL_DATA) {
        row.emplace_back();
      } else {
        row.emplace_back(&values[c][r * cell_width]);
      }
    }
  }
  return result;
}

Said Odbc::more(std::size_t handle) {
  const SQLHSTMT on = handles_.at(handle).statement;
  return said(SQLMoreResults(on), SQL_HANDLE_STMT, on);
}

Said Odbc::close(std::size_t handle) {
  const SQLHSTMT on = handles_.at(handle).statement;
  return said(SQLFreeStmt(on, SQL_CLOSE), SQL_HANDLE_STMT, on);
}

Said Odbc::end_transaction(bool commit) {
  return said(SQLEndTran(SQL_HANDLE_DBC, connection_, commit ? SQL_COMMIT : SQL_ROLLBACK),
              SQL_HANDLE_DBC, connection_);
}

Said Odbc::set_autocommit(bool on) {
  return said(
      SQLSetConnectAttr(connection_, SQL_ATTR_AUTOCOMMIT,
                        number(on ? SQL_AUTOCOMMIT_ON : SQL_AUTOCOMMIT_OFF), SQL_IS_UINTEGER),
      SQL_HANDLE_DBC, connection_);
}

SQLLEN Odbc::row_count(std::size_t handle) {
  SQLLEN count = -99;
  SQLRowCount(handles_.at(handle).statement, &count);
  return count;
}

std::vector<std::string> Odbc::columns(std::size_t handle) {
  const SQLHSTMT on = handles_.at(handle).statement;
  SQLSMALLINT count = 0;
  SQLNumResultCols(on, &count);
  std::vector<std::string> names;
  for (SQLSMALLINT column = 1; column <= count; ++column) {
    SQLCHAR name[128] = {};
    SQLDescribeCol(on, static_cast<SQLUSMALLINT>(column), name, sizeof name, nullptr, nullptr,
                   nullptr, nullptr, nullptr);
    names.emplace_back(reinterpret_cast<const char*>(name));
  }
  return names;
}

}  // namespace negodbc::oracle
