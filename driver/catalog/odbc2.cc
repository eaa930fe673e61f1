#include "driver/catalog/odbc2.h"

#include <algorithm>
#include <string_view>

#include "driver/catalog/local_rows.h"

namespace negodbc::catalog {
namespace {

struct Rename {
  std::string_view odbc3, odbc2;
};
constexpr Rename renames[] = {
    {"TABLE_CAT", "TABLE_QUALIFIER"},
    {"TABLE_SCHEM", "TABLE_OWNER"},
    {"PKTABLE_CAT", "PKTABLE_QUALIFIER"},
    {"PKTABLE_SCHEM", "PKTABLE_OWNER"},
    {"FKTABLE_CAT", "FKTABLE_QUALIFIER"},
    {"FKTABLE_SCHEM", "FKTABLE_OWNER"},
    {"PROCEDURE_CAT", "PROCEDURE_QUALIFIER"},
    {"PROCEDURE_SCHEM", "PROCEDURE_OWNER"},
    {"COLUMN_SIZE", "PRECISION"},
    {"BUFFER_LENGTH", "LENGTH"},
    {"DECIMAL_DIGITS", "SCALE"},
    {"NUM_PREC_RADIX", "RADIX"},
    {"FIXED_PREC_SCALE", "MONEY"},
    {"AUTO_UNIQUE_VALUE", "AUTO_INCREMENT"},
    {"ASC_OR_DESC", "COLLATION"},
};
// Of SQLStatistics alone: SQLColumns has a column of this name too, which ODBC 2 does not have.
constexpr Rename of_statistics{"ORDINAL_POSITION", "SEQ_IN_INDEX"};

constexpr Rename find(std::string_view name) {
  for (const Rename& rename : renames)
    if (rename.odbc3 == name) return rename;
  return {name, name};
}

struct TypePair {
  SQLSMALLINT odbc3, odbc2;
};
constexpr TypePair types[] = {
    {SQL_TYPE_DATE, SQL_DATE}, {SQL_TYPE_TIME, SQL_TIME}, {SQL_TYPE_TIMESTAMP, SQL_TIMESTAMP}};

}  // namespace

SQLSMALLINT odbc2_type(SQLSMALLINT type) {
  for (const TypePair& pair : types)
    if (pair.odbc3 == type) return pair.odbc2;
  return type;
}

SQLSMALLINT odbc3_type(SQLSMALLINT type) {
  for (const TypePair& pair : types)
    if (pair.odbc2 == type) return pair.odbc3;
  return type;
}

void speak_odbc2(LocalRows& rows) {
  const auto has = [&](std::string_view name) {
    return std::any_of(rows.fields.begin(), rows.fields.end(),
                       [&](const wire::Field& field) { return field.name == name; });
  };
  const bool statistics = has("NON_UNIQUE");
  const bool type_info = has("LITERAL_PREFIX");
  for (std::size_t i = 0; i < rows.fields.size(); ++i) {
    std::string& name = rows.fields[i].name;
    if (name == "DATA_TYPE") {
      for (Row& row : rows.rows)
        if (row[i]) row[i] = number(odbc2_type(wire::number_of<SQLSMALLINT>(*row[i])));
      if (type_info) {  // it is ordered by the types
        std::stable_sort(rows.rows.begin(), rows.rows.end(), [i](const Row& a, const Row& b) {
          return wire::number_of<SQLSMALLINT>(*a[i]) < wire::number_of<SQLSMALLINT>(*b[i]);
        });
      }
    } else if (statistics && name == of_statistics.odbc3) {
      name = of_statistics.odbc2;
    } else if (!type_info || name != "NUM_PREC_RADIX") {  // which ODBC 2's SQLGetTypeInfo lacks
      name = find(name).odbc2;
    }
  }
}

}  // namespace negodbc::catalog
