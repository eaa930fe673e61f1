#include "driver/connect/server_error.h"

#include "driver/base/utf.h"

namespace negodbc::connect {
namespace {

constexpr std::size_t longest_part = 1000;

void append_part(std::string_view label, std::string_view part, std::string& out) {
  if (part.empty()) return;
  out += label;
  for (const char c : part.substr(0, utf8_prefix(part, longest_part))) {
    const auto byte = static_cast<unsigned char>(c);
    out.push_back(byte < 0x20 || byte == 0x7F ? ' ' : c);
  }
}

std::string_view odbc_state(std::string_view sqlstate) {
  if (sqlstate.starts_with("28")) return "28000";
  if (sqlstate == "57P03") return "08001";
  return "08004";
}

}  // namespace

std::string words_of(const wire::ServerMessage& message) {
  std::string text;
  append_part("", message.text, text);
  append_part(". ", message.detail, text);
  append_part(". ", message.hint, text);
  return text;
}

LoginError login_error(const wire::ServerMessage& message, const Host& host, bool authenticating,
                       const std::string& remedy) {
  using Verdict = LoginError::Verdict;
  const std::string_view state = odbc_state(message.sqlstate);
  Verdict verdict = Verdict::final;
  if (state == "08001") {
    verdict = Verdict::next_server;
  } else if (!authenticating) {
    verdict = Verdict::other_encryption;
  }
  std::string text = name_of(host) + " refused the login: " + words_of(message);
  if (!message.sqlstate.empty()) {
    append_part(" (", message.sqlstate, text);
    text += ')';
  }
  if (!remedy.empty()) text += ". " + remedy;
  return {state, text, verdict};
}

}  // namespace negodbc::connect
