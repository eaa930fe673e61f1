#include "tests/oracle/peer/player.h"

#include <algorithm>
#include <cstdlib>
#include <stdexcept>

#include "tests/oracle/peer/call_text.h"
#include "tests/oracle/peer/values.h"

namespace negodbc::peer {
namespace {

constexpr char canary = '\x5a';
constexpr std::size_t canaries = 64;
constexpr SQLLEN untouched = -77;
constexpr long several_types = 0;  // no C type's number

SQLPOINTER number(SQLULEN value) {
  return reinterpret_cast<SQLPOINTER>(value);
}

std::string outcome_of(SQLRETURN code, SQLSMALLINT type, SQLHANDLE handle) {
  switch (code) {
    case SQL_SUCCESS:
      return "SUCCESS";
    case SQL_NO_DATA:
      return "NO_DATA";
    case SQL_NEED_DATA:
      return "NEED_DATA";
    case SQL_INVALID_HANDLE:
      return "INVALID_HANDLE";
    default:
      break;
  }
  SQLCHAR state[6] = {};
  SQLGetDiagRec(type, handle, 1, state, nullptr, nullptr, 0, nullptr);
  return (code == SQL_SUCCESS_WITH_INFO ? "INFO " : "ERROR ") +
         std::string(reinterpret_cast<char*>(state));
}

std::string length_text(SQLLEN length) {
  if (length == SQL_NULL_DATA) return "NULL";
  if (length == untouched) return "not written";
  return std::to_string(length);
}

SQLRETURN connect(SQLHDBC connection, const std::string& text, bool wide) {
  if (!wide)
    return SQLDriverConnect(connection, nullptr, chars(text), SQL_NTS, nullptr, 0, nullptr,
                            SQL_DRIVER_NOPROMPT);
  std::vector<SQLWCHAR> units(text.begin(), text.end());
  units.push_back(0);
  return SQLDriverConnectW(connection, nullptr, units.data(), SQL_NTS, nullptr, 0, nullptr,
                           SQL_DRIVER_NOPROMPT);
}

}  // namespace

Player::Player(const std::string& driver, bool wide, const std::string& settings,
               const std::string& search_path)
    : schema_(search_path) {
  SQLAllocHandle(SQL_HANDLE_ENV, SQL_NULL_HANDLE, &environment_);
  SQLSetEnvAttr(environment_, SQL_ATTR_ODBC_VERSION, number(SQL_OV_ODBC3), 0);
  SQLAllocHandle(SQL_HANDLE_DBC, environment_, &connection_);
  const char* const port = std::getenv("NEGODBC_PGPORT");  // NOLINT(concurrency-mt-unsafe)
  const std::string text = "Driver={" + driver +
                           "};Servername=localhost;Port=" + (port == nullptr ? "5432" : port) +
                           ";Database=negodbc;UID=trust_user;SSLmode=disable;" + settings;
  if (const SQLRETURN code = connect(connection_, text, wide); !SQL_SUCCEEDED(code))
    throw std::runtime_error(driver +
                             " does not connect: " + outcome_of(code, SQL_HANDLE_DBC, connection_));
  SQLHSTMT setting = SQL_NULL_HSTMT;
  SQLAllocHandle(SQL_HANDLE_STMT, connection_, &setting);
  const std::string path = "SET search_path = " + search_path;
  if (!SQL_SUCCEEDED(SQLExecDirect(setting, chars(path), SQL_NTS)))
    throw std::runtime_error("the search path cannot be set");
  SQLFreeHandle(SQL_HANDLE_STMT, setting);
  for (Statement& statement : statements_) allocate(statement);
}

Player::~Player() {
  SQLEndTran(SQL_HANDLE_DBC, connection_, SQL_ROLLBACK);
  for (const Statement& statement : statements_) SQLFreeHandle(SQL_HANDLE_STMT, statement.handle);
  SQLDisconnect(connection_);
  SQLFreeHandle(SQL_HANDLE_DBC, connection_);
  SQLFreeHandle(SQL_HANDLE_ENV, environment_);
}

void Player::allocate(Statement& statement) {
  statement.columns.clear();
  statement.parameters.clear();
  statement.directions.clear();
  statement.text.clear();
  statement.scrolls = statement.limited = statement.refreshed = statement.recounted = false;
  statement.rowset = statement.sets = 1;
  SQLAllocHandle(SQL_HANDLE_STMT, connection_, &statement.handle);
  SQLSetStmtAttr(statement.handle, SQL_ATTR_ROWS_FETCHED_PTR, &statement.fetched, 0);
  SQLSetStmtAttr(statement.handle, SQL_ATTR_ROW_STATUS_PTR, statement.row_status.data(), 0);
  SQLSetStmtAttr(statement.handle, SQL_ATTR_PARAMS_PROCESSED_PTR, &statement.processed, 0);
  SQLSetStmtAttr(statement.handle, SQL_ATTR_PARAM_STATUS_PTR, statement.set_status.data(), 0);
}

std::shared_ptr<Player::Buffer> Player::keep(std::shared_ptr<Buffer> buffer) {
  kept_.push_back(buffer);
  return buffer;
}

Observation Player::play(const Call& call) {
  Observation seen;
  seen.fields.emplace_back("outcome", "");
  SQLRETURN code = SQL_SUCCESS;
  switch (call.verb) {
    case Verb::commit:
    case Verb::rollback:
      code = SQLEndTran(SQL_HANDLE_DBC, connection_,
                        call.verb == Verb::commit ? SQL_COMMIT : SQL_ROLLBACK);
      break;
    case Verb::autocommit:
      code = SQLSetConnectAttr(connection_, SQL_ATTR_AUTOCOMMIT,
                               number(static_cast<SQLULEN>(call.numbers.at(0))), 0);
      break;
    case Verb::connection_attribute: {
      SQLCHAR value[256] = {};
      seen.about = name_of(Kind::connection, call.numbers.at(0));
      code = SQLGetConnectAttr(connection_, static_cast<SQLINTEGER>(call.numbers.at(0)), value,
                               sizeof value, nullptr);
      if (SQL_SUCCEEDED(code))
        seen.fields.emplace_back("value",
                                 call.numbers.at(0) == SQL_ATTR_CURRENT_CATALOG
                                     ? reinterpret_cast<char*>(value)
                                     : std::to_string(*reinterpret_cast<SQLUINTEGER*>(value)));
      break;
    }
    default: {
      Statement& statement = statements_.at(static_cast<std::size_t>(call.handle));
      const std::string text = statement.text;
      code = statement_call(statement, call, seen);
      seen.fields.front().second = outcome_of(code, SQL_HANDLE_STMT, statement.handle);
      // What was refused is not what follows is about.
      if (seen.outcome() == "ERROR 24000" || seen.outcome() == "ERROR HY010" ||
          (statement.text.empty() && call.verb != Verb::fresh))
        statement.text = text;
      if (moves(call.verb) && !seen.outcome().starts_with("ERROR")) {
        const bool stays =
            call.verb == Verb::fetch || call.verb == Verb::scroll || call.verb == Verb::set_pos;
        statement.refreshed = call.verb == Verb::set_pos && call.numbers.at(1) == SQL_REFRESH;
        statement.recounted = statement.refreshed || (stays && statement.recounted);
      }
      return seen;
    }
  }
  seen.fields.front().second = outcome_of(code, SQL_HANDLE_DBC, connection_);
  return seen;
}

SQLRETURN Player::bind_parameter(Statement& statement, const Call& call) {
  const long parameter = call.numbers.at(0);
  auto buffer = keep(std::make_shared<Buffer>());
  buffer->c_type = static_cast<SQLSMALLINT>(call.numbers.at(2));
  const std::vector<std::string> values = parts_of(call.text);
  std::vector<std::string> bytes;
  buffer->size = std::max<std::size_t>(size_of(buffer->c_type), 32);
  for (const std::string& value : values) {
    bytes.push_back(encoded(buffer->c_type, value));
    buffer->size = std::max(buffer->size, bytes.back().size() + 2);
  }
  if (size_of(buffer->c_type) != 0) buffer->size = size_of(buffer->c_type);
  buffer->bytes.assign(buffer->size * most_elements + canaries, '\0');
  for (std::size_t i = 0; i < most_elements; ++i) {
    const std::string& value = values[i % values.size()];
    const std::string& data = bytes[i % values.size()];
    data.copy(buffer->bytes.data() + i * buffer->size, data.size());
    buffer->lengths[i] = static_cast<SQLLEN>(data.size());
    if (value == "NULL") buffer->lengths[i] = SQL_NULL_DATA;
    if (value == "DAE") buffer->lengths[i] = SQL_DATA_AT_EXEC;
    if (value == "NTS") buffer->lengths[i] = SQL_NTS;
  }
  const SQLRETURN code = SQLBindParameter(
      statement.handle, static_cast<SQLUSMALLINT>(parameter),
      static_cast<SQLSMALLINT>(call.numbers.at(1)), buffer->c_type,
      static_cast<SQLSMALLINT>(call.numbers.at(3)), static_cast<SQLULEN>(call.numbers.at(4)), 0,
      buffer->bytes.data(), static_cast<SQLLEN>(buffer->size), buffer->lengths.data());
  if (SQL_SUCCEEDED(code)) {
    statement.parameters[parameter] = buffer;
    statement.directions[parameter] = call.numbers.at(1);
  }
  return code;
}

SQLRETURN Player::bind_column(Statement& statement, const Call& call) {
  auto buffer = keep(std::make_shared<Buffer>());
  buffer->c_type = static_cast<SQLSMALLINT>(call.numbers.at(1));
  buffer->size = static_cast<std::size_t>(call.numbers.at(2));
  if (size_of(buffer->c_type) != 0) buffer->size = size_of(buffer->c_type);
  buffer->bytes.assign(buffer->size * most_elements + canaries, canary);
  const SQLRETURN code =
      SQLBindCol(statement.handle, static_cast<SQLUSMALLINT>(call.numbers.at(0)), buffer->c_type,
                 buffer->bytes.data(), static_cast<SQLLEN>(buffer->size), buffer->lengths.data());
  if (SQL_SUCCEEDED(code)) statement.columns[call.numbers.at(0)] = buffer;
  return code;
}

SQLRETURN Player::get_data(Statement& statement, const Call& call, Observation& seen) {
  Buffer buffer;
  buffer.c_type = static_cast<SQLSMALLINT>(call.numbers.at(1));
  buffer.size = static_cast<std::size_t>(call.numbers.at(2));
  seen.about = (statement.refreshed && !statement.scrolls ? "refreshed " : "") +
               type_of_column(statement.text, call.numbers.at(0)) + " " +
               name_of(Kind::c_type, buffer.c_type);
  const auto [before, first] = statement.read.emplace(call.numbers.at(0), call.numbers.at(1));
  if (!first && before->second != call.numbers.at(1)) {
    seen.about += " anew";
    before->second = several_types;
  }
  const std::size_t room = std::max(buffer.size, size_of(buffer.c_type));
  buffer.bytes.assign(room + canaries, canary);
  SQLLEN length = untouched;
  const SQLRETURN code =
      SQLGetData(statement.handle, static_cast<SQLUSMALLINT>(call.numbers.at(0)), buffer.c_type,
                 buffer.bytes.data(), static_cast<SQLLEN>(buffer.size), &length);
  if (SQL_SUCCEEDED(code)) {
    seen.fields.emplace_back("length", length_text(length));
    if (length != SQL_NULL_DATA)
      seen.fields.emplace_back(
          "data", decoded(buffer.c_type, buffer.bytes, length,
                          size_of(buffer.c_type) != 0 ? size_of(buffer.c_type) : buffer.size));
  }
  if (buffer.bytes.find_first_not_of(canary, room) != std::string::npos)
    seen.fields.emplace_back("overrun", "yes");
  return code;
}

SQLRETURN Player::describe(Statement& statement, const Call& call, Observation& seen) {
  SQLCHAR name[128] = {};
  SQLSMALLINT type = 0;
  SQLULEN size = 0;
  SQLSMALLINT digits = 0;
  SQLSMALLINT nullable = 0;
  seen.about = type_of_column(statement.text, call.numbers.at(0));
  const SQLRETURN code =
      SQLDescribeCol(statement.handle, static_cast<SQLUSMALLINT>(call.numbers.at(0)), name,
                     sizeof name, nullptr, &type, &size, &digits, &nullable);
  if (SQL_SUCCEEDED(code)) {
    seen.fields.emplace_back("name", reinterpret_cast<char*>(name));
    seen.fields.emplace_back("type", name_of(Kind::sql_type, type));
    seen.fields.emplace_back("size", std::to_string(size));
    seen.fields.emplace_back("digits", std::to_string(digits));
    seen.fields.emplace_back("nullable", std::to_string(nullable));
  }
  return code;
}

SQLRETURN Player::column_attribute(Statement& statement, const Call& call, Observation& seen) {
  SQLCHAR text[128] = {};
  SQLLEN value = 0;
  const long field = call.numbers.at(1);
  seen.about =
      type_of_column(statement.text, call.numbers.at(0)) + " " + name_of(Kind::field, field);
  const SQLRETURN code =
      SQLColAttribute(statement.handle, static_cast<SQLUSMALLINT>(call.numbers.at(0)),
                      static_cast<SQLUSMALLINT>(field), text, sizeof text, nullptr, &value);
  constexpr long texts[] = {SQL_DESC_NAME,         SQL_DESC_LABEL,       SQL_DESC_BASE_COLUMN_NAME,
                            SQL_DESC_TABLE_NAME,   SQL_DESC_SCHEMA_NAME, SQL_DESC_BASE_TABLE_NAME,
                            SQL_DESC_CATALOG_NAME, SQL_DESC_TYPE_NAME,   SQL_DESC_LITERAL_PREFIX};
  if (SQL_SUCCEEDED(code)) {
    const bool is_text = std::find(std::begin(texts), std::end(texts), field) != std::end(texts);
    seen.fields.emplace_back("value",
                             is_text ? reinterpret_cast<char*>(text) : std::to_string(value));
  }
  return code;
}

SQLRETURN Player::set_attribute(Statement& statement, const Call& call) {
  const auto attribute = static_cast<SQLINTEGER>(call.numbers.at(0));
  auto value = static_cast<SQLULEN>(call.numbers.at(1));
  const bool array = attribute == SQL_ATTR_ROW_ARRAY_SIZE || attribute == SQL_ATTR_PARAMSET_SIZE;
  if (array) value = std::clamp<SQLULEN>(value, 1, most_elements);
  const SQLRETURN code = SQLSetStmtAttr(statement.handle, attribute, number(value), 0);
  if (SQL_SUCCEEDED(code) && attribute == SQL_ATTR_ROW_ARRAY_SIZE) statement.rowset = value;
  if (SQL_SUCCEEDED(code) && attribute == SQL_ATTR_PARAMSET_SIZE) statement.sets = value;
  if (SQL_SUCCEEDED(code) && attribute == SQL_ATTR_CURSOR_TYPE)
    statement.scrolls = value != SQL_CURSOR_FORWARD_ONLY;
  if (SQL_SUCCEEDED(code) && attribute == SQL_ATTR_MAX_ROWS) statement.limited = value != 0;
  return code;
}

void Player::tell_rows(const Statement& statement, SQLRETURN code, Observation& seen) {
  if (!SQL_SUCCEEDED(code)) return;
  seen.fields.emplace_back("rows", std::to_string(statement.fetched));
  std::string statuses;
  for (SQLULEN row = 0; row < statement.rowset; ++row)
    statuses += (row == 0 ? "" : " ") + std::to_string(statement.row_status.at(row));
  seen.fields.emplace_back("status", statuses);
  for (const auto& [column, buffer] : statement.columns) {
    const std::string name =
        type_of_column(statement.text, column) + " " + name_of(Kind::c_type, buffer->c_type);
    for (SQLULEN row = 0; row < std::min(statement.fetched, statement.rowset); ++row) {
      const SQLUSMALLINT status = statement.row_status.at(row);
      if (status != SQL_ROW_SUCCESS && status != SQL_ROW_SUCCESS_WITH_INFO) continue;
      const SQLLEN length = buffer->lengths.at(row);
      seen.fields.emplace_back("length " + name, length_text(length));
      if (length != SQL_NULL_DATA)
        seen.fields.emplace_back("data " + name,
                                 decoded(buffer->c_type, buffer->bytes.substr(row * buffer->size),
                                         length, buffer->size));
    }
  }
}

void Player::tell_sets(const Statement& statement, SQLRETURN code, Observation& seen) {
  if (statement.parameters.empty()) return;
  seen.fields.emplace_back("processed", std::to_string(statement.processed));
  if (code == SQL_NEED_DATA) return;
  std::string statuses;
  for (SQLULEN set = 0; set < std::min(statement.processed, statement.sets); ++set)
    statuses += (set == 0 ? "" : " ") + std::to_string(statement.set_status.at(set));
  seen.fields.emplace_back("sets", statuses);
  if (!SQL_SUCCEEDED(code)) return;
  for (const auto& [parameter, direction] : statement.directions) {
    if (direction == SQL_PARAM_INPUT) continue;
    const Buffer& buffer = *statement.parameters.at(parameter);
    const SQLLEN length = buffer.lengths[0];
    const std::string name = name_of(Kind::c_type, buffer.c_type);
    seen.fields.emplace_back("length of output " + name, length_text(length));
    if (length != SQL_NULL_DATA)
      seen.fields.emplace_back("output " + name,
                               decoded(buffer.c_type, buffer.bytes, length, buffer.size));
  }
}

}  // namespace negodbc::peer
