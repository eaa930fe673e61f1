// A client keytab that no ticket is got by: what is wrong with the file, and whose keys it lacks.
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <system_error>

#include "cli/examination/file_remedy.h"
#include "cli/examination/kerberos_steps.h"
#include "cli/examination/keytab.h"
#include "cli/examination/told_commands.h"
#include "driver/base/os_user.h"
#include "driver/base/path.h"
#include "driver/base/shell_word.h"
#include "sspi_gssapi/waiting_file.h"

namespace negodbc::cli {
namespace {

std::string to_name_another(const Examination& examination) {
  const std::string& who = examination.settings.principal;
  return to_name(
      examination.known, "ClientKeytab",
      "a keytab" + (who.empty() ? "" : " of " + who) + " that " + this_user() + " can read");
}

std::string to_put_key(const std::string& path, const std::string& principal) {
  return "sudo kadmin -q " +
         shell_word("ktadd -k " + path + " " + (principal.empty() ? "PRINCIPAL" : principal));
}

// It is made by root, whom sudo runs it as, and is for this user.
std::string to_make(const std::string& path, const std::string& principal) {
  const std::string name = os_user_name();
  const std::string owner = name.empty() ? std::to_string(::geteuid()) : shell_word(name);
  return to_put_key(path, principal) +
         (::geteuid() == 0 ? "" : " && sudo chown " + owner + " " + shell_word(path));
}

bool is_of(const KeytabEntry& entry, const std::string& principal) {
  return entry.principal == principal ||
         entry.principal.substr(0, entry.principal.rfind('@')) == principal;
}

}  // namespace

bool is_keytab_at_fault(const Examination& examination) {
  const std::string& keytab = examination.settings.client_keytab;
  return !keytab.empty() && !read_keytab(keytab).fault.empty();
}

std::string command_for_client_keytab(const Examination& examination) {
  const login::LoginSettings& settings = examination.settings;
  const std::string path(sspi_gssapi::path_of(settings.client_keytab));
  if (path.empty()) return examination.to_set("ClientKeytab=");
  struct stat found = {};
  if (::lstat(path.c_str(), &found) != 0) {
    std::error_code ignored;
    const std::filesystem::path folder = negodbc::path_of(path).parent_path();
    const bool can_be_made = errno == ENOENT && std::filesystem::is_directory(folder, ignored);
    return can_be_made ? to_make(path, settings.principal) : to_name_another(examination);
  }
  // A key is put into what is a keytab, and not into whatever else the keyword names.
  if (!fault_of_kind(path, FileKind::keytab).empty()) return to_name_another(examination);
  const Keytab keytab = read_keytab(settings.client_keytab);
  const auto is_theirs = [&](const KeytabEntry& entry) { return is_of(entry, settings.principal); };
  if (!keytab.entries.empty() && !settings.principal.empty() &&
      !keytab.entries.front().principal.empty() &&
      std::none_of(keytab.entries.begin(), keytab.entries.end(), is_theirs))
    return examination.to_set("Principal=" + keytab.entries.front().principal);
  return is_own_file(path) ? to_put_key(path, settings.principal) : to_name_another(examination);
}

}  // namespace negodbc::cli
