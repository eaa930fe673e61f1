// Results: description, binding, fetching.
#include <tuple>

#include "driver/api/guard.h"
#include "driver/api/odbc.h"
#include "driver/api/odbc2.h"
#include "driver/api/text.h"

using namespace negodbc;  // NOLINT(google-build-using-namespace): entry points are outside of it
using namespace negodbc::odbc;  // NOLINT(google-build-using-namespace)

namespace {

SQLSMALLINT decimal_digits(const Record& column) {
  return column.type == SQL_DATETIME || column.type == SQL_INTERVAL ? column.precision
                                                                    : column.scale;
}

template <class Char>
SQLRETURN describe_column(SQLHSTMT id, SQLUSMALLINT number, Char* name, SQLSMALLINT capacity,
                          SQLSMALLINT* name_length, SQLSMALLINT* type, SQLULEN* size,
                          SQLSMALLINT* digits, SQLSMALLINT* nullable) noexcept {
  return guarded<Statement>(id, [&](Statement& statement) {
    const Record& column = statement.column(number);
    text_out(column.name, name, capacity, name_length, Unit::characters, &statement.diagnostics());
    if (type != nullptr) *type = as_asked_for(column.concise_type, statement);
    if (size != nullptr) *size = column.length;
    if (digits != nullptr) *digits = decimal_digits(column);
    if (nullable != nullptr) *nullable = column.nullable;
  });
}

// The numbers that ODBC 2 gave to some fields of ODBC 3.
SQLSMALLINT modern_field(SQLUSMALLINT field) {
  switch (field) {
    case SQL_COLUMN_COUNT:
      return SQL_DESC_COUNT;
    case SQL_COLUMN_NAME:
      return SQL_DESC_NAME;
    case SQL_COLUMN_NULLABLE:
      return SQL_DESC_NULLABLE;
    default:
      return static_cast<SQLSMALLINT>(field);
  }
}

SQLLEN as_number(const Value& value) {
  return std::visit(
      [](const auto& v) -> SQLLEN {
        using T = std::decay_t<decltype(v)>;
        if constexpr (std::is_integral_v<T>) {
          return static_cast<SQLLEN>(v);
        } else {
          throw Error("HY091", "this field is not a number");
        }
      },
      value);
}

// SQLColAttribute's last argument as it is declared: 32-bit Windows has always had a SQLPOINTER
// there.
template <class... Arguments>
std::tuple<Arguments...> arguments_of(SQLRETURN(SQL_API*)(Arguments...));
using NumericAttribute = std::tuple_element_t<6, decltype(arguments_of(&SQLColAttribute))>;

template <class Char>
SQLRETURN column_attribute(SQLHSTMT id, SQLUSMALLINT number, SQLUSMALLINT field, SQLPOINTER text,
                           SQLSMALLINT capacity, SQLSMALLINT* length, SQLLEN* numeric) noexcept {
  return guarded<Statement>(id, [&](Statement& statement) {
    const auto put = [&](SQLLEN value) {
      if (numeric != nullptr) *numeric = value;
    };
    if (modern_field(field) == SQL_DESC_COUNT) return put(statement.column_count());
    const Record* column = &statement.column(number);
    if (field == SQL_COLUMN_LENGTH) return put(column->octet_length);
    if (field == SQL_COLUMN_PRECISION) return put(static_cast<SQLLEN>(column->length));
    if (field == SQL_COLUMN_SCALE) return put(decimal_digits(*column));
    const Value value =
        statement.column_field(static_cast<SQLSMALLINT>(number), modern_field(field));
    if (const auto* words = std::get_if<std::string>(&value))
      return text_out(*words, static_cast<Char*>(text), capacity, length, Unit::bytes,
                      &statement.diagnostics());
    if (field == SQL_DESC_CONCISE_TYPE)  // ODBC 2's SQL_COLUMN_TYPE
      return put(as_asked_for(column->concise_type, statement));
    put(as_number(value));
  });
}

SQLRETURN fetch(Statement& statement, SQLSMALLINT orientation, SQLLEN offset) {
  const SQLLEN bookmark = orientation == SQL_FETCH_BOOKMARK ? statement.fetch_bookmark() : 0;
  return statement.fetch({orientation, offset, statement.ard().array_size,
                          statement.ird().rows_processed_ptr, statement.ird().array_status_ptr,
                          bookmark});
}

// SQL_FETCH_NEXT, ..., SQL_FETCH_RELATIVE are 1 to 6, SQL_FETCH_BOOKMARK 8.
void require_orientation(SQLUSMALLINT orientation) {
  if ((orientation < SQL_FETCH_NEXT || orientation > SQL_FETCH_RELATIVE) &&
      orientation != SQL_FETCH_BOOKMARK)
    throw Error("HY106", "there is no fetch orientation " + std::to_string(orientation));
}

}  // namespace

