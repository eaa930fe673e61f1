#include "driver/handles/statement/column_value.h"

#include "driver/base/utf.h"

namespace negodbc::odbc {

std::string_view cut_value(std::string_view bytes, const wire::Field& field, SQLULEN max_length) {
  switch (field.type_oid) {
    case types::oid_bytea:  // \x and two digits a byte
      if (field.format == wire::Format::binary) return bytes.substr(0, max_length);
      return bytes.substr(0, 2 + 2 * max_length);
    case types::oid_text:
    case types::oid_varchar:
    case types::oid_bpchar:
    case types::oid_json:
    case types::oid_jsonb:
    case types::oid_xml:
      return bytes.substr(0, utf8_prefix(bytes, max_length));
    default:
      return bytes;
  }
}

}  // namespace negodbc::odbc
