#include <cstdlib>

#include "cli/examination/examination.h"
#include "driver/base/os_user.h"

namespace negodbc::cli {
namespace {

// Variables that decide what programs find. Those of the user's own making are not among them, nor
// any that may hold a secret.
constexpr const char* variables[] = {
    "ODBCINI",         "ODBCSYSINI",         "ODBCINSTINI",   "KRB5_CONFIG",    "KRB5CCNAME",
    "KRB5_KTNAME",     "KRB5_CLIENT_KTNAME", "KRB5_TRACE",    "KRB5RCACHETYPE", "KRB5RCACHENAME",
    "LD_LIBRARY_PATH", "LD_PRELOAD",         "SSL_CERT_FILE", "SSL_CERT_DIR",   "OPENSSL_CONF",
    "NEGODBC_LOG",     "NEGODBC_LOG_LEVEL",  "HOME",          "TMPDIR",         "TZ",
};

}  // namespace

Finding examine_environment(Examination& /*examination*/) {
  Finding finding;
  const std::string user = os_user_name();
  finding.text = user.empty() ? "a user without a name" : "user " + user;
  for (const char* name : variables) {
    const char* const value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe)
    if (value == nullptr) continue;
    finding.facts.push_back({name, value, ""});
    if (std::string(name) == "KRB5CCNAME" && *value == '\0') {
      finding.verdict = Verdict::note;
      finding.notes.emplace_back("KRB5CCNAME is set, and names nothing: no ticket is found so");
      finding.remedy = "unset KRB5CCNAME";
    }
  }
  return finding;
}

}  // namespace negodbc::cli
