#include "cli/examination/kerberos_findings.h"
#include "cli/examination/kerberos_steps.h"
#include "cli/examination/words.h"

namespace negodbc::cli {
namespace {

// Whose KDC a login needs: who logs in, and the server.
void find_realms(const Examination& examination, KerberosFindings& found) {
  const login::LoginSettings& settings = examination.settings;
  const std::string default_realm =
      found.taken != nullptr && !found.taken->default_realm.empty()
          ? found.taken->default_realm
          : found.configuration.value({"libdefaults", "default_realm"});
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

}  // namespace

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
    finding.remedy = "correct it, or name another file: export KRB5_CONFIG=/path/to/krb5.conf";
    return finding;
  }
  const std::string realm = found.taken != nullptr ? found.taken->default_realm : "";
  finding.text = realm.empty() ? "there is no default realm" : "default realm " + realm;
  if (!any) finding.text += "; no file is there";
  if (realm.empty() && found.client_realm.empty()) {
    finding.verdict = Verdict::note;
    finding.remedy = "put default_realm = YOUR.REALM into [libdefaults] of /etc/krb5.conf";
  }
  return finding;
}

}  // namespace negodbc::cli
