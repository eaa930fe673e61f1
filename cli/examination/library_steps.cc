#include <algorithm>

#include "cli/examination/kerberos_findings.h"
#include "cli/examination/kerberos_steps.h"
#include "cli/examination/words.h"

namespace negodbc::cli {

const SeenCache* KerberosFindings::cache() const {
  return taken == nullptr || taken->caches.empty() ? nullptr : &taken->caches.front();
}

bool KerberosFindings::answers(bool tcp) const {
  return std::any_of(kdcs.begin(), kdcs.end(),
                     [&](const KdcProbe& probe) { return (tcp ? probe.tcp : probe.udp).answered; });
}

std::string command_for_library(const Examination& examination) {
  const std::string& wanted = examination.settings.gss_library;
  if (wanted == "heimdal") return "sudo apt install libgssapi3-heimdal";
  return wanted.empty() || wanted == "auto" || wanted == "mit" ? "sudo apt install libgssapi-krb5-2"
                                                               : examination.to_set("GssLib=auto");
}

Finding examine_libraries(Examination& examination) {
  Finding finding;
  const std::string& wanted = examination.settings.gss_library;
  const bool automatic = wanted.empty() || wanted == "auto";
  std::vector<std::string> names = {"heimdal", "mit"};
  if (!automatic && wanted != "heimdal" && wanted != "mit") names.insert(names.begin(), wanted);
  examination.kerberos = std::make_shared<KerberosFindings>();
  KerberosFindings& found = *examination.kerberos;
  for (const std::string& name : names) {
    found.libraries.push_back(look_through(
        name, examination.host().name, examination.settings.credential_cache, examination.share()));
  }
  bool unknown = false;  // which one is taken
  for (const LibraryView& view : found.libraries) {
    const bool usable = !view.file.empty();
    const bool wished = automatic || view.name == wanted;
    unknown = unknown || (wished && view.out_of_time);
    if (usable && wished && found.taken == nullptr && !unknown) found.taken = &view;
    finding.facts.push_back({view.name,
                             usable ? view.file + (view.version.empty() ? "" : ", " + view.version)
                             : view.out_of_time ? view.fault
                                                : "not to be had",
                             usable || view.out_of_time ? "" : view.fault});
  }
  if (found.taken == nullptr && unknown) {
    std::vector<Fact> facts = std::move(finding.facts);
    finding = out_of_time("not known which one is taken");
    finding.facts = std::move(facts);
    return finding;
  }
  if (found.taken == nullptr) {
    finding.verdict = Verdict::note;
    finding.text = automatic ? "none can be loaded" : wanted + " can't be loaded (GssLib)";
    finding.remedy = command_for_library(examination);
    return finding;
  }
  finding.text = found.taken->name + " is taken: ";
  finding.text += automatic ? "GssLib=auto takes Heimdal's first, then MIT's" : "GssLib says so";
  return finding;
}

}  // namespace negodbc::cli
