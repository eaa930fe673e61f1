#include <chrono>
#include <functional>
#include <memory>
#include <ostream>
#include <string>
#include <utility>

#include "cli/commands.h"
#include "cli/installation.h"
#include "cli/installation_steps.h"
#include "cli/understanding.h"
#include "driver/auth/integrated_auth.h"
#include "driver/base/error.h"
#include "driver/login/login.h"

namespace negodbc::cli {
namespace {

using auth::IntegratedAuth;
using login::LoginSettings;

// Runs a step and tells what it came to. Gives the SQLSTATE of its failure, "" where it was good;
// a failure is then called `failure`.
std::string try_step(Report& report, const char* title, Verdict failure,
                     const std::function<std::string()>& action) {
  Finding finding{title};
  const auto start = std::chrono::steady_clock::now();
  try {
    finding.text = action();
  } catch (const Error& e) {
    finding.verdict = failure;
    finding.state = e.state().view();
    finding.text = e.what();
  }
  std::string state = finding.state;
  const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - start;
  finding.milliseconds = took.count();
  report.add(std::move(finding));
  return state;
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

// What was understood, with where each word stands.
bool report_settings(Report& report, const Understanding& known, LoginSettings& settings) {
  Finding finding{"settings"};
  finding.facts = known.keywords;
  for (const Fact& fact : known.without_effect)
    finding.notes.push_back(fact.name + " = " + fact.value + " has no effect  (" + fact.source +
                            ")");
  for (std::string& text : dsn::texts_of(known.unknown)) finding.notes.push_back(std::move(text));
  if (!known.unknown.empty()) finding.verdict = Verdict::note;
  try {
    settings = dsn::login_settings(known.settings);
    finding.text = hosts(settings) +
                   (settings.database.empty() ? "" : ", database " + settings.database) +
                   (settings.user.empty() ? "" : ", user " + settings.user);
  } catch (const Error& e) {
    finding.verdict = Verdict::failed;
    finding.state = e.state().view();
    finding.text = e.what();
  }
  const bool good = finding.verdict != Verdict::failed;
  report.add(std::move(finding));
  return good;
}

// Credential and service ticket, without the server: what fails here is between the user and the
// KDC. Where a ticket is not insisted on, a server may let the user in without one. False when that
// has used up the time of a login: programs have no more either.
bool examine_ticket(Report& report, const LoginSettings& settings) {
  const Verdict failure =
      settings.integrated == auth::IntegratedLogin::required ? Verdict::failed : Verdict::note;
  const Deadline deadline = Deadline::after(settings.timeout);
  for (const net::Host& host : settings.hosts) {
    std::unique_ptr<IntegratedAuth> auth;
    std::string state = try_step(report, "credential", failure, [&] {
      auth = std::make_unique<IntegratedAuth>(settings, host, IntegratedAuth::Purpose::login);
      return auth->principal(deadline);
    });
    if (state.empty()) {
      state = try_step(report, "ticket for the server", failure, [&] {
        const std::size_t size = auth->step({}, deadline).size();
        return "a token of " + std::to_string(size) + " bytes; " + auth->description();
      });
    }
    // Whoever waited for the KDC was called away a little before the deadline.
    if (!state.empty()) return state != "HYT00";
  }
  return true;
}

bool examine_login(Report& report, const LoginSettings& settings) {
  return try_step(report, "login", Verdict::failed,
                  [&] {
                    const std::unique_ptr<session::Session> session = login::login(settings, {});
                    return "as " + session->user() + " to database " + session->database() +
                           " by " + session->auth_method() +
                           (session->encryption().empty() ? "" : ", " + session->encryption()) +
                           ", PostgreSQL " + std::string(session->parameter("server_version"));
                  })
      .empty();
}

// The whole way, as programs go it. Only after a login that worked: a wrong password is not tried
// twice.
void examine_whole_way(Report& report, const std::string& connection) {
  Finding finding{"through the driver manager"};
  const ManagerLogin login = log_in_by_manager(connection_string_of(connection));
  finding.text = login.connected ? "connected by " + login.driver : login.text;
  if (!login.tried) {
    finding.verdict = Verdict::skipped;
    finding.text = "not tried" + (login.text.empty() ? "" : ": " + login.text);
  } else if (!login.connected) {
    finding.verdict = Verdict::failed;
    finding.state = login.state;
  }
  report.add(std::move(finding));
}

}  // namespace

int doctor(const std::string& connection, std::ostream& out, const Style& style) {
  Report report(out, style);
  report_manager(report);
  Understanding known;
  try {
    known = understand(connection);
  } catch (const Error& e) {
    if (e.state() == "IM002") {
      report_missing_data_source(report, connection, e.what());
    } else {
      Finding finding{"settings", Verdict::failed, e.what()};
      finding.state = e.state().view();
      report.add(std::move(finding));
    }
    return report.finish();
  }
  const Driver driver = report_driver(report, known);
  LoginSettings settings;
  const bool understood = report_settings(report, known, settings);
  const bool insists = !understood || settings.integrated == auth::IntegratedLogin::required;
  const Plugin plugin = report_plugin(report, known, driver.file, insists);
  // A plugin that is damaged is not loaded: this process might not survive it.
  const bool by_ticket = wants_ticket(settings);
  if (!understood || (by_ticket && !plugin.loadable)) return report.finish();
  settings.auth_plugin = plugin.file;
  if (by_ticket && plugin.good && !examine_ticket(report, settings) && insists) {
    report.add({"login", Verdict::skipped, "not tried: its time has run out (connect_timeout)"});
    return report.finish();
  }
  if (examine_login(report, settings) && driver.found) examine_whole_way(report, connection);
  return report.finish();
}

}  // namespace negodbc::cli
