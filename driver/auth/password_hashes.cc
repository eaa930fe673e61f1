#include "driver/auth/password_hashes.h"

#include "driver/auth/digest.h"
#include "driver/base/utf.h"

namespace negodbc::auth {
namespace {

// RFC 3454 table C.1.2.
bool is_other_space(char16_t c) {
  return c == 0x00A0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200B) || c == 0x202F || c == 0x205F ||
         c == 0x3000;
}

// RFC 3454 table B.1. U+200B is in both tables; a space is what it becomes (RFC 4013 maps spaces
// first).
bool is_mapped_to_nothing(char16_t c) {
  return c == 0x00AD || c == 0x034F || c == 0x1806 || (c >= 0x180B && c <= 0x180D) || c == 0x200C ||
         c == 0x200D || c == 0x2060 || (c >= 0xFE00 && c <= 0xFE0F) || c == 0xFEFF;
}

}  // namespace

std::string md5_response(std::string_view password, std::string_view user, std::string_view salt) {
  std::string text(password);
  text += user;
  std::string inner = md5_hex(text);
  wipe(text);
  inner += salt;
  std::string response = "md5" + md5_hex(inner);
  wipe(inner);
  return response;
}

Secret scram_password(std::string_view password) {
  std::u16string wide = to_utf16(password);
  bool plain = true;
  std::u16string mapped;
  mapped.reserve(wide.size());
  for (const char16_t c : wide) {
    if (is_mapped_to_nothing(c) || is_other_space(c)) plain = false;
    if (!is_mapped_to_nothing(c)) mapped.push_back(is_other_space(c) ? u' ' : c);
  }
  // What is not UTF-8, or would be mapped to nothing at all, is taken as it is, as the server does.
  const bool ill_formed = wide.find(u'\uFFFD') != std::u16string::npos;
  std::string narrow = to_utf8(mapped);
  Secret prepared(plain || ill_formed || mapped.empty() ? password : std::string_view(narrow));
  wipe(narrow);
  wipe(wide.data(), wide.size() * sizeof(char16_t));
  wipe(mapped.data(), mapped.size() * sizeof(char16_t));
  return prepared;
}

}  // namespace negodbc::auth
