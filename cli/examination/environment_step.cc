#include <algorithm>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>

#include "cli/examination/examination.h"
#include "cli/examination/file_remedy.h"
#include "cli/examination/told_commands.h"
#include "driver/base/error.h"
#include "driver/base/file_fault.h"
#include "driver/base/os_user.h"
#include "driver/base/path.h"
#include "driver/base/shell_word.h"
#include "driver/dsn/log_wish.h"
#include "driver/log/log_file.h"

namespace negodbc::cli {
namespace {

// Variables that decide what programs find. Those of the user's own making are not among them, nor
// any that may hold a secret.
constexpr const char* variables[] = {
    "ODBCINI",
    "ODBCSYSINI",
    "ODBCINSTINI",
    "KRB5_CONFIG",
    "KRB5CCNAME",
    "KRB5_KTNAME",
    "KRB5_CLIENT_KTNAME",
    "KRB5_TRACE",
    "KRB5RCACHETYPE",
    "KRB5RCACHENAME",
    "GSS_MECH_CONFIG",
    "LD_LIBRARY_PATH",
    "LD_PRELOAD",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
    "OPENSSL_CONF",
    "NEGODBC_LOG",
    "NEGODBC_LOG_LEVEL",
    "HOME",
    "TMPDIR",
    "TZ",
};

// Those that name files which libraries read.
constexpr const char* naming_files[] = {"KRB5_CONFIG",        "KRB5CCNAME",    "KRB5_KTNAME",
                                        "KRB5_CLIENT_KTNAME", "SSL_CERT_FILE", "OPENSSL_CONF",
                                        "GSS_MECH_CONFIG"};

// Of a list of files, as KRB5_CONFIG has it, or of one with its type before it.
std::string fault_of_value(std::string_view value) {
  std::string of_parts;
  for (std::string_view rest = value; !rest.empty();) {
    const std::size_t end = std::min(rest.find(':'), rest.size());
    const std::string part(rest.substr(0, end));
    const std::string fault = part.starts_with('/') ? fault_of_file(part) : "";
    if (!fault.empty() && of_parts.empty()) of_parts.append(part).append(": ").append(fault);
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return of_parts;
}

// No library reads a folder or a pipe as a file: the one hangs or fails by it.
void judge_file(Finding& finding, const std::string& name, const std::string& value) {
  if (std::find(std::begin(naming_files), std::end(naming_files), name) == std::end(naming_files))
    return;
  if (value.starts_with("DIR:")) return;
  const std::string fault = fault_of_value(value);
  if (fault.empty()) return;
  finding.verdict = Verdict::note;
  finding.notes.push_back(name + " names no ordinary file: " + fault);
  if (finding.remedy.empty()) finding.remedy = to_unset(name);
}

// Programs are told by a warning, which few of them show.
void judge_log(Finding& finding, const Understanding& known) {
  std::string text;
  std::string variable = "NEGODBC_LOG";
  try {
    const dsn::LogWish wish = dsn::log_wish(known.settings);
    if (!wish.path.empty()) text = log::fault_of_log(wish.path);
    if (text.empty()) return;
    text = "the log " + wish.path + " can't be written: " + text;
  } catch (const Error& error) {
    text = error.what();
    variable = "NEGODBC_LOG_LEVEL";
  }
  finding.verdict = Verdict::note;
  finding.notes.push_back(text);
  if (!finding.remedy.empty()) return;
  const bool by_keyword = known.settings.has(dsn::Key::log_file) || !log::variable("NEGODBC_LOG");
  finding.remedy = variable == "NEGODBC_LOG" && by_keyword
                       ? to_name(known, "Log", "a file that " + this_user() + " can write")
                       : to_unset(variable);
}

}  // namespace

Finding examine_environment(Examination& examination) {
  Finding finding;
  const std::string user = os_user_name();
  finding.text = user.empty() ? "a user without a name" : "user " + user;
  for (const char* name : variables) {
    const std::optional<std::string> value = variable_of_environment(name);
    if (!value) continue;
    finding.facts.push_back({name, *value, ""});
    judge_file(finding, name, *value);
    if (std::string(name) == "KRB5CCNAME" && value->empty()) {
      finding.verdict = Verdict::note;
      finding.notes.emplace_back("KRB5CCNAME is set, and names nothing: no ticket is found so");
      finding.remedy = to_unset("KRB5CCNAME");
    }
  }
  judge_log(finding, examination.known);
  return finding;
}

}  // namespace negodbc::cli
