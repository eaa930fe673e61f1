#include "driver/wire/server_words.h"

#include "driver/base/one_line.h"
#include "driver/base/utf.h"

namespace negodbc::wire {

std::string on_one_line(std::string_view words) {
  constexpr std::size_t longest = 1000;
  return negodbc::on_one_line(words.substr(0, utf8_prefix(words, longest)));
}

std::string words_of(const ServerMessage& message) {
  std::string text = on_one_line(message.text);
  if (!message.detail.empty()) text += ". " + on_one_line(message.detail);
  if (!message.hint.empty()) text += ". " + on_one_line(message.hint);
  return text;
}

}  // namespace negodbc::wire
