#include "driver/login/server_error.h"

#include "driver/wire/server_words.h"

namespace negodbc::login {
namespace {

std::string_view odbc_state(std::string_view sqlstate) {
  if (sqlstate.starts_with("28")) return "28000";
  if (sqlstate == "57P03") return "08001";
  return "08004";
}

}  // namespace

net::LoginError login_error(const wire::ServerMessage& message, const net::Host& host,
                            bool authenticating, const std::string& remedy) {
  using Verdict = net::LoginError::Verdict;
  const std::string_view state = odbc_state(message.sqlstate);
  Verdict verdict = Verdict::final;
  if (state == "08001") {
    verdict = Verdict::next_server;
  } else if (!authenticating) {
    verdict = Verdict::other_encryption;
  }
  std::string text = host_and_port(host) + " refused the login: " + wire::words_of(message);
  if (!message.sqlstate.empty()) text += " (" + wire::on_one_line(message.sqlstate) + ")";
  if (!remedy.empty()) text += ". " + remedy;
  return {state, text, verdict};
}

}  // namespace negodbc::login
