// SQLGetDiagRec, SQLGetDiagField: they read diagnostics and leave none.
#include "driver/api/guard.h"
#include "driver/api/odbc.h"
#include "driver/api/odbc2.h"
#include "driver/api/text.h"
#include "driver/handles/sqlstate.h"

using namespace negodbc;  // NOLINT(google-build-using-namespace): entry points are outside of it
using namespace negodbc::odbc;  // NOLINT(google-build-using-namespace)

namespace {

// Not the funnel: the diagnostics must stay as they are.
template <class F>
SQLRETURN read(SQLSMALLINT type, SQLHANDLE id, F&& body) noexcept {
  try {
    if (type < SQL_HANDLE_ENV || type > SQL_HANDLE_DESC) return SQL_INVALID_HANDLE;
    const std::shared_ptr<Handle> handle = find_handle(id, static_cast<Kind>(type));
    if (!handle) return SQL_INVALID_HANDLE;
    if (type == SQL_HANDLE_STMT) {
      // A function that still executes holds the mutex.
      AsyncCall& async = static_cast<Statement&>(*handle).async();
      const auto of_refusal = [&](const Diagnostics& refusals) { return body(*handle, refusals); };
      if (const auto result = async.read_refusals(of_refusal)) return *result;
    }
    const std::lock_guard lock(handle->mutex());
    if (handle->freed()) return SQL_INVALID_HANDLE;
    return body(*handle, handle->diagnostics());
  } catch (...) {
    return SQL_ERROR;
  }
}

// nullptr: of an environment.
Connection* connection_of(Handle& handle) {
  switch (handle.kind()) {
    case Kind::connection:
      return static_cast<Connection*>(&handle);
    case Kind::statement:
      return &static_cast<Statement*>(&handle)->connection();
    case Kind::descriptor:
      return static_cast<Descriptor*>(&handle)->connection().get();
    case Kind::environment:
      break;
  }
  return nullptr;
}

SqlState state_as_asked_for(SqlState state, Handle& handle) {
  Connection* connection = connection_of(handle);
  const bool old = connection != nullptr
                       ? speaks_odbc2(*connection)
                       : static_cast<Environment&>(handle).odbc_version() == SQL_OV_ODBC2;
  return old ? odbc2_state(state) : odbc3_state(state);
}

// The data source of a handle's connection, as SQL_DIAG_CONNECTION_NAME and SQL_DIAG_SERVER_NAME
// want it.
std::string data_source(Handle& handle) {
  Connection* connection = connection_of(handle);
  if (connection == nullptr || !connection->settings().has(dsn::Key::dsn)) return {};
  return std::string(connection->settings().get(dsn::Key::dsn));
}

template <class Char>
SQLRETURN get_record(SQLSMALLINT type, SQLHANDLE id, SQLSMALLINT number, Char* state,
                     SQLINTEGER* native, Char* message, SQLSMALLINT capacity,
                     SQLSMALLINT* length) noexcept {
  return read(type, id, [&](Handle& handle, const Diagnostics& diagnostics) -> SQLRETURN {
    if (number < 1 || capacity < 0) return SQL_ERROR;
    const DiagRecord* record = diagnostics.record(number);
    if (record == nullptr) return SQL_NO_DATA;
    if (state != nullptr)
      write_text(state_as_asked_for(record->state, handle).view(), state, 6, Unit::characters);
    if (native != nullptr) *native = record->native;
    const Written written =
        write_text(record->message, message, capacity, Unit::characters, longest_told<SQLSMALLINT>);
    if (length != nullptr) *length = static_cast<SQLSMALLINT>(written.length);
    return written.truncated ? SQL_SUCCESS_WITH_INFO : SQL_SUCCESS;
  });
}

template <class Char>
class FieldWriter {
 public:
  FieldWriter(SQLPOINTER output, SQLSMALLINT capacity, SQLSMALLINT* length)
      : output_(output), capacity_(capacity), length_(length) {}

  SQLRETURN text(std::string_view value) const {
    if (capacity_ < 0) return SQL_ERROR;
    const Written written = write_text(value, static_cast<Char*>(output_), capacity_, Unit::bytes,
                                       longest_told<SQLSMALLINT>);
    if (length_ != nullptr) *length_ = static_cast<SQLSMALLINT>(written.length);
    return written.truncated ? SQL_SUCCESS_WITH_INFO : SQL_SUCCESS;
  }
  template <class T>
  SQLRETURN number(T value) const {
    if (output_ != nullptr) *static_cast<T*>(output_) = value;
    return SQL_SUCCESS;
  }

