#include "driver/wire/backend.h"
#include "driver/wire/cursor.h"

namespace negodbc::wire {

// The innermost loop of every result: no Cursor, one bounds check a field.
void RowFields::parse(std::string_view message) {
  constexpr std::uint32_t null_length = 0xFFFFFFFF;
  const auto fail = [](const char* why) {
    throw ProtocolError(std::string("the server sent a malformed DataRow message: ") + why);
  };
  if (message.size() < 2) fail("it ends too early");
  const std::size_t count = load_u16(message.data());
  const char* at = message.data() + 2;
  const char* const end = message.data() + message.size();
  if (count > 0x7FFF) fail("the count is negative");
  if (count * 4 > message.size() - 2) fail("the count is too large");
  if (values.size() != count) values.resize(count);
  for (Value& value : values) {
    if (end - at < 4) fail("it ends too early");
    const std::uint32_t length = load_u32(at);
    at += 4;
    if (length == null_length) {
      value = {nullptr, 0};
      continue;
    }
    if (length > static_cast<std::size_t>(end - at)) fail("a value is longer than the message");
    value = {at, length};
    at += length;
  }
  if (at != end) fail("bytes are left over");
  body = message;
}

}  // namespace negodbc::wire
