#include "driver/wire/backend.h"

#include "driver/wire/cursor.h"

namespace negodbc::wire {

std::vector<std::string_view> Authentication::sasl_mechanisms() const {
  std::vector<std::string_view> names;
  Cursor cursor(data, "AuthenticationSASL");
  for (std::string_view name = cursor.text(); !name.empty(); name = cursor.text())
    names.push_back(name);
  cursor.end();
  return names;
}

Authentication decode_authentication(std::string_view body) {
  Cursor cursor(body, "Authentication");
  const std::int32_t kind = cursor.i32();
  const std::string_view data = cursor.take_rest();
  if (kind == static_cast<std::int32_t>(Authentication::Kind::md5_password) && data.size() != 4) {
    cursor.fail("the salt of an MD5 password is not four bytes");
  }
  return {kind, data};
}

KeyData decode_key_data(std::string_view body) {
  Cursor cursor(body, "BackendKeyData");
  const std::int32_t process_id = cursor.i32();
  const std::string_view key = cursor.take_rest();
  if (key.size() < 4 || key.size() > 256) cursor.fail("the key is not of 4 to 256 bytes");
  return {process_id, key};
}

ProtocolVersion decode_negotiate_protocol_version(std::string_view body) {
  Cursor cursor(body, "NegotiateProtocolVersion");
  ProtocolVersion version{cursor.i32(), {}};
  const std::int32_t number = cursor.i32();
  if (number < 0 || static_cast<std::size_t>(number) > body.size())
    cursor.fail("a count is out of range");
  for (std::int32_t i = 0; i < number; ++i) version.unknown_options.push_back(cursor.text());
  cursor.end();
  return version;
}

ParameterStatus decode_parameter_status(std::string_view body) {
  Cursor cursor(body, "ParameterStatus");
  const std::string_view name = cursor.text();
  const std::string_view value = cursor.text();
  cursor.end();
  return {name, value};
}

ServerMessage decode_server_message(std::string_view body) {
  ServerMessage message;
  std::string_view localised_severity;
  Cursor cursor(body, "ErrorResponse or NoticeResponse");
  for (std::uint8_t code = cursor.u8(); code != 0; code = cursor.u8()) {
    const std::string_view value = cursor.text();
    switch (code) {
      case 'S':
        localised_severity = value;
        break;
      case 'V':
        message.severity = value;
        break;
      case 'C':
        message.sqlstate = value;
        break;
      case 'M':
        message.text = value;
        break;
      case 'D':
        message.detail = value;
        break;
      case 'H':
        message.hint = value;
        break;
      case 'P':
        message.position = value;
        break;
      case 'W':
        message.where = value;
        break;
      case 's':
        message.schema = value;
        break;
      case 't':
        message.table = value;
        break;
      case 'c':
        message.column = value;
        break;
      case 'd':
        message.data_type = value;
        break;
      case 'n':
        message.constraint = value;
        break;
      default:  // fields added later are to be ignored
        break;
    }
  }
  cursor.end();
  if (message.severity.empty()) message.severity = localised_severity;
  return message;
}

std::vector<Field> decode_row_description(std::string_view body) {
  constexpr std::size_t smallest_field = 1 + 4 + 2 + 4 + 2 + 4 + 2;
  Cursor cursor(body, "RowDescription");
  std::vector<Field> fields(cursor.count(smallest_field));
  for (Field& field : fields) {
    field.name = cursor.text();
    field.table_oid = cursor.u32();
    field.attribute = cursor.i16();
    field.type_oid = cursor.u32();
    field.type_size = cursor.i16();
    field.type_modifier = cursor.i32();
    const std::int16_t format = cursor.i16();
    if (format != 0 && format != 1) cursor.fail("a format is neither text nor binary");
    field.format = static_cast<Format>(format);
  }
  cursor.end();
  return fields;
}

std::vector<std::uint32_t> decode_parameter_description(std::string_view body) {
  Cursor cursor(body, "ParameterDescription");
  // Here the protocol allows up to 65535.
  const std::size_t number = cursor.u16();
  if (number * 4 != body.size() - 2) cursor.fail("the count does not fit the length");
  std::vector<std::uint32_t> types(number);
  for (std::uint32_t& type : types) type = cursor.u32();
  return types;
}

std::string_view decode_command_tag(std::string_view body) {
  Cursor cursor(body, "CommandComplete");
  const std::string_view tag = cursor.text();
  cursor.end();
  return tag;
}

char decode_ready_for_query(std::string_view body) {
  Cursor cursor(body, "ReadyForQuery");
  const char status = static_cast<char>(cursor.u8());
  cursor.end();
  if (status != 'I' && status != 'T' && status != 'E') cursor.fail("the status is unknown");
  return status;
}

}  // namespace negodbc::wire
