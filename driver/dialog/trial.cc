#include "driver/dialog/trial.h"

#include "driver/base/error.h"
#include "driver/login/login.h"

namespace negodbc::dialog {
namespace {

std::string in_words(const session::Session& session) {
  const net::Host& host = session.host();
  std::string text = "Connected to " + host.name + ", port " + std::to_string(host.port) +
                     ", database " + session.database() + ", as " + session.user() + ". ";
  const std::string& way = session.auth_method();
  if (way == "gss" || way == "sspi") {
    text += "Logged in by ticket. ";
  } else if (way.empty() || way == "none" || way == "trust") {
    text += "The server asked for neither ticket nor password. ";
  } else {
    text += "Logged in by " + way + ". ";
  }
  const std::string encryption = session.encryption();
  text += encryption.empty() ? "The connection is not encrypted. "
                             : "The connection is encrypted: " + encryption + ". ";
  return text + "The server is PostgreSQL " + std::string(session.parameter("server_version")) +
         ".";
}

}  // namespace

Outcome try_login(const dsn::Settings& settings) {
  try {
    const auto session =
        login::login(dsn::login_settings(settings), [](const wire::ServerMessage&) {});
    return {true, in_words(*session)};
  } catch (const Error& error) {
    return {false, std::string(error.what()) + " (SQLSTATE " + error.state().c_str() + ")"};
  }
}

}  // namespace negodbc::dialog
