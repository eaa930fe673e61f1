#include <algorithm>
#include <chrono>
#include <filesystem>
#include <limits>
#include <ostream>
#include <string>
#include <system_error>
#include <utility>

#include "cli/bundle.h"
#include "cli/commands.h"
#include "cli/examination/examination.h"
#include "cli/examination/told_commands.h"
#include "cli/installation.h"
#include "cli/installation_steps.h"
#include "cli/understanding.h"
#include "driver/base/error.h"
#include "driver/base/file_fault.h"
#include "driver/base/path.h"
#include "driver/log/log_file.h"

namespace negodbc::cli {
namespace {

using login::LoginSettings;

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
    finding.remedy = command_told(finding.text, known);
  }
  const bool good = finding.verdict != Verdict::failed;
  report.add(std::move(finding));
  return good;
}

// The whole way, as programs go it. Only after a login that worked: a wrong password is not tried
// twice. It has what is left of two time-outs, a little less, which may be too little for a login
// that goes well: then it says nothing.
void examine_whole_way(Report& report, const std::string& connection_string,
                       const Examination& examination) {
  using std::chrono::seconds;
  Finding finding{"through the driver manager"};
  const auto whole = std::chrono::floor<seconds>(examination.settings.timeout);
  const auto left = std::chrono::floor<seconds>(examination.end.remaining()) - seconds(1);
  if (left < seconds(1)) {
    finding = out_of_time("not tried");
    finding.step = "through the driver manager";
    report.add(std::move(finding));
    return;
  }
  // The first of two words is heeded.
  const ManagerLogin login = log_in_by_manager(
      left < whole ? "connect_timeout=" + std::to_string(left.count()) + ";" + connection_string
                   : connection_string);
  // There ConnSettings is executed, and the server quotes what it does not take.
  finding.text = login.connected ? "connected by " + login.driver
                                 : secrets_of_statements(examination.known).hide(login.text);
  if (!login.tried) {
    finding.verdict = Verdict::skipped;
    finding.text = "not tried" + (login.text.empty() ? "" : ": " + login.text);
  } else if (!login.connected && left < whole && login.state == timed_out_state) {
    finding.verdict = Verdict::skipped;
    finding.text = "not to the end: its time has run out (" + std::to_string(left.count()) + " s)";
  } else if (!login.connected) {
    finding.verdict = Verdict::failed;
    finding.state = login.state;
  }
  report.add(std::move(finding));
}

// A file that is named, found out without making it.
bool can_be_added_to(const std::string& path) {
  if (path.empty()) return false;
  std::error_code failure;
  const std::filesystem::path file = path_of(path);
  if (!std::filesystem::exists(file, failure)) return log::fault_of_log(path).empty();
  return fault_of_file(path, std::numeric_limits<std::uintmax_t>::max()).empty() &&
         open_by_name(path, "ab") != nullptr;
}

// What programs give the driver manager, but without logs: a file that is made by root, programs
// could not write to. For --as-driver with that file as the driver.
std::string driver_connection(const Understanding& known, const DoctorWishes& wishes,
                              const std::string& driver) {
  // The first of two words is heeded.
  std::string logs = std::string("Log=") + log::null_device + ";";
  if (can_be_added_to(std::string(known.settings.get(dsn::Key::diagnosis_log))))
    logs += std::string("DiagnosisLog=") + log::null_device + ";";
  if (wishes.as_driver.empty()) return logs + connection_string_of(wishes.connection);
  dsn::Settings settings = known.settings;
  settings.set(dsn::Key::dsn, "");
  settings.set(dsn::Key::driver, driver);
  return logs + dsn::to_connection_string(settings);
}

// The moment that is `time` behind `begun`; now, where that has been.
Deadline behind(Deadline::Clock::time_point begun, std::chrono::milliseconds time) {
  const auto gone =
      std::chrono::duration_cast<std::chrono::milliseconds>(Deadline::Clock::now() - begun);
  return Deadline::after(std::max(time - gone, std::chrono::milliseconds::zero()));
}

void examine_all(Report& report, const DoctorWishes& wishes, Understanding& known) {
  const auto begun = Deadline::Clock::now();
  const std::string& connection = wishes.connection;
  if (!report_manager(report)) return;
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
    return;
  }
  report.hide(secrets_of(known));
  const Driver driver = wishes.as_driver.empty() ? report_driver(report, known)
                                                 : report_driver_file(report, wishes.as_driver);
  LoginSettings settings;
  const bool understood = report_settings(report, known, settings);
  const bool insists = !understood || settings.integrated == auth::IntegratedLogin::required;
  const Plugin plugin = report_plugin(report, known, driver.file, insists);
  // A plugin that is damaged is not loaded: this process might not survive it.
  const bool by_ticket = wants_ticket(settings);
  if (!understood || (by_ticket && !plugin.loadable)) return;
  settings.auth_plugin = plugin.file;
  // Where it can't be written, the login fails for that.
  if (can_be_added_to(settings.diagnosis_log)) settings.diagnosis_log = log::null_device;
  if (settings.hosts.empty()) settings.hosts.push_back({"localhost", "", 5432});
  Examination examination{.known = known,
                          .settings = settings,
                          .keytab = wishes.keytab,
                          .by_ticket = by_ticket,
                          .has_plugin = plugin.good,
                          .deadline = behind(begun, settings.timeout * 3 / 4),
                          .end = behind(begun, settings.timeout * 2)};
  examination.user = settings.user;
  examine(examination, report);
  if (examination.logged_in && driver.found)
    examine_whole_way(report, driver_connection(known, wishes, driver.file), examination);
}

}  // namespace

int doctor(const DoctorWishes& wishes, std::ostream& out, const Style& style) {
  Report report(out, style);
  Understanding known;
  examine_all(report, wishes, known);
  const int status = report.finish();
  if (!wishes.bundle.empty()) {
    write_bundle(wishes.bundle, report, known.settings);
    if (!style.json) out << "All of it is in " << wishes.bundle << ", for whoever helps you.\n";
  }
  return status;
}

}  // namespace negodbc::cli
