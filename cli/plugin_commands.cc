#include "cli/plugin_commands.h"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <system_error>
#include <utility>
#include <vector>

#include "cli/examination/apart.h"
#include "cli/installation.h"
#include "cli/understanding.h"
#include "conformance/checks.h"
#include "driver/auth/plugin_loader.h"
#include "driver/base/error.h"
#include "driver/base/module.h"
#include "driver/base/path.h"
#include "driver/base/utf.h"
#include "driver/dsn/settings.h"
#include "driver/login/login.h"

namespace negodbc::cli {
namespace {

using conformance::Outcome;
using nlohmann::json;

constexpr char entry_name[] = "negodbc_auth_plugin";
// Nothing that a plugin does here takes as long; what hangs is ended.
constexpr std::chrono::seconds longest_check(60);

// A plugin's file, and who would load it.
struct FoundPlugin {
  std::string file;
  std::vector<std::string> of;
};

void add_plugin(std::vector<FoundPlugin>& plugins, const std::string& file, std::string of) {
  std::error_code ignored;
  // Links lead to one file.
  std::string real = text_of_path(std::filesystem::weakly_canonical(path_of(file), ignored));
  if (real.empty()) real = file;
  const auto known = std::find_if(plugins.begin(), plugins.end(),
                                  [&](const FoundPlugin& each) { return each.file == real; });
  FoundPlugin& plugin =
      known != plugins.end() ? *known : plugins.emplace_back(FoundPlugin{real, {}});
  plugin.of.push_back(std::move(of));
}

std::string beside(const std::string& driver) {
  return driver.substr(0, driver.find_last_of("/\\") + 1) + auth::default_plugin_name;
}

std::vector<FoundPlugin> find_plugins() {
  std::vector<FoundPlugin> plugins;
  if (const std::string driver = driver_beside_program(); !driver.empty())
    add_plugin(plugins, beside(driver), "this program's driver");
  for (const std::string& name : registered_drivers()) {
    const std::string file = registered_file(name);
    if (file.substr(file.find_last_of("/\\") + 1) == own_driver_name && is_absolute_path(file))
      add_plugin(plugins, beside(file), "the registered driver " + name);
  }
  for (const std::string& source : data_source_names())
    for (const auto& [word, value] : dsn::read_odbc_ini(source))
      if (iequals(word, "AuthPlugin") && is_absolute_path(value))
        add_plugin(plugins, value, "the data source " + source);
  return plugins;
}

negodbc_auth_plugin_fn entry_of(const std::string& file) {
  std::string why;
  void* const module = load_module(file, why);
  if (module == nullptr) throw Error("08001", "can't be loaded: " + why);
  const auto entry = reinterpret_cast<negodbc_auth_plugin_fn>(module_symbol(module, entry_name));
  if (entry == nullptr)
    throw Error("08001", std::string("is no plugin: it does not export ") + entry_name);
  return entry;
}

const negodbc_auth_api& table_of(negodbc_auth_plugin_fn entry) {
  const negodbc_auth_api* const api = entry(NEGODBC_AUTH_ABI_VERSION);
  if (api == nullptr)
    throw Error("08001", "has no table of version " + std::to_string(NEGODBC_AUTH_ABI_VERSION));
  return *api;
}

std::string given(const char* text) {
  return text == nullptr ? "" : text;
}

// Which library it loads by a name: asked for a ticket where none is, it says what it has tried.
std::string library_by(const negodbc_auth_api& api, const char* name) {
  negodbc_auth_options options = {};
  options.size = sizeof options;
  options.service = "postgres";
  options.host = "localhost";
  options.library = name;
  options.credential_cache = "FILE:/nonexistent/no-tickets-here";
  negodbc_auth_session* session = nullptr;
  negodbc_auth_status status = api.open(&options, &session);
  const char* principal = nullptr;
  constexpr std::uint32_t patience_ms = 10000;
  if (status >= 0) status = api.principal(session, patience_ms, &principal);
  negodbc_auth_diagnosis record = {};
  record.size = sizeof record;
  std::string text;
  if (session != nullptr && api.diagnosis(session, &record) >= 0) {
    const std::string version = given(record.library_version);
    text = status == NEGODBC_AUTH_E_LIBRARY || status == NEGODBC_AUTH_E_ARGUMENT ||
                   status == NEGODBC_AUTH_E_UNSUPPORTED
               ? "none: " + given(record.text)
               : given(record.library) + (version.empty() ? "" : ", " + version);
  }
  api.close(session);
  return text;
}

json description_of(const std::string& file) {
  const negodbc_auth_api& api = table_of(entry_of(file));
  json out = {{"name", given(api.name)}, {"version", given(api.version)}, {"abi", api.abi_version}};
  for (const char* library : {"heimdal", "mit"}) out[library] = library_by(api, library);
  return out;
}

std::string reason_of(const Apart& apart) {
  return apart.end == Apart::End::timed_out ? "it does not come back"
                                            : "it ends the process: " + apart.reason;
}

Finding describe(const FoundPlugin& plugin) {
  Finding finding{plugin.file};
  for (const std::string& of : plugin.of) finding.facts.push_back({"of", of, ""});
  finding.verdict = Verdict::failed;
  finding.text = fault_of_module(plugin.file);
  if (!finding.text.empty()) {
    finding.remedy = "install the plugin beside the driver (package libnegodbc-auth1)";
    return finding;
  }
  // What it does to its process is no affair of the list's.
  const Apart apart = run_apart(
      [&] {
        try {
          return description_of(plugin.file).dump(-1, ' ', false, json::error_handler_t::replace);
        } catch (const Error& error) {
          return json({{"fault", error.what()}})
              .dump(-1, ' ', false, json::error_handler_t::replace);
        }
      },
      Deadline::after(longest_check));
  const json out = json::parse(apart.said, nullptr, false);
  if (apart.end != Apart::End::returned || !out.is_object()) {
    finding.text = reason_of(apart);
    return finding;
  }
  finding.text = out.value("fault", "");
  if (!finding.text.empty()) return finding;
  finding.verdict = Verdict::good;
  finding.text = out.value("name", "") + " " + out.value("version", "") + ", ABI version " +
                 std::to_string(out.value("abi", 0U));
  for (const char* library : {"heimdal", "mit"})
    finding.facts.push_back({library, out.value(library, ""), ""});
  return finding;
}

// The plugin's options of a login, as the driver makes them.
struct LoginOptions {
  explicit LoginOptions(login::LoginSettings made) : settings(std::move(made)) {
    const auto text = [](const std::string& value) {
      return value.empty() ? nullptr : value.c_str();
    };
    if (settings.hosts.empty()) settings.hosts.push_back({"localhost", "", 5432});
    settings.diagnosis_log.clear();  // of programs, not of checks
    const net::Host& host = settings.hosts.front();
    options.size = sizeof options;
    options.flags_required = NEGODBC_AUTH_FLAG_MUTUAL;
    options.canonicalize = settings.canonicalize;
    options.library = text(settings.gss_library);
    options.service = text(settings.kerberos_service);
    options.host = text(host.name.empty() ? host.address : host.name);
    options.realm = text(settings.realm);
    options.target = text(settings.server_spn);
    options.credential_cache = text(settings.credential_cache);
    options.client_keytab = text(settings.client_keytab);
    options.principal = text(settings.principal);
    options.password = text(settings.principal_password.reveal());
  }
  LoginOptions(const LoginOptions&) = delete;
  LoginOptions& operator=(const LoginOptions&) = delete;

