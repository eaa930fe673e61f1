#include <algorithm>

#include "cli/examination/kerberos_findings.h"
#include "cli/examination/kerberos_steps.h"
#include "cli/examination/keytab.h"
#include "cli/examination/keytab_trial.h"
#include "cli/examination/words.h"
#include "driver/base/shell_word.h"
#include "driver/base/utf.h"

namespace negodbc::cli {
namespace {

// A version of 8 bits is the end of a longer one.
bool same_version(const KeytabEntry& entry, std::int64_t version) {
  constexpr std::int64_t low = 0xFF;
  return entry.short_version ? (version & low) == entry.key_version
                             : version == static_cast<std::int64_t>(entry.key_version);
}

std::string text_of(const KeytabEntry& entry) {
  return encryption_type_name(entry.encryption_type) + ", key version " +
         std::to_string(entry.key_version);
}

std::string to_extract(const std::string& principal, const std::string& keytab) {
  const std::string name = principal.substr(0, principal.rfind('@'));
  return "sudo kadmin -q " + shell_word("ktadd -k " + keytab + " " + name);
}

std::vector<std::string> principals_in(const Keytab& keytab) {
  std::vector<std::string> names;
  for (const KeytabEntry& entry : keytab.entries)
    if (std::find(names.begin(), names.end(), entry.principal) == names.end())
      names.push_back(entry.principal);
  return names;
}

}  // namespace

// With what the KDC has sealed the ticket for the server with: both must be the same for the server
// to be able to open it.
Finding examine_keytab(Examination& examination) {
  Finding finding;
  const std::string& name = examination.keytab;
  const Keytab keytab = read_keytab(name);
  for (const KeytabEntry& entry : keytab.entries)
    finding.facts.push_back({entry.principal, text_of(entry), ""});
  finding.verdict = Verdict::note;
  if (keytab.entries.empty()) {
    finding.text = name + ": " + keytab.fault;
    finding.remedy = "name the server's keytab (krb_server_keyfile), as a user who may read it";
    return finding;
  }
  if (!keytab.fault.empty()) finding.notes.push_back(name + ": " + keytab.fault);
  const std::string wanted =
      examination.ticket ? examination.ticket->principal : examination.service_name();
  if (wanted.empty()) {
    finding.text = "it holds keys of " + joined(principals_in(keytab)) +
                   "; the server has no name that a ticket could be asked for by";
    return finding;
  }
  std::vector<const KeytabEntry*> own;
  const std::string bare = wanted.substr(0, wanted.rfind('@'));
  for (const KeytabEntry& entry : keytab.entries) {
    const bool same = examination.ticket
                          ? entry.principal == wanted
                          : entry.principal.substr(0, entry.principal.rfind('@')) == bare;
    if (same) own.push_back(&entry);
  }
  if (own.empty()) {
    finding.text = "it holds no key of " + wanted + ", but of " + joined(principals_in(keytab));
    for (const std::string& other : principals_in(keytab))
      if (iequals(other, wanted))
        finding.notes.push_back("upper and lower case count: " + other + " is another principal");
    finding.remedy = to_extract(wanted, name);
    return finding;
  }
  if (!examination.ticket) {
    finding.text = "it holds " + std::to_string(own.size()) + " keys of " + own.front()->principal +
                   "; without a ticket they are compared with none";
    return finding;
  }
  const TicketFacts& ticket = *examination.ticket;
  const auto has = [&](bool version, bool type) {
    return std::any_of(own.begin(), own.end(), [&](const KeytabEntry* entry) {
      return (!version || !ticket.key_version || same_version(*entry, *ticket.key_version)) &&
             (!type || entry->encryption_type == ticket.encryption_type);
    });
  };
  const std::string version =
      ticket.key_version ? std::to_string(*ticket.key_version) : std::string("not told");
  const std::string type = encryption_type_name(ticket.encryption_type);
  if (has(true, true)) {
    const std::string key = wanted + ", " + type + ", key version " + version;
    const LibraryView* const taken = examination.kerberos->taken;
    const KeytabTrial trial =
        taken == nullptr ? KeytabTrial{std::nullopt, "no library is there for it"}
                         : try_keytab(taken->name, name, examination.token, examination.share());
    if (!trial.opens) {
      finding.text = "it holds a key like the one that the ticket is sealed with (" + key +
                     "); whether it is the same could not be tried: " + trial.words;
    } else if (*trial.opens) {
      finding.verdict = Verdict::good;
      finding.text = "it holds the key that the ticket is sealed with: " + key;
    } else {
      finding.text =
          "it holds another key than the KDC's of the same version and type: the ticket "
          "can't be opened with it (" +
          key + ")";
      finding.notes.push_back(trial.words);
      finding.remedy = to_extract(wanted, name);
    }
    return finding;
  }
  if (has(true, false)) {
    finding.text = "it lacks a key of type " + type + ", which the ticket is sealed with (" +
                   wanted + ", key version " + version + ")";
  } else {
    finding.text = "it holds another version of the key of " + wanted +
                   ": the ticket is sealed with version " + version;
  }
  finding.remedy = to_extract(wanted, name);
  return finding;
}

}  // namespace negodbc::cli
