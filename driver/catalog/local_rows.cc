#include "driver/catalog/local_rows.h"

#include <utility>

#include "driver/base/error.h"

namespace negodbc::catalog {
namespace {

constexpr std::int32_t name_width = 128;     // as the reference says
constexpr std::int32_t text_width = 254;     // remarks and defaults: what is longer comes in parts
constexpr std::int32_t modifier_offset = 4;  // varchar(n) has the modifier n + 4

}  // namespace

LocalRows make_rows(std::initializer_list<Column> columns) {
  LocalRows result;
  add_columns(result, columns);
  return result;
}

void add_columns(LocalRows& result, std::initializer_list<Column> columns) {
  result.fields.reserve(result.fields.size() + columns.size());
  for (const Column& column : columns) {
    wire::Field field;
    field.name = column.name;
    switch (column.type) {
      case ColumnType::name:
      case ColumnType::text:
        field.type_oid = types::oid_varchar;
        field.type_size = -1;
        field.type_modifier =
            modifier_offset + (column.type == ColumnType::name ? name_width : text_width);
        break;
      case ColumnType::small:
        field.type_oid = types::oid_int2;
        field.type_size = 2;
        break;
      case ColumnType::integer:
        field.type_oid = types::oid_int4;
        field.type_size = 4;
        break;
    }
    result.fields.push_back(std::move(field));
  }
}

void show(LocalRows& result, wire::Answer&& answer) {
  if (answer.width() != result.fields.size())
    throw Error("HY000", "a catalogue result and its query have different columns");
  result.rows = std::move(answer).take();
}

}  // namespace negodbc::catalog