  login::LoginSettings settings;  // the options point into it
  negodbc_auth_options options = {};
};

// A result as it comes out of the process of its own: a letter for what, and the text.
std::string packed(const conformance::Result& result) {
  const char letter = result.outcome == Outcome::kept     ? 'k'
                      : result.outcome == Outcome::broken ? 'b'
                                                          : 'n';
  return letter + result.text;
}

Finding finding_of(const char* step, const Apart& apart, const std::string& promise) {
  Finding finding{step};
  finding.text = promise;
  if (apart.end != Apart::End::returned || apart.said.empty()) {
    finding.verdict = Verdict::failed;
    finding.notes.push_back(reason_of(apart));
  } else if (apart.said.front() == 'b') {
    finding.verdict = Verdict::failed;
    finding.notes.push_back(apart.said.substr(1));
  } else if (apart.said.front() == 'n') {
    finding.verdict = Verdict::skipped;
    finding.notes.push_back("it has none: " + apart.said.substr(1));
  } else if (apart.said.size() > 1) {
    finding.notes.push_back(apart.said.substr(1));
  }
  return finding;
}

// A whole login by the driver with this plugin: the handshake to its end, and what it seals.
void check_whole_login(Report& report, const LoginOptions& login, const std::string& file,
                       bool encrypted) {
  const char* const name = encrypted ? "a_login_is_encrypted" : "a_login_is_made";
  const Apart apart = run_apart(
      [&] {
        login::LoginSettings settings = login.settings;
        settings.auth_plugin = file;
        settings.integrated = auth::IntegratedLogin::required;
        settings.gssenc_mode =
            encrypted ? encryption::GssEncMode::require : encryption::GssEncMode::disable;
        try {
          const std::unique_ptr<session::Session> session = login::login(settings, {});
          return "k" + session->user() + " by " + session->auth_method() + " at " +
                 host_and_port(session->host());
        } catch (const Error& error) {
          const std::string why = error.what();
          // Whether a server offers it is no matter of the plugin's.
          return (encrypted && why.find("does not offer GSS encryption") != std::string::npos
                      ? "nGSS encryption at this server"
                      : "b" + why);
        }
      },
      Deadline::after(longest_check));
  report.add(finding_of(name, apart,
                        encrypted ? "A login within GSS encryption works: messages are sealed"
                                  : "A whole login works, and both ends prove themselves"));
}

}  // namespace

int list_plugins(std::ostream& out, const Style& style) {
  Report report(out, style, {"", "Not all of them can be used"});
  const std::vector<FoundPlugin> plugins = find_plugins();
  if (plugins.empty()) report.add({"plugins", Verdict::note, "none is found"});
  for (const FoundPlugin& plugin : plugins) report.add(describe(plugin));
  return report.finish();
}

int check_plugin(const std::string& named, const std::string& target, std::ostream& out,
                 const Style& style) {
  Report report(out, style, {"It keeps the contract.", "It does not keep the contract"});
  Finding finding{"file"};
  const bool is_path = named.find_first_of("/\\") != std::string::npos;
  const std::string file = is_path ? whole_path(named) : named;
  finding.text = is_path ? fault_of_module(file) : "is a name without a folder";
  if (!is_path) finding.remedy = "negodbc plugin check ./" + named;
  if (!finding.text.empty()) {
    finding.verdict = Verdict::failed;
    finding.text = file + " " + finding.text;
    report.add(std::move(finding));
    return report.finish();
  }
  std::optional<LoginOptions> login;
  if (!target.empty()) {
    const Understanding known = understand(target);
    report.hide(secrets_of(known));
    login.emplace(dsn::login_settings(known.settings));
  }
  finding = describe({file, {}});
  finding.step = "file";
  finding.text = file + ": " + finding.text;
  const bool usable = finding.verdict == Verdict::good;
  report.add(std::move(finding));
  if (!usable) return report.finish();
  for (const conformance::Check& check : conformance::checks()) {
    if (check.needs_login && !login) continue;
    const Apart apart = run_apart(
        [&] {
          conformance::Subject subject;
          subject.entry = entry_of(file);
          if (login) subject.login = &login->options;
          return packed(check.run(subject));
        },
        Deadline::after(longest_check));
    report.add(finding_of(check.name, apart, check.promise));
  }
  if (login) {
    check_whole_login(report, *login, file, false);
    check_whole_login(report, *login, file, true);
  } else {
    report.add({"logins", Verdict::skipped,
                "not tried: give a data source or a connection string by --target"});
  }
  return report.finish();
}

}  // namespace negodbc::cli
