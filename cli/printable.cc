#include "cli/printable.h"

#include "driver/base/one_line.h"
#include "driver/base/utf.h"

namespace negodbc::cli {
std::string printable(std::string_view text, bool lines) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const CodePoint next = first_code_point(text);
    const bool stays = lines && (next.value == U'\n' || next.value == U'\t');
    if (changes_the_line(next.value) && !stays) {
      out += escape_of(next.value);
    } else {
      out += text.substr(0, next.size);
    }
    text.remove_prefix(next.size);
  }
  return out;
}

}  // namespace negodbc::cli