SQLRETURN SQL_API SQLNumResultCols(SQLHSTMT id, SQLSMALLINT* count) {
  return guarded<Statement>(id, [&](Statement& statement) {
    const SQLSMALLINT value = statement.column_count();
    if (count != nullptr) *count = value;
  });
}

SQLRETURN SQL_API SQLDescribeCol(SQLHSTMT id, SQLUSMALLINT number, SQLCHAR* name,
                                 SQLSMALLINT capacity, SQLSMALLINT* name_length, SQLSMALLINT* type,
                                 SQLULEN* size, SQLSMALLINT* digits, SQLSMALLINT* nullable) {
  return describe_column(id, number, name, capacity, name_length, type, size, digits, nullable);
}

SQLRETURN SQL_API SQLDescribeColW(SQLHSTMT id, SQLUSMALLINT number, SQLWCHAR* name,
                                  SQLSMALLINT capacity, SQLSMALLINT* name_length, SQLSMALLINT* type,
                                  SQLULEN* size, SQLSMALLINT* digits, SQLSMALLINT* nullable) {
  return describe_column(id, number, name, capacity, name_length, type, size, digits, nullable);
}

SQLRETURN SQL_API SQLColAttribute(SQLHSTMT id, SQLUSMALLINT number, SQLUSMALLINT field,
                                  SQLPOINTER text, SQLSMALLINT capacity, SQLSMALLINT* length,
                                  NumericAttribute numeric) {
  return column_attribute<SQLCHAR>(id, number, field, text, capacity, length,
                                   static_cast<SQLLEN*>(numeric));
}

SQLRETURN SQL_API SQLColAttributeW(SQLHSTMT id, SQLUSMALLINT number, SQLUSMALLINT field,
                                   SQLPOINTER text, SQLSMALLINT capacity, SQLSMALLINT* length,
                                   NumericAttribute numeric) {
  return column_attribute<SQLWCHAR>(id, number, field, text, capacity, length,
                                    static_cast<SQLLEN*>(numeric));
}

SQLRETURN SQL_API SQLBindCol(SQLHSTMT id, SQLUSMALLINT number, SQLSMALLINT c_type, SQLPOINTER data,
                             SQLLEN buffer_length, SQLLEN* indicator) {
  return guarded<Statement>(id, [&](Statement& statement) {
    statement.bind_column(number, c_type, data, buffer_length, indicator);
  });
}

SQLRETURN SQL_API SQLFetch(SQLHSTMT id) {
  return guard<Statement>(id,
                          [](Statement& statement) { return fetch(statement, SQL_FETCH_NEXT, 0); });
}

SQLRETURN SQL_API SQLFetchScroll(SQLHSTMT id, SQLSMALLINT orientation, SQLLEN offset) {
  return guard<Statement>(id, [&](Statement& statement) {
    require_orientation(static_cast<SQLUSMALLINT>(orientation));
    return fetch(statement, orientation, offset);
  });
}

SQLRETURN SQL_API SQLExtendedFetch(SQLHSTMT id, SQLUSMALLINT orientation, SQLLEN offset,
                                   SQLULEN* count, SQLUSMALLINT* status) {
  return guard<Statement>(id, [&](Statement& statement) {
    require_orientation(orientation);
    // Of ODBC 2's bookmarks the offset is the bookmark itself.
    const bool by_bookmark = orientation == SQL_FETCH_BOOKMARK;
    return statement.fetch({static_cast<SQLSMALLINT>(orientation), by_bookmark ? 0 : offset,
                            statement.ex_rowset_size(), count, status, by_bookmark ? offset : 0});
  });
}

SQLRETURN SQL_API SQLSetPos(SQLHSTMT id, SQLSETPOSIROW row, SQLUSMALLINT operation,
                            SQLUSMALLINT lock) {
  return guard<Statement>(
      id, [&](Statement& statement) { return statement.set_position(row, operation, lock); });
}

SQLRETURN SQL_API SQLBulkOperations(SQLHSTMT id, SQLSMALLINT operation) {
  return guard<Statement>(id, [&](Statement& statement) {
    return statement.bulk(static_cast<SQLUSMALLINT>(operation));
  });
}

SQLRETURN SQL_API SQLGetData(SQLHSTMT id, SQLUSMALLINT number, SQLSMALLINT c_type, SQLPOINTER data,
                             SQLLEN buffer_length, SQLLEN* indicator) {
  return guard<Statement>(id, [&](Statement& statement) {
    return statement.get_data(number, {c_type, data, buffer_length, indicator});
  });
}

SQLRETURN SQL_API SQLMoreResults(SQLHSTMT id) {
  return guard<Statement>(id, [](Statement& statement) { return statement.more_results(); });
}

SQLRETURN SQL_API SQLRowCount(SQLHSTMT id, SQLLEN* count) {
  return guarded<Statement>(id, [&](Statement& statement) {
    const SQLLEN value = statement.row_count();
    if (count != nullptr) *count = value;
  });
}
