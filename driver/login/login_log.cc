#include "driver/login/login_log.h"

#include <chrono>

#include "driver/base/module.h"
#include "driver/base/process.h"

namespace negodbc::login {
namespace {

constexpr std::string_view ssl_mode_names[] = {"disable", "allow",     "prefer",
                                               "require", "verify-ca", "verify-full"};
constexpr std::string_view gssenc_mode_names[] = {"disable", "prefer", "require", "when_refused"};
constexpr std::string_view integrated_names[] = {"automatic", "required", "never"};
constexpr std::string_view encryption_names[] = {"none", "tls", "gss"};

template <class Enum>
std::size_t index_of(Enum value) {
  return static_cast<std::size_t>(value);
}

std::string microseconds(session::LoginTimes::Duration time) {
  return std::to_string(std::chrono::duration_cast<std::chrono::microseconds>(time).count());
}

std::string list_of(const std::vector<net::Host>& hosts) {
  std::string list;
  for (const net::Host& host : hosts) {
    if (!list.empty()) list += ',';
    list += host_and_port(host);
  }
  return list;
}

}  // namespace

void LoginLog::begins() const {
  if (!on()) return;
  log_->write("login_begins", {{"program", program_name()},
                               {"driver", own_directory()},
                               {"version", NEGODBC_DRIVER_VERSION},
                               {"hosts", list_of(settings_.hosts)},
                               {"database", settings_.database},
                               {"user", settings_.user},
                               {"password", settings_.password.empty() ? "no" : "given"},
                               {"ticket", integrated_names[index_of(settings_.integrated)]},
                               {"package", settings_.auth_package},
                               {"plugin", settings_.auth_plugin.empty() ? "beside the driver"
                                                                        : settings_.auth_plugin},
                               {"library", settings_.gss_library},
                               {"spn", settings_.server_spn},
                               {"service", settings_.kerberos_service},
                               {"realm", settings_.realm},
                               {"cache", settings_.credential_cache},
                               {"keytab", settings_.client_keytab},
                               {"principal", settings_.principal},
                               {"sslmode", ssl_mode_names[index_of(settings_.ssl_mode)]},
                               {"gssencmode", gssenc_mode_names[index_of(settings_.gssenc_mode)]},
                               {"timeout_ms", std::to_string(settings_.timeout.count())}});
}

void LoginLog::attempt(const net::Host& host, const net::Address& address,
                       encryption::Encryption wanted) const {
  if (!on()) return;
  log_->write("attempt", {{"host", host_and_port(host)},
                          {"address", address.text},
                          {"encryption", encryption_names[index_of(wanted)]}});
}

void LoginLog::attempt_failed(const ConnectionError& error) const {
  if (on())
    log_->write("attempt_failed", {{"state", error.state().view()}, {"text", error.what()}});
}

void LoginLog::authenticated(const std::string& method, const std::string& shown) const {
  if (on()) log_->write("authenticated", {{"way", method}, {"shown", shown}});
}

void LoginLog::succeeded(const session::Session& session, const session::LoginTimes& times) const {
  if (!on()) return;
  const std::string host = host_and_port(session.host());
  const std::string encryption = session.encryption();
  const std::string version = std::to_string(session.server_version());
  write_end("login",
            {{"host", host},
             {"database", session.database()},
             {"user", session.user()},
             {"way", session.auth_method()},
             {"encryption", encryption.empty() ? "none" : encryption},
             {"server_version", version}},
            times);
}

void LoginLog::failed(const session::LoginTimes& times) const {
  if (on()) write_end("login_failed", {}, times);
}

void LoginLog::write_end(std::string_view event, std::vector<log::Field> fields,
                         const session::LoginTimes& times) const {
  const std::string parts[] = {microseconds(times.total),   microseconds(times.resolve),
                               microseconds(times.connect), microseconds(times.encryption),
                               microseconds(times.token),   microseconds(times.server())};
  fields.insert(fields.end(), {{"total_us", parts[0]},
                               {"names_us", parts[1]},
                               {"tcp_us", parts[2]},
                               {"encryption_us", parts[3]},
                               {"token_us", parts[4]},
                               {"server_us", parts[5]}});
  log_->write(event, fields);
}

}  // namespace negodbc::login
