#include "driver/wire/server_words.h"

#include "driver/base/utf.h"

namespace negodbc::wire {

std::string on_one_line(std::string_view words) {
  constexpr std::size_t longest = 1000;
  std::string line(words.substr(0, utf8_prefix(words, longest)));
  for (char& c : line) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7F) c = ' ';
  }
  return line;
}

std::string words_of(const ServerMessage& message) {
  std::string text = on_one_line(message.text);
  if (!message.detail.empty()) text += ". " + on_one_line(message.detail);
  if (!message.hint.empty()) text += ". " + on_one_line(message.hint);
  return text;
}

}  // namespace negodbc::wire
