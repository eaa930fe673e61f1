// The calls of a statement.
#include <algorithm>

#include "tests/oracle/peer/call_text.h"
#include "tests/oracle/peer/player.h"

namespace negodbc::peer {
namespace {

constexpr SQLLEN never_written = -77;

std::string first_word(const std::string& text) {
  const std::string word = text.substr(0, text.find_first_of(" ("));
  return word.empty() ? "nothing" : word;
}

// What a call is about where it is about what was executed.
bool is_of_result(Verb verb) {
  return verb == Verb::num_cols || verb == Verb::row_count || verb == Verb::more ||
         verb == Verb::fetch || verb == Verb::num_params;
}

}  // namespace

bool moves(Verb verb) {
  return verb == Verb::fetch || verb == Verb::scroll || verb == Verb::set_pos ||
         verb == Verb::direct || verb == Verb::execute || verb == Verb::more ||
         verb == Verb::fresh || verb == Verb::close || verb == Verb::close_cursor ||
         (verb >= Verb::tables && verb <= Verb::type_info);
}

SQLRETURN Player::catalogue_call(Statement& statement, const Call& call) {
  SQLHSTMT h = statement.handle;
  const std::vector<std::string> parts = parts_of(call.text);
  const auto part = [&](std::size_t index) {
    return index < parts.size() && parts[index] != "NULL" ? chars(parts[index]) : nullptr;
  };
  const auto length = [&](std::size_t index) -> SQLSMALLINT {
    return index < parts.size() && parts[index] != "NULL" ? SQL_NTS : 0;
  };
  switch (call.verb) {
    case Verb::tables:
      return SQLTables(h, nullptr, 0, chars(schema_), SQL_NTS, part(0), length(0), part(1),
                       length(1));
    case Verb::columns:
      return SQLColumns(h, nullptr, 0, chars(schema_), SQL_NTS, part(0), length(0), part(1),
                        length(1));
    case Verb::primary_keys:
      return SQLPrimaryKeys(h, nullptr, 0, chars(schema_), SQL_NTS, part(0), length(0));
    case Verb::foreign_keys:
      return SQLForeignKeys(h, nullptr, 0, chars(schema_), SQL_NTS, part(0), length(0), nullptr, 0,
                            chars(schema_), SQL_NTS, part(1), length(1));
    case Verb::statistics:
      return SQLStatistics(h, nullptr, 0, chars(schema_), SQL_NTS, part(0), length(0),
                           static_cast<SQLUSMALLINT>(call.numbers.at(0)), SQL_QUICK);
    case Verb::special_columns:
      return SQLSpecialColumns(h, static_cast<SQLUSMALLINT>(call.numbers.at(0)), nullptr, 0,
                               chars(schema_), SQL_NTS, part(0), length(0), SQL_SCOPE_SESSION,
                               SQL_NULLABLE);
    case Verb::procedures:
      return SQLProcedures(h, nullptr, 0, chars(schema_), SQL_NTS, part(0), length(0));
    default:
      return SQLGetTypeInfo(h, static_cast<SQLSMALLINT>(call.numbers.at(0)));
  }
}

SQLRETURN Player::statement_call(Statement& statement, const Call& call, Observation& seen) {
  SQLHSTMT h = statement.handle;
  if (is_of_result(call.verb)) seen.about = first_word(statement.text);
  if (call.verb == Verb::row_count && statement.recounted) seen.about.insert(0, "refreshed ");
  if (moves(call.verb)) statement.read.clear();
  switch (call.verb) {
    case Verb::direct:
    case Verb::prepare: {
      seen.about = statement.text = call.text;
      if (call.verb == Verb::prepare) return SQLPrepare(h, chars(call.text), SQL_NTS);
      const SQLRETURN code = SQLExecDirect(h, chars(call.text), SQL_NTS);
      tell_sets(statement, code, seen);
      return code;
    }
    case Verb::execute: {
      seen.about = statement.text;
      const SQLRETURN code = SQLExecute(h);
      tell_sets(statement, code, seen);
      return code;
    }
    case Verb::param:
      seen.about = name_of(Kind::direction, call.numbers.at(1)) + " " +
                   name_of(Kind::c_type, call.numbers.at(2)) + " " +
                   name_of(Kind::sql_type, call.numbers.at(3));
      return bind_parameter(statement, call);
    case Verb::reset_params:
      statement.parameters.clear();
      statement.directions.clear();
      return SQLFreeStmt(h, SQL_RESET_PARAMS);
    case Verb::num_params: {
      SQLSMALLINT count = 0;
      const SQLRETURN code = SQLNumParams(h, &count);
      if (SQL_SUCCEEDED(code)) seen.fields.emplace_back("count", std::to_string(count));
      return code;
    }
    case Verb::describe_param: {
      SQLSMALLINT type = 0;
      const SQLRETURN code = SQLDescribeParam(h, static_cast<SQLUSMALLINT>(call.numbers.at(0)),
                                              &type, nullptr, nullptr, nullptr);
      if (SQL_SUCCEEDED(code)) seen.fields.emplace_back("type", name_of(Kind::sql_type, type));
      return code;
    }
    case Verb::param_data: {
      SQLPOINTER token = nullptr;
      const SQLRETURN code = SQLParamData(h, &token);
      if (code == SQL_NEED_DATA) {
        const auto found = std::find_if(
            statement.parameters.begin(), statement.parameters.end(), [&](const auto& entry) {
              const std::string& bytes = entry.second->bytes;
              const char* const at = static_cast<const char*>(token);
              return at >= bytes.data() && at < bytes.data() + bytes.size();
            });
        seen.fields.emplace_back(
            "token", found == statement.parameters.end() ? "none" : std::to_string(found->first));
      }
      tell_sets(statement, code, seen);
      return code;
    }
    case Verb::put_data:
      if (call.text == "NULL") return SQLPutData(h, nullptr, SQL_NULL_DATA);
      return SQLPutData(h, chars(call.text), static_cast<SQLLEN>(call.text.size()));
    case Verb::bind:
      seen.about = name_of(Kind::c_type, call.numbers.at(1));
      return bind_column(statement, call);
    case Verb::unbind:
      statement.columns.clear();
      return SQLFreeStmt(h, SQL_UNBIND);
    case Verb::fetch:
    case Verb::scroll: {
      for (const auto& [column, buffer] : statement.columns) buffer->lengths.fill(never_written);
      if (call.verb == Verb::scroll)
        seen.about =
            name_of(Kind::orientation, call.numbers.at(0)) + (statement.limited ? " limited" : "");
      const SQLRETURN code =
          call.verb == Verb::fetch
              ? SQLFetch(h)
              : SQLFetchScroll(h, static_cast<SQLSMALLINT>(call.numbers.at(0)), call.numbers.at(1));
      tell_rows(statement, code, seen);
      return code;
    }
    case Verb::set_pos:
      seen.about = name_of(Kind::operation, call.numbers.at(1));
      return SQLSetPos(h, static_cast<SQLSETPOSIROW>(call.numbers.at(0)),
                       static_cast<SQLUSMALLINT>(call.numbers.at(1)), SQL_LOCK_NO_CHANGE);
    case Verb::bulk:
      return SQLBulkOperations(h, static_cast<SQLSMALLINT>(call.numbers.at(0)));
    case Verb::get_data:
      return get_data(statement, call, seen);
    case Verb::num_cols: {
      SQLSMALLINT count = 0;
      const SQLRETURN code = SQLNumResultCols(h, &count);
      if (SQL_SUCCEEDED(code)) seen.fields.emplace_back("count", std::to_string(count));
      return code;
    }
    case Verb::describe:
      return describe(statement, call, seen);
    case Verb::col_attribute:
      return column_attribute(statement, call, seen);
    case Verb::row_count: {
      SQLLEN count = 0;
      const SQLRETURN code = SQLRowCount(h, &count);
      if (SQL_SUCCEEDED(code)) seen.fields.emplace_back("count", std::to_string(count));
      return code;
    }
    case Verb::more:
      return SQLMoreResults(h);
    case Verb::close_cursor:
      return SQLCloseCursor(h);
    case Verb::close:
      return SQLFreeStmt(h, SQL_CLOSE);
    case Verb::cancel:
      return SQLCancel(h);
    case Verb::fresh: {
      const SQLRETURN code = SQLFreeHandle(SQL_HANDLE_STMT, h);
      if (SQL_SUCCEEDED(code)) allocate(statement);
      return code;
    }
    case Verb::set_attribute:
      seen.about =
          name_of(Kind::attribute, call.numbers.at(0)) + " " + std::to_string(call.numbers.at(1));
      return set_attribute(statement, call);
    case Verb::get_attribute: {
      SQLULEN value = 0;
      seen.about = name_of(Kind::attribute, call.numbers.at(0));
      const SQLRETURN code =
          SQLGetStmtAttr(h, static_cast<SQLINTEGER>(call.numbers.at(0)), &value, 0, nullptr);
      if (SQL_SUCCEEDED(code)) seen.fields.emplace_back("value", std::to_string(value));
      return code;
    }
    case Verb::cursor_name:
      return SQLSetCursorName(h, chars(call.text), SQL_NTS);
    case Verb::get_cursor_name: {
      SQLCHAR name[64] = {};
      const SQLRETURN code = SQLGetCursorName(h, name, sizeof name, nullptr);
      return code;
    }
    case Verb::diagnostics: {
      seen.about = name_of(Kind::diagnostic, call.numbers.at(0));
      SQLLEN value = 0;
      const SQLRETURN code = SQLGetDiagField(
          SQL_HANDLE_STMT, h, 0, static_cast<SQLSMALLINT>(call.numbers.at(0)), &value, 0, nullptr);
      if (SQL_SUCCEEDED(code)) seen.fields.emplace_back("value", std::to_string(value));
      return code;
    }
    default:
      statement.text = "@" + to_text(call).substr(0, to_text(call).find(' '));
      return catalogue_call(statement, call);
  }
}

}  // namespace negodbc::peer
