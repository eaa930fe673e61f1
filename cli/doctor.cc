#include <chrono>
#include <cmath>
#include <filesystem>
#include <functional>
#include <memory>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include "cli/commands.h"
#include "driver/auth/integrated_auth.h"
#include "driver/auth/plugin_loader.h"
#include "driver/base/error.h"
#include "driver/base/module.h"
#include "driver/dsn/settings.h"
#include "driver/login/login.h"

namespace negodbc::cli {
namespace {

using auth::IntegratedAuth;
using login::LoginSettings;

class Report {
 public:
  explicit Report(std::ostream& out) : out_(out) {}

  // Runs a step and tells what it came to; false when it failed.
  bool step(const std::string& title, const std::function<std::string()>& action) {
    out_ << title << ": " << std::flush;
    const auto start = std::chrono::steady_clock::now();
    try {
      const std::string outcome = action();
      const std::chrono::duration<double, std::milli> took =
          std::chrono::steady_clock::now() - start;
      out_ << outcome << "  (" << std::round(took.count() * 10) / 10 << " ms)\n";
      return true;
    } catch (const Error& e) {
      out_ << "FAILED [" << e.state().view() << "]\n  " << e.what() << '\n';
      return false;
    }
  }

 private:
  std::ostream& out_;
};

dsn::Parsed read(const std::string& connection) {
  const bool is_dsn = connection.find('=') == std::string::npos;
  dsn::Parsed parsed =
      dsn::parse_connection_string(is_dsn ? "DSN={" + connection + "}" : connection);
  dsn::Settings& settings = parsed.settings;
  if (!settings.has(dsn::Key::dsn)) return parsed;
  for (dsn::Unknown& word : dsn::complete_from_dsn(settings, settings.get(dsn::Key::dsn)))
    parsed.unknown.push_back(std::move(word));
  return parsed;
}

std::string hosts(const LoginSettings& settings) {
  std::string list;
  for (const net::Host& host : settings.hosts) {
    if (!list.empty()) list += ", ";
    list += (host.name.empty() ? host.address : host.name) + ":" + std::to_string(host.port);
  }
  return list;
}

bool wants_ticket(const LoginSettings& settings) {
  return settings.integrated == auth::IntegratedLogin::required ||
         (settings.integrated == auth::IntegratedLogin::automatic && settings.password.empty());
}

// The driver looks for the plugin beside itself; this program lies beside both (Windows), or in
// bin, and the driver in a lib folder.
std::string installed_plugin() {
  const std::string here = own_directory();
  if (here.empty()) return {};  // what follows would be sought in the working directory
  for (const char* folder : {NEGODBC_DRIVER_FROM_PROGRAM "/", "../lib/", ""}) {
    const auto candidate = std::filesystem::path(here + folder) / auth::default_plugin_name;
    std::error_code ignored;
    if (std::filesystem::exists(candidate, ignored)) return candidate.lexically_normal().string();
  }
  return {};
}

// Credential and service ticket, without the server: what fails here is between the user and the
// KDC.
bool examine_ticket(Report& report, const LoginSettings& settings) {
  const Deadline deadline = Deadline::after(settings.timeout);
  bool good = report.step("plugin", [&] {
    const negodbc_auth_api& api = auth::load_plugin(settings.auth_plugin);
    return std::string(api.name) + " " + api.version;
  });
  for (const net::Host& host : settings.hosts) {
    if (!good) break;
    std::unique_ptr<IntegratedAuth> auth;
    good = report.step("credential", [&] {
      auth = std::make_unique<IntegratedAuth>(settings, host, IntegratedAuth::Purpose::login);
      return auth->principal(deadline);
    }) && report.step("ticket for the server", [&] {
      const std::size_t size = auth->step({}, deadline).size();
      return "a token of " + std::to_string(size) + " bytes; " + auth->description();
    });
  }
  return good;
}

}  // namespace

int doctor(const std::string& connection, std::ostream& out) {
  Report report(out);
  LoginSettings settings;
  std::vector<dsn::Unknown> unknown;
  const bool understood = report.step("settings", [&] {
    dsn::Parsed parsed = read(connection);
    unknown = std::move(parsed.unknown);
    settings = dsn::login_settings(parsed.settings);
    if (settings.auth_plugin.empty()) settings.auth_plugin = installed_plugin();
    return hosts(settings) + (settings.database.empty() ? "" : ", database " + settings.database) +
           (settings.user.empty() ? "" : ", user " + settings.user);
  });
  for (const dsn::Unknown& word : unknown) out << "  " << dsn::text_of(word) << '\n';
  if (!understood) return 1;
  // A server that asks for no ticket lets the user in without one, so the login is tried all the
  // same.
  const bool ticket = !wants_ticket(settings) || examine_ticket(report, settings);
  const bool login = report.step("login", [&] {
    const std::unique_ptr<session::Session> session = login::login(settings, {});
    return "as " + session->user() + " to database " + session->database() + " by " +
           session->auth_method() +
           (session->encryption().empty() ? "" : ", " + session->encryption()) + ", PostgreSQL " +
           std::string(session->parameter("server_version"));
  });
  if (login && !ticket) out << "The login worked without a ticket.\n";
  return login ? 0 : 1;
}

}  // namespace negodbc::cli
