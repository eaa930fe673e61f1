// Preparing, executing, parameters, cancelling.
#include <string>
#include <vector>

#include "driver/api/guard.h"
#include "driver/api/odbc.h"
#include "driver/api/odbc2.h"
#include "driver/api/text.h"
#include "driver/sql/markers.h"

using namespace negodbc;  // NOLINT(google-build-using-namespace): entry points are outside of it
using namespace negodbc::odbc;  // NOLINT(google-build-using-namespace)

namespace {

template <class Char>
SQLRETURN prepare(SQLHSTMT id, const Char* text, SQLINTEGER length) noexcept {
  return guarded<Statement>(id, [&](Statement& s) { s.prepare(required_text(text, length)); });
}

// An argument that may be read after the call has returned. What is no text is left to be refused.
template <class Char>
class TextCopy {
 public:
  TextCopy(const Char* text, SQLINTEGER length) : text_(text), length_(length) {
    if (text == nullptr || (length < 0 && length != SQL_NTS)) return;
    std::size_t size = 0;
    if (length == SQL_NTS) {
      while (text[size] != 0) ++size;
    } else {
      size = static_cast<std::size_t>(length);
    }
    copy_.assign(text, text + size);
    copied_ = true;
  }
  [[nodiscard]] std::string value() const {
    return copied_ ? required_text(copy_.data(), static_cast<SQLINTEGER>(copy_.size()))
                   : required_text(text_, length_);
  }

 private:
  const Char* text_;
  SQLINTEGER length_;
  bool copied_ = false;
  std::vector<Char> copy_;
};

template <class Char>
SQLRETURN exec_direct(SQLHSTMT id, const Char* text, SQLINTEGER length) noexcept {
  try {
    return guard_async(
        id, SQL_API_SQLEXECDIRECT,
        [sql = TextCopy<Char>(text, length)](Statement& s) { return s.exec_direct(sql.value()); });
  } catch (...) {
    return SQL_ERROR;
  }
}

template <class Char>
SQLRETURN native_sql(SQLHDBC id, const Char* text, SQLINTEGER text_length, Char* output,
                     SQLINTEGER capacity, SQLINTEGER* length) noexcept {
  return guarded<Connection>(id, [&](Connection& connection) {
    if (!connection.connected()) throw Error("08003", "this connection is not open");
    const sql::Translated native =
        sql::translate(required_text(text, text_length), true, connection.standard_strings());
    text_out(native.text, output, capacity, length, Unit::characters, &connection.diagnostics());
  });
}

// Without the connection's mutex while another thread executes: that thread holds it.
SQLRETURN cancel_statement(SQLHSTMT id) noexcept {
  try {
    const auto statement = find<Statement>(id);
    if (!statement) return SQL_INVALID_HANDLE;
    if (statement->connection().talk().cancel(statement.get()) || statement->async().busy())
      return SQL_SUCCESS;
    std::unique_lock lock(statement->mutex(), std::try_to_lock);
    if (!lock.owns_lock()) return SQL_SUCCESS;  // another statement executes: this one does nothing
    if (statement->freed()) return SQL_INVALID_HANDLE;
    statement->diagnostics().clear();
    statement->abandon_data();
    return SQL_SUCCESS;
  } catch (...) {
    return SQL_ERROR;
  }
}

SQLRETURN cancel_connection(SQLHDBC id) noexcept {
  try {
    const auto connection = find<Connection>(id);
    if (!connection) return SQL_INVALID_HANDLE;
    connection->talk().cancel(nullptr);
    return SQL_SUCCESS;
  } catch (...) {
    return SQL_ERROR;
  }
}

}  // namespace

SQLRETURN SQL_API SQLPrepare(SQLHSTMT id, SQLCHAR* text, SQLINTEGER length) {
  return prepare(id, text, length);
}

SQLRETURN SQL_API SQLPrepareW(SQLHSTMT id, SQLWCHAR* text, SQLINTEGER length) {
  return prepare(id, text, length);
}

