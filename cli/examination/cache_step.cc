#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <set>
#include <system_error>

#include "cli/examination/cache_place.h"
#include "cli/examination/file_remedy.h"
#include "cli/examination/kerberos_findings.h"
#include "cli/examination/kerberos_steps.h"
#include "driver/base/shell_word.h"
#include "sspi_gssapi/waiting_file.h"

namespace negodbc::cli {
namespace {

// One with a good ticket that is not taken; NULL: there is none.
const SeenCache* another_good_cache(const KerberosFindings& found) {
  for (const LibraryView& view : found.libraries)
    for (const SeenCache& cache : view.caches)
      if (&cache != found.cache() && is_good(cache) &&
          (found.cache() == nullptr || cache.name != found.cache()->name)) {
        return &cache;
      }
  return nullptr;
}

// The cache itself, or one of the collection of that name.
bool lies_in(const std::string& cache, const std::string& name) {
  return cache == name || cache.starts_with(name + ":");
}

// A library that finds a good ticket in the very cache where the one that is taken finds none;
// NULL: there is none. Heimdal's reads no keyrings.
const LibraryView* reader_of_cache(const KerberosFindings& found) {
  if (found.cache() == nullptr || is_good(*found.cache())) return nullptr;
  for (const LibraryView& view : found.libraries)
    for (const SeenCache& cache : view.caches)
      if (&view != found.taken && is_good(cache) && lies_in(cache.name, found.cache()->name))
        return &view;
  return nullptr;
}

// The cache is a daemon's, and nobody listens at the place where both libraries look for it.
bool lacks_daemon(const KerberosFindings& found) {
  const SeenCache* const cache = found.cache();
  if (cache == nullptr || !cache->name.starts_with("KCM:")) return false;
  const std::string named = found.configuration.value({"libdefaults", "kcm_socket"});
  std::error_code ignored;
  return !std::filesystem::exists(named.empty() ? "/run/.heim_org.h5l.kcm-socket" : named, ignored);
}

std::string command_for_daemon() {
  std::error_code ignored;
  for (const char* folder : {"/usr/lib/systemd/system/", "/lib/systemd/system/"})
    if (std::filesystem::exists(std::string(folder) + "sssd-kcm.socket", ignored))
      return "sudo systemctl enable --now sssd-kcm.socket";
  return "sudo apt install sssd-kcm && sudo systemctl enable --now sssd-kcm.socket";
}

// For a cache that Heimdal takes for nobody's because others may read it; "": it is not that.
std::string to_make_cache_private(const KerberosFindings& found) {
  if (found.taken == nullptr || found.taken->name != "heimdal" || found.cache() == nullptr)
    return {};
  const std::string path(sspi_gssapi::path_of(found.cache()->name));
  struct stat file {};
  const bool shared = stat(path.c_str(), &file) == 0 && S_ISREG(file.st_mode) &&
                      (file.st_mode & (S_IRWXG | S_IRWXO)) != 0;
  return shared ? to_make_private(path, FileKind::ticket_cache) : std::string();
}

// A kernel's keyring, with a library that reads none, where the one that does is there.
bool is_keyring_of_mit(const KerberosFindings& found) {
  return found.taken != nullptr && found.taken->name == "heimdal" && found.cache() != nullptr &&
         found.cache()->name.starts_with("KEYRING:") &&
         std::any_of(found.libraries.begin(), found.libraries.end(), [](const LibraryView& view) {
           return view.name == "mit" && !view.file.empty();
         });
}

}  // namespace

std::string command_for_ticket(const Examination& examination) {
  const login::LoginSettings& settings = examination.settings;
  if (!settings.client_keytab.empty()) return command_for_client_keytab(examination);
  const KerberosFindings& found = *examination.kerberos;
  if (lacks_daemon(found)) return command_for_daemon();
  if (std::string command = to_make_cache_private(found); !command.empty()) return command;
  if (const LibraryView* const reader = reader_of_cache(found))
    return examination.to_set("GssLib=" + reader->name);
  if (is_keyring_of_mit(found)) return examination.to_set("GssLib=mit");
  const SeenCache* const other = another_good_cache(found);
  if (other != nullptr && settings.principal.empty()) {
    return settings.credential_cache.empty() ? "export KRB5CCNAME=" + shell_word(other->name)
                                             : examination.to_set("CredentialCache=" + other->name);
  }
  return command_for_kinit(examination);
}

std::string command_for_kinit(const Examination& examination) {
  const login::LoginSettings& settings = examination.settings;
  const KerberosFindings& found = *examination.kerberos;
  std::string who = settings.principal;
  if (who.empty() && found.cache() != nullptr) who = found.cache()->principal;
  if (who.empty() && !settings.user.empty()) who = settings.user;
  std::string command = "kinit";
  if (settings.delegation != NEGODBC_AUTH_DELEGATE_NONE) command += " -f";
  const std::string& named = settings.credential_cache;
  const CachePlace place = place_for_kinit(!named.empty()             ? named
                                           : found.cache() == nullptr ? ""
                                                                      : found.cache()->name);
  const std::string whose = who.empty() ? "" : " " + shell_word(who);
  if (place.good) {
    if (!place.folder.empty())
      command = "mkdir -p -m 700 " + shell_word(place.folder) + " && " + command;
    return command + (named.empty() ? "" : " -c " + shell_word(named)) + whose;
  }
  // Another place; where CredentialCache names this one, that has to be left out, too.
  if (!named.empty()) return examination.to_set("CredentialCache=");
  return "export KRB5CCNAME=" + usual_cache() + "; " + command + whose;
}

Finding examine_caches(Examination& examination) {
  Finding finding;
  const KerberosFindings& found = *examination.kerberos;
  std::set<std::string> seen;
  // What is taken comes first.
  std::vector<const LibraryView*> views;
  for (const LibraryView& view : found.libraries) views.push_back(&view);
  std::stable_partition(views.begin(), views.end(),
                        [&](const LibraryView* view) { return view == found.taken; });
  for (const LibraryView* const view : views) {
    for (const SeenCache& cache : view->caches) {
      if (!seen.insert(cache.name).second) continue;
      const bool taken = &cache == found.cache();
      add_cache_facts(finding, cache, view->name + (taken ? ", taken" : ""));
    }
    if (!view->fault.empty() && !view->file.empty())
      finding.notes.push_back(view->name + ": " + view->fault);
  }
  const login::LoginSettings& settings = examination.settings;
  if (!settings.client_keytab.empty() || !settings.principal_password.empty()) {
    finding.text = "none is taken: a ticket is got by " +
                   std::string(settings.client_keytab.empty() ? "password" : "keytab");
    return finding;
  }
  const SeenCache* const cache = found.cache();
  if (cache == nullptr) {
    const bool unknown = found.taken == nullptr &&
                         std::any_of(found.libraries.begin(), found.libraries.end(),
                                     [](const LibraryView& view) { return view.out_of_time; });
    finding.verdict = unknown ? Verdict::skipped : Verdict::note;
    finding.text =
        unknown ? "not looked at: no library has come to it in time" : "none can be looked at";
    return finding;
  }
  finding.text = told(*cache, found.taken->name);
  // Of a collection, which one is taken is the library's choice at the login.
  if (is_good(*cache)) return finding;
  finding.verdict = Verdict::note;
  // Who does not insist on a ticket may need none: the login tells.
  if (examination.insists()) finding.remedy = command_for_ticket(examination);
  return finding;
}

}  // namespace negodbc::cli
