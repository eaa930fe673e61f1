#include "cli/examination/file_remedy.h"
#include "cli/examination/kerberos_findings.h"
#include "cli/examination/kerberos_steps.h"
#include "driver/base/file_fault.h"
#include "driver/base/shell_word.h"
#include "sspi_gssapi/configuration_includes.h"
#include "sspi_gssapi/error_text.h"
#include "sspi_gssapi/waiting_file.h"

namespace negodbc::cli {
namespace {

// As the library has it; by the files, where it was not asked.
std::string default_realm_of(const KerberosFindings& found) {
  return found.taken != nullptr && !found.taken->default_realm.empty()
             ? found.taken->default_realm
             : found.configuration.value({"libdefaults", "default_realm"});
}

// Whose KDC a login needs: who logs in, and the server.
void find_realms(const Examination& examination, KerberosFindings& found) {
  const login::LoginSettings& settings = examination.settings;
  const std::string default_realm = default_realm_of(found);
  const SeenCache* const cache = found.cache();
  std::string_view client = realm_in(settings.principal);
  if (client.empty() && cache != nullptr) client = realm_in(cache->principal);
  found.client_realm = client.empty() ? default_realm : std::string(client);

  found.server_realm = settings.realm;
  if (found.server_realm.empty()) found.server_realm = realm_in(settings.server_spn);
  if (found.server_realm.empty())
    found.server_realm = found.configuration.realm_of_host(examination.host().name);
  if (found.server_realm.empty() && found.taken != nullptr)
    found.server_realm = found.taken->realm_of_host;
  if (found.server_realm.empty()) {
    found.server_realm = found.client_realm;
    found.server_realm_is_guessed = true;
  }
}

std::string whence_of_realm(const Examination& examination, const KerberosFindings& found) {
  if (!examination.settings.realm.empty()) return "Realm";
  if (!realm_in(examination.settings.server_spn).empty()) return "ServerSPN";
  if (!found.configuration.realm_of_host(examination.host().name).empty()) return "[domain_realm]";
  return found.server_realm_is_guessed ? "that of who logs in: nothing names another"
                                       : "by the library's rules";
}

// Why libraries can't use krb5.conf is told with the file at its beginning (configuration_fault.h).
bool is_about(const std::string& fault, const ConfigurationFile& file) {
  const std::string name = sspi_gssapi::one_line(file.path);
  return fault.starts_with(name + " can't be read") || fault.starts_with(name + ", line ");
}

// Of who may be anybody's file, so that nothing is done to it: the name that leads there goes. What
// lies at libraries' own place is put away.
std::string to_leave_out(const ConfigurationFile& file) {
  if (file.is_at_usual_place()) return to_put_away(file.path);
  if (file.includer.empty()) return to_unset("KRB5_CONFIG");
  const std::string command = to_change_by_hand(file.includer, FileKind::kerberos_configuration);
  const std::string line = "the line that leads to " + file.path;
  return command.empty() ? "take " + line + " out of " + file.includer
                         : command + "    # take out " + line;
}

std::string to_mend(const ConfigurationFile& file) {
  if (file.fault.empty()) {
    const std::string command = to_change_by_hand(file.path, FileKind::kerberos_configuration);
    return command.empty() ? to_leave_out(file) : command;
  }
  // There is no secret in it, and everybody's programs look for it.
  const bool lacks_right = file.is_at_usual_place() && !to_let_read(file.path).empty();
  return lacks_right ? "sudo chmod a+r " + shell_word(file.path) : to_leave_out(file);
}

}  // namespace

// The file that is at fault; its line stands in the text.
std::string command_for_configuration(const Examination& examination) {
  const KerberosFindings& found = *examination.kerberos;
  const KerberosConfiguration& configuration = found.configuration;
  if (configuration.fault.empty()) {
    if (sspi_gssapi::is_trace_waiting()) return to_unset("KRB5_TRACE");
    const bool by_heimdal = found.taken != nullptr && found.taken->name == "heimdal";
    if (!by_heimdal && sspi_gssapi::is_mechanism_list_waiting()) return to_unset("GSS_MECH_CONFIG");
    if (by_heimdal && !sspi_gssapi::where_includes_begin().empty())
      return examination.to_set("GssLib=mit");
    if (default_realm_of(found).empty())
      return configuration.to_put("libdefaults", "default_realm = YOUR.REALM");
  }
  for (const ConfigurationFile& file : configuration.files)
    if (is_about(configuration.fault, file)) return to_mend(file);
  // One that only Heimdal's library reads may keep it waiting, too.
  for (const ConfigurationFile& file : configuration.files)
    if (!fault_of_file(file.path).empty()) return to_leave_out(file);
  const ConfigurationFile main = configuration.main_file();
  return main.fault.empty() ? to_mend(main)
                            : configuration.to_put("libdefaults", "default_realm = YOUR.REALM");
}

Finding examine_configuration(Examination& examination) {
  Finding finding;
  KerberosFindings& found = *examination.kerberos;
  found.configuration = read_kerberos_configuration();
  find_realms(examination, found);
  bool any = false;
  for (const ConfigurationFile& file : found.configuration.files) {
    finding.facts.push_back(
        {"file", file.path + (file.fault.empty() ? "" : ": " + file.fault), file.whence});
    any = any || file.fault.empty();
  }
  for (const ConfigurationEntry& entry : found.configuration.entries)
    if (entry.path.size() == 2 && entry.path.front() == "libdefaults")
      finding.facts.push_back({entry.path.back(), entry.value, entry.file});
  finding.facts.push_back({"realm of " + examination.host().name,
                           found.server_realm.empty() ? "not known" : found.server_realm,
                           whence_of_realm(examination, found)});
  for (const LibraryView& view : found.libraries) {
    if (view.krb5_fault.empty()) continue;
    finding.verdict = Verdict::note;
    finding.notes.push_back(view.name + ": " + view.krb5_fault);
  }
  if (!found.configuration.fault.empty()) {
    finding.verdict = Verdict::note;
    finding.text = found.configuration.fault;
    finding.remedy = command_for_configuration(examination);
    return finding;
  }
  const std::string realm = default_realm_of(found);
  finding.text = realm.empty() ? "there is no default realm" : "default realm " + realm;
  if (!any) finding.text += "; no file is there";
  if (realm.empty() && found.client_realm.empty()) {
    finding.verdict = Verdict::note;
    finding.remedy = found.configuration.to_put("libdefaults", "default_realm = YOUR.REALM");
  }
  return finding;
}

}  // namespace negodbc::cli