 private:
  SQLPOINTER output_;
  SQLSMALLINT capacity_;
  SQLSMALLINT* length_;
};

template <class Char>
SQLRETURN get_field(SQLSMALLINT type, SQLHANDLE id, SQLSMALLINT number, SQLSMALLINT field,
                    SQLPOINTER output, SQLSMALLINT capacity, SQLSMALLINT* length) noexcept {
  return read(type, id, [&](Handle& handle, const Diagnostics& diagnostics) -> SQLRETURN {
    const FieldWriter<Char> out(output, capacity, length);
    const bool statement = handle.kind() == Kind::statement;
    switch (field) {
      case SQL_DIAG_RETURNCODE:
        return out.number(diagnostics.return_code);
      case SQL_DIAG_NUMBER:
        return out.number(diagnostics.size());
      case SQL_DIAG_ROW_COUNT:
        return statement ? out.number(diagnostics.row_count) : SQL_ERROR;
      case SQL_DIAG_CURSOR_ROW_COUNT:
        return statement ? out.number(diagnostics.cursor_row_count) : SQL_ERROR;
      case SQL_DIAG_DYNAMIC_FUNCTION:
        return statement ? out.text(diagnostics.dynamic_function) : SQL_ERROR;
      case SQL_DIAG_DYNAMIC_FUNCTION_CODE:
        return statement ? out.number(diagnostics.dynamic_function_code) : SQL_ERROR;
      default:
        break;
    }
    if (number < 1) return SQL_ERROR;
    const DiagRecord* record = diagnostics.record(number);
    if (record == nullptr) return SQL_NO_DATA;
    switch (field) {
      case SQL_DIAG_SQLSTATE:
        return out.text(state_as_asked_for(record->state, handle).view());
      case SQL_DIAG_NATIVE:
        return out.number(record->native);
      case SQL_DIAG_MESSAGE_TEXT:
        return out.text(record->message);
      case SQL_DIAG_CLASS_ORIGIN:
        return out.text(class_origin(odbc3_state(record->state)));
      case SQL_DIAG_SUBCLASS_ORIGIN:
        return out.text(subclass_origin(odbc3_state(record->state)));
      case SQL_DIAG_CONNECTION_NAME:
      case SQL_DIAG_SERVER_NAME:
        return out.text(data_source(handle));
      case SQL_DIAG_ROW_NUMBER:
        return statement ? out.number(record->row) : SQL_ERROR;
      case SQL_DIAG_COLUMN_NUMBER:
        return statement ? out.number(record->column) : SQL_ERROR;
      default:
        return SQL_ERROR;
    }
  });
}

}  // namespace

SQLRETURN SQL_API SQLGetDiagRec(SQLSMALLINT type, SQLHANDLE id, SQLSMALLINT number, SQLCHAR* state,
                                SQLINTEGER* native, SQLCHAR* message, SQLSMALLINT capacity,
                                SQLSMALLINT* length) {
  return get_record(type, id, number, state, native, message, capacity, length);
}

SQLRETURN SQL_API SQLGetDiagRecW(SQLSMALLINT type, SQLHANDLE id, SQLSMALLINT number,
                                 SQLWCHAR* state, SQLINTEGER* native, SQLWCHAR* message,
                                 SQLSMALLINT capacity, SQLSMALLINT* length) {
  return get_record(type, id, number, state, native, message, capacity, length);
}

SQLRETURN SQL_API SQLGetDiagField(SQLSMALLINT type, SQLHANDLE id, SQLSMALLINT number,
                                  SQLSMALLINT field, SQLPOINTER output, SQLSMALLINT capacity,
                                  SQLSMALLINT* length) {
  return get_field<SQLCHAR>(type, id, number, field, output, capacity, length);
}

SQLRETURN SQL_API SQLGetDiagFieldW(SQLSMALLINT type, SQLHANDLE id, SQLSMALLINT number,
                                   SQLSMALLINT field, SQLPOINTER output, SQLSMALLINT capacity,
                                   SQLSMALLINT* length) {
  return get_field<SQLWCHAR>(type, id, number, field, output, capacity, length);
}
