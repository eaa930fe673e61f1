#include "cli/printable.h"

namespace negodbc::cli {
namespace {

constexpr char digits[] = "0123456789ABCDEF";

std::string escape_of(unsigned char code) {
  if (code == '\n') return "\\n";
  if (code == '\r') return "\\r";
  if (code == '\t') return "\\t";
  std::string escape = code < 0x80 ? "\\x" : "\\u00";
  escape += digits[code >> 4U];
  escape += digits[code & 0xFU];
  return escape;
}

}  // namespace

std::string printable(std::string_view text, bool lines) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    const auto next = static_cast<unsigned char>(i + 1 < text.size() ? text[i + 1] : '\0');
    if (byte == 0xC2 && next >= 0x80 && next < 0xA0) {
      out += escape_of(next);
      ++i;
    } else if ((byte < ' ' || byte == 0x7F) && !(lines && (byte == '\n' || byte == '\t'))) {
      out += escape_of(byte);
    } else {
      out += text[i];
    }
  }
  return out;
}

}  // namespace negodbc::cli
