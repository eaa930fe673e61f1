#include "cli/installation_steps.h"

#include <algorithm>
#include <filesystem>
#include <ostream>
#include <system_error>
#include <utility>

#include "cli/examination/told_commands.h"
#include "cli/examination/words.h"
#include "cli/installation.h"
#include "driver/auth/plugin_loader.h"
#include "driver/base/error.h"
#include "driver/base/module.h"
#include "driver/base/path.h"
#include "driver/base/shell_word.h"
#include "driver/base/utf.h"
#include "driver/dsn/data_sources.h"
#include "driver/dsn/masking.h"

namespace negodbc::cli {
namespace {

using dsn::Key;

std::string folder_of(const std::string& file) {
  return file.substr(0, file.find_last_of("/\\") + 1);
}

std::string name_of(const std::string& file) {
  return file.substr(file.find_last_of("/\\") + 1);
}

// A name that negodbc's driver is registered by, and can be loaded; "" when there is none.
std::string registered_name() {
  for (const std::string& name : registered_drivers()) {
    const std::string file = registered_file(name);
    if (name_of(file) == own_driver_name &&
        (!is_absolute_path(file) || fault_of_module(file).empty()))
      return name;
  }
  return {};
}

// This program's own driver; "" where it lacks one that can be loaded.
std::string good_driver_beside_program() {
  const std::string file = driver_beside_program();
  return !file.empty() && fault_of_module(file).empty() ? file : std::string();
}

std::string how_to_register(const std::string& name = "negodbc") {
  return command_to_register(name, good_driver_beside_program());
}

// The plugin beside the program's own driver, or where there is none that would do its package.
std::string how_to_place_plugin(const std::string& driver) {
  const std::string own = folder_of(driver_beside_program()) + auth::default_plugin_name;
  const bool usable = is_absolute_path(own) && is_absolute_path(driver) &&
                      folder_of(own) != folder_of(driver) && fault_of_module(own).empty();
  return usable ? command_to_place(own, folder_of(driver))
                : "install the plugin beside the driver (package libnegodbc-auth1)";
}

// Where the word stands that names the driver, and how it is mended there.
struct Naming {
  std::string driver;  // as the driver manager takes it
  std::string source;  // the data source; "": the connection string
  std::string place;   // for texts
  std::string set_to(const std::string& name) const {
    return source.empty() ? "set Driver = " + name + " in " + place
                          : to_edit(source, "Driver=" + name);
  }
};

Naming naming_of(const dsn::Settings& settings) {
  if (settings.has(Key::driver))
    return {std::string(settings.get(Key::driver)), "", "the connection string"};
  const std::string source(settings.get(Key::dsn));
  return {driver_line(source), source, "[" + source + "] of " + dsn::file_of_data_source(source)};
}

// What makes programs load a driver that can be loaded, where theirs can't be: another name for it,
// where that is said by a path; else the name they use is registered anew.
std::string how_to_replace(const Naming& naming) {
  if (!is_absolute_path(naming.driver)) {
    return how_to_register(naming.driver);
  }
  if (const std::string other = registered_name(); !other.empty()) return naming.set_to(other);
  const std::string own = good_driver_beside_program();
  return own.empty() ? how_to_register() : naming.set_to(own);
}

// A name without a folder is sought by the driver manager among its own drivers, then by the
// system's loader.
std::string sought(const std::string& file) {
  if (file.find_first_of("/\\") != std::string::npos) return file;
  std::string why;
  const std::string among_drivers = folder_of(driver_manager_file(why)) + "odbc/" + file;
  return is_absolute_path(among_drivers) && fault_of_module(among_drivers).empty() ? among_drivers
                                                                                   : file;
}

// The file that a name stands for; "": it stands for none, which has been told.
std::string file_by_name(Finding& finding, const Naming& naming, bool by_data_source) {
  if (is_absolute_path(naming.driver)) return naming.driver;
  if (!naming.driver.empty())
    if (std::string file = registered_file(naming.driver); !file.empty()) return file;
  finding.verdict = Verdict::failed;
  finding.state = by_data_source ? "IM002" : "01000";
  // No driver is known to be missing where the list of them can't be read.
  for (const IniFile& list : ini_files()) {
    if (naming.driver.empty() || list.fault.empty() || list.holds != holds_drivers) continue;
    finding.text = "\"" + naming.driver + "\" (" + naming.place + ") is not found: " + list.fault;
    finding.remedy = command_for_ini_file(list);
    return {};
  }
  const std::string other = registered_name();
  finding.text = naming.driver.empty()
                     ? "no Driver line in " + naming.place
                     : "\"" + naming.driver + "\" (" + naming.place + ") is not registered";
  finding.text += "; registered drivers: " + joined(registered_drivers());
  finding.remedy = !other.empty() ? naming.set_to(other) : how_to_register();
  if (other.empty() && naming.driver != "negodbc")
    finding.notes.push_back("and then: " + naming.set_to("negodbc"));
  return {};
}

// Of negodbc's driver.
void judge_version(Finding& finding, const DriverFacts& facts) {
  finding.verdict = Verdict::good;
  finding.state.clear();
  finding.text = facts.file + (facts.version.empty() ? "" : ", version " + facts.version);
  if (facts.version.empty() || facts.version == NEGODBC_DRIVER_VERSION) return;
  finding.verdict = Verdict::note;
  finding.notes.emplace_back("this program is of version " NEGODBC_DRIVER_VERSION
                             ": the two may find different things");
}

// What it is and what it needs; names what is missing of that.
std::string add_file_facts(Finding& finding, const std::string& file, bool all) {
  finding.facts.push_back({"architecture", architecture_of(file), ""});
  std::string missing;
  for (const Dependency& each : dependencies_of(file)) {
    if (each.file.empty()) missing += (missing.empty() ? "" : ", ") + each.name;
    if (all || each.file.empty())
      finding.facts.push_back({each.name, each.file.empty() ? "not found" : each.file, ""});
  }
  return missing;
}

void judge(Finding& finding, Driver& driver, const Naming& naming, const std::string& named) {
  const std::string file = sought(named);
  const bool by_loader = file.find_first_of("/\\") == std::string::npos;
  finding.verdict = Verdict::failed;
  finding.state = "01000";
  if (!by_loader && !is_absolute_path(file)) {
    finding.text = file + " is relative: it is another file in every working directory";
    finding.remedy = good_driver_beside_program().empty() ? "name it by its absolute path"
                                                          : how_to_register(naming.driver);
    return;
  }
  std::string fault = by_loader ? "" : fault_of_module(file);
  DriverFacts facts;
  std::string missing;
  if (fault.empty()) {
    if (!by_loader) missing = add_file_facts(finding, file, false);
    facts = ask_driver(file);
    fault = facts.fault;
  }
  if (!fault.empty()) {
    finding.text = "can't be loaded: " + file + ": " + fault;
    finding.remedy = missing.empty() ? how_to_replace(naming) : "install what holds " + missing;
    return;
  }
  if (facts.name != own_driver_name) {
    const std::string ours = registered_name();
    finding.state.clear();
    finding.text = naming.place + " uses another driver, " +
                   (facts.name.empty() ? name_of(facts.file) : facts.name) + " (" + facts.file +
                   "): what follows is not what programs get";
    finding.remedy = ours.empty() ? how_to_register() : naming.set_to(ours);
    if (ours.empty()) finding.notes.push_back("and then: " + naming.set_to("negodbc"));
    return;
  }
  judge_version(finding, facts);
  driver.found = true;
  driver.file = facts.file;
}

}  // namespace

bool report_manager(Report& report) {
  Finding finding{"driver manager"};
  for (const IniFile& file : ini_files()) {
    if (file.waits.empty()) continue;
    // The driver manager would wait for it, and so would all that asks it.
    finding.verdict = Verdict::failed;
    finding.text = "the file of " + file.holds + " can't be read: " + file.file + ": " + file.waits;
    finding.remedy = command_for_ini_file(file);
    report.add(std::move(finding));
    return false;
  }
  finding.text = driver_manager_file(finding.remedy);
  if (finding.text.empty()) {
    finding.verdict = Verdict::note;
    finding.text = "none found: " + finding.remedy;
    finding.remedy = "sudo apt install unixodbc";
  }
  for (const IniFile& file : ini_files()) {
    finding.facts.push_back({file.holds, file.file, file.exists ? "" : "not there"});
    if (file.fault.empty()) continue;
    finding.verdict = Verdict::note;
    finding.notes.push_back(file.fault);
    if (finding.remedy.empty()) finding.remedy = command_for_ini_file(file);
  }
  report.add(std::move(finding));
  return true;
}

void report_missing_data_source(Report& report, const std::string& given, const std::string& text) {
  const std::string name = dsn::shown_connection(given);
  Finding finding{"data source", Verdict::failed, text};
  finding.state = "IM002";
  std::vector<std::string> known = data_source_names();
  if (!known.empty()) finding.notes.push_back("data sources that are there: " + joined(known));
  bool all_read = true;
  for (const IniFile& file : ini_files()) {
    if (file.fault.empty()) continue;
    all_read = false;
    finding.notes.push_back(file.fault + ": what stands there counts for nothing");
    if (finding.remedy.empty()) finding.remedy = command_for_ini_file(file);
  }
  // Nothing can be added to the null device.
  for (const IniFile& file : ini_files()) {
    std::error_code ignored;
    if (!all_read || file.variable != "ODBCINI" || !file.exists ||
        std::filesystem::is_regular_file(path_of(file.file), ignored))
      continue;
    all_read = false;
    finding.remedy = to_unset(file.variable);
  }
  const auto same = std::find(known.begin(), known.end(), name);
  const bool is_address = name.find("://") != std::string::npos;
  if (same == known.end() && all_read)
    finding.remedy = (is_address ? "negodbc dsn import " : "negodbc dsn add ") + shell_word(name);
  if (same == known.end() && !known.empty())
    finding.notes.emplace_back("each user has data sources of its own" + place_of_users_sources());
  report.add(std::move(finding));
}

Driver report_driver(Report& report, const Understanding& known) {
  Driver driver;
  const bool by_data_source = known.settings.has(Key::dsn);
  driver.named = by_data_source || known.settings.has(Key::driver);
  Finding finding{"driver"};
  if (driver.named) {
    const Naming naming = naming_of(known.settings);
    const std::string file = file_by_name(finding, naming, by_data_source);
    if (!file.empty()) judge(finding, driver, naming, file);
  } else {
    finding.verdict = Verdict::note;
    finding.text = "the connection string names none: programs need DSN=... or Driver=... in it";
  }
  if (driver.file.empty()) driver.file = driver_beside_program();
  if (driver.file.empty()) driver.file = registered_file(registered_name());
  report.add(std::move(finding));
  return driver;
}

Driver report_driver_file(Report& report, const std::string& named) {
  Driver driver;
  driver.named = true;
  Finding finding{"driver"};
  finding.verdict = Verdict::failed;
  finding.state = "01000";
  const std::string file = named.find_first_of("/\\") == std::string::npos ? "" : whole_path(named);
  DriverFacts facts;
  if (file.empty()) {
    facts.fault = "is a name without a folder, and could be another file everywhere";
    finding.remedy = "name it by its path: --as-driver ./" + named;
  } else {
    facts.fault = fault_of_module(file);
  }
  if (facts.fault.empty()) {
    const std::string missing = add_file_facts(finding, file, true);
    if (!missing.empty()) finding.remedy = "install what holds " + missing;
    facts = ask_driver(file);
  }
  if (!facts.fault.empty()) {
    finding.text = "can't be loaded: " + (file.empty() ? named : file) + ": " + facts.fault;
  } else if (facts.name != own_driver_name) {
    finding.state.clear();
    finding.text = file + " is another driver, " +
                   (facts.name.empty() ? "without a name" : facts.name) +
                   ": what follows is not what programs get by it";
  } else {
    judge_version(finding, facts);
    driver.found = true;
  }
  driver.file = facts.file.empty() ? file : facts.file;
  report.add(std::move(finding));
  return driver;
}

Plugin report_plugin(Report& report, const Understanding& known, const std::string& driver,
                     bool needed) {
  Plugin plugin;
  Finding finding{"plugin"};
  finding.verdict = needed ? Verdict::failed : Verdict::note;
  plugin.file = known.settings.get(Key::auth_plugin);
  if (plugin.file.empty() && !driver.empty())
    plugin.file = folder_of(driver) + auth::default_plugin_name;
  std::string fault = plugin.file.empty() ? "there is no driver that it could lie beside"
                                          : fault_of_module(plugin.file);
  plugin.loadable = fault.empty();
  if (plugin.loadable) {
    try {
      const negodbc_auth_api& api = auth::load_plugin(plugin.file);
      finding.verdict = Verdict::good;
      finding.text = std::string(api.name) + " " + api.version + ", " + plugin.file;
      plugin.good = true;
    } catch (const Error& e) {
      fault = e.what();
    }
  }
  if (!plugin.good) {
    if (needed) finding.state = "08001";
    finding.text = plugin.loadable ? fault : plugin.file + ": " + fault;
    finding.remedy = known.settings.has(Key::auth_plugin) ? to_set(known, "AuthPlugin", "")
                                                          : how_to_place_plugin(driver);
    if (!needed)
      finding.notes.emplace_back(
          "only a login by ticket needs it, and this one is not insisted on");
  }
  report.add(std::move(finding));
  return plugin;
}

login::LoginSettings login_settings_of(const Understanding& known) {
  std::ostream nowhere(nullptr);
  Report unheard(nowhere, {});
  login::LoginSettings settings = dsn::login_settings(known.settings);
  if (settings.auth_plugin.empty()) {
    const std::string driver = report_driver(unheard, known).file;
    if (!driver.empty()) settings.auth_plugin = folder_of(driver) + auth::default_plugin_name;
  }
  return settings;
}

}  // namespace negodbc::cli
