// The realm the tests run in (tests/realm): who can log in, and where.
#pragma once

#include <cstdlib>
#include <stdexcept>
#include <string>

#include "driver/login/login.h"
#include "driver/wire/frontend.h"

namespace negodbc::login::testing {

inline std::string realm(const char* name) {
  const char* const value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe)
  if (value == nullptr)
    throw std::runtime_error(std::string(name) + " is not set: run this in tests/realm/realm.py");
  return value;
}

// Where the realm's server is, without encryption; who logs in, and how, is added by the caller.
inline LoginSettings server_settings() {
  LoginSettings settings;
  settings.hosts = {{realm("NEGODBC_PGHOST"), "",
                     static_cast<std::uint16_t>(std::stoi(realm("NEGODBC_PGPORT")))}};
  settings.database = realm("NEGODBC_PGDATABASE");
  settings.timeout = std::chrono::seconds(20);
  settings.ssl_mode = encryption::SslMode::disable;
  return settings;
}

inline LoginSettings realm_settings() {
  LoginSettings settings = server_settings();
  settings.auth_plugin = realm("NEGODBC_TEST_PLUGIN");
  return settings;
}

// The role that needs neither password nor ticket, for tests of what follows a login.
inline LoginSettings trusted_settings() {
  LoginSettings settings = server_settings();
  settings.user = "trust_user";
  settings.integrated = auth::IntegratedLogin::never;
  return settings;
}

inline LoginSettings password_settings(const std::string& user, const char* variable) {
  LoginSettings settings = realm_settings();
  settings.user = user;
  settings.password = Secret(realm(variable));
  return settings;
}

// The first value of a statement's rows; throws Error with the server's state when it fails.
inline std::string value_of(session::Session& session, const std::string& sql) {
  const Deadline deadline = Deadline::after(std::chrono::seconds(20));
  wire::Frontend(session.outgoing()).query(sql);
  session.flush(deadline);
  std::string value, state, text;
  wire::RowFields row;
  for (;;) {
    const wire::Frame frame = session.receive(deadline);
    if (frame.type == wire::MessageType::data_row && value.empty()) {
      row.parse(frame.body);
      value = row.values.at(0).view();
    } else if (frame.type == wire::MessageType::error_response) {
      const auto message = wire::decode_server_message(frame.body);
      state = message.sqlstate;
      text = message.text;
    } else if (frame.type == wire::MessageType::ready_for_query) {
      if (!state.empty()) throw Error(state, text);
      return value;
    }
  }
}

}  // namespace negodbc::login::testing