SQLRETURN SQL_API SQLExecDirect(SQLHSTMT id, SQLCHAR* text, SQLINTEGER length) {
  return exec_direct(id, text, length);
}

SQLRETURN SQL_API SQLExecDirectW(SQLHSTMT id, SQLWCHAR* text, SQLINTEGER length) {
  return exec_direct(id, text, length);
}

SQLRETURN SQL_API SQLExecute(SQLHSTMT id) {
  return guard_async(id, SQL_API_SQLEXECUTE, [](Statement& s) { return s.execute(); });
}

SQLRETURN SQL_API SQLNativeSql(SQLHDBC id, SQLCHAR* text, SQLINTEGER text_length, SQLCHAR* output,
                               SQLINTEGER capacity, SQLINTEGER* length) {
  return native_sql(id, text, text_length, output, capacity, length);
}

SQLRETURN SQL_API SQLNativeSqlW(SQLHDBC id, SQLWCHAR* text, SQLINTEGER text_length,
                                SQLWCHAR* output, SQLINTEGER capacity, SQLINTEGER* length) {
  return native_sql(id, text, text_length, output, capacity, length);
}

SQLRETURN SQL_API SQLBindParameter(SQLHSTMT id, SQLUSMALLINT number, SQLSMALLINT io_type,
                                   SQLSMALLINT c_type, SQLSMALLINT sql_type, SQLULEN column_size,
                                   SQLSMALLINT decimal_digits, SQLPOINTER data,
                                   SQLLEN buffer_length, SQLLEN* indicator) {
  return guarded<Statement>(id, [&](Statement& s) {
    s.bind_parameter({number, io_type, c_type, sql_type, column_size, decimal_digits, data,
                      buffer_length, indicator});
  });
}

SQLRETURN SQL_API SQLNumParams(SQLHSTMT id, SQLSMALLINT* count) {
  return guarded<Statement>(id, [&](Statement& s) {
    const SQLSMALLINT value = s.parameter_count();
    if (count != nullptr) *count = value;
  });
}

// The Open Group's form: without the buffer's length, which only output would need.
SQLRETURN SQL_API SQLBindParam(SQLHSTMT id, SQLUSMALLINT number, SQLSMALLINT c_type,
                               SQLSMALLINT sql_type, SQLULEN column_size, SQLSMALLINT digits,
                               SQLPOINTER data, SQLLEN* indicator) {
  return guarded<Statement>(id, [&](Statement& s) {
    s.bind_parameter(
        {number, SQL_PARAM_INPUT, c_type, sql_type, column_size, digits, data, 0, indicator});
  });
}

SQLRETURN SQL_API SQLDescribeParam(SQLHSTMT id, SQLUSMALLINT number, SQLSMALLINT* type,
                                   SQLULEN* size, SQLSMALLINT* digits, SQLSMALLINT* nullable) {
  return guarded<Statement>(id, [&](Statement& s) {
    const Record& parameter = s.describe_parameter(number);
    if (type != nullptr) *type = as_asked_for(parameter.concise_type, s);
    if (size != nullptr) *size = parameter.length;
    if (digits != nullptr)
      *digits = parameter.type == SQL_DATETIME ? parameter.precision : parameter.scale;
    if (nullable != nullptr) *nullable = parameter.nullable;
  });
}

SQLRETURN SQL_API SQLParamData(SQLHSTMT id, SQLPOINTER* token) {
  return guard<Statement>(id, [&](Statement& s) { return s.param_data(token); });
}

SQLRETURN SQL_API SQLPutData(SQLHSTMT id, SQLPOINTER data, SQLLEN length) {
  return guarded<Statement>(id, [&](Statement& s) { s.put_data(data, length); });
}

SQLRETURN SQL_API SQLCancel(SQLHSTMT id) {
  return cancel_statement(id);
}

SQLRETURN SQL_API SQLCancelHandle(SQLSMALLINT type, SQLHANDLE id) {
  if (type == SQL_HANDLE_STMT) return cancel_statement(id);
  if (type == SQL_HANDLE_DBC) return cancel_connection(id);
  return SQL_INVALID_HANDLE;
}
