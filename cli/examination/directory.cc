#include "cli/examination/directory.h"

#include <algorithm>
#include <charconv>
#include <exception>
#include <future>

#include "cli/examination/examination.h"
#include "cli/examination/words.h"
#include "driver/base/error.h"
#include "driver/base/shell_word.h"
#include "driver/base/utf.h"
#include "negotiate/unjoined_thread.h"

namespace negodbc::cli {
namespace {

constexpr char account_name[] = "sAMAccountName";
constexpr char account_control[] = "userAccountControl";
constexpr char account_types[] = "msDS-SupportedEncryptionTypes";

unsigned long number_in(const DirectoryEntry& entry, std::string_view attribute) {
  const std::string text = entry.value(attribute);
  unsigned long number = 0;
  (void)std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

struct TypeBit {
  unsigned long bit;
  int type;  // its number in encryption_type_name()
};
constexpr TypeBit type_bits[] = {{0x10, 18}, {0x08, 17}, {0x04, 23}, {0x02, 3}, {0x01, 1}};

std::string types_of(const DirectoryEntry& entry) {
  std::vector<std::string> names;
  for (const TypeBit& each : type_bits)
    if ((number_in(entry, account_types) & each.bit) != 0)
      names.push_back(encryption_type_name(each.type));
  return joined(names, "the domain's default");
}

std::string account_of(const DirectoryEntry& entry) {
  const std::string account = entry.value(account_name);
  return account.empty() ? entry.name : account;
}

bool is_disabled(const DirectoryEntry& entry) {
  constexpr unsigned long disabled = 0x2;
  return (number_in(entry, account_control) & disabled) != 0;
}

void judge_account(Finding& finding, const DirectoryEntry& entry) {
  finding.text += account_of(entry);
  if (!is_disabled(entry)) return;
  finding.verdict = Verdict::note;
  finding.notes.push_back("the account is disabled: KDCs give no tickets for it");
  finding.remedy = "Enable-ADAccount -Identity " + shell_word(account_of(entry));
}

Finding ask(DirectoryOpener open, const std::string& spn, bool has_ticket,
            std::chrono::milliseconds time) {
  Finding finding;
  const std::unique_ptr<Directory> directory = open(time);
  const std::vector<DirectoryEntry> root = directory->search(
      "", Directory::Reach::entry, "(objectClass=*)", {"defaultNamingContext", "dnsHostName"});
  const std::string domain = root.empty() ? "" : root.front().value("defaultNamingContext");
  if (domain.empty()) {
    finding.verdict = Verdict::skipped;
    finding.text = "not asked: the LDAP server is none of Active Directory's";
    return finding;
  }
  const std::string server = root.front().value("dnsHostName");
  finding.facts.push_back({"domain", domain, server});
  const std::vector<DirectoryEntry> found = directory->search(
      domain, Directory::Reach::below, "(servicePrincipalName=" + in_filter(spn) + ")",
      {account_name, account_control, account_types});
  for (const DirectoryEntry& entry : found) {
    finding.facts.push_back({spn, entry.name, account_of(entry)});
    finding.facts.push_back({"encryption types", types_of(entry), "", account_of(entry)});
  }
  if (found.size() == 1) {
    finding.text = spn + " is the name of ";
    judge_account(finding, found.front());
  } else if (found.empty() && has_ticket) {
    finding.text = spn + " is no account's of " + domain + ": another domain has given the ticket";
  } else if (found.empty()) {
    finding.verdict = Verdict::note;
    finding.text = spn + " is no account's of " + domain + ": its KDCs give no tickets for it";
    finding.remedy = "setspn -S " + spn + " ACCOUNT    # the one that the server runs as";
  } else {
    finding.verdict = Verdict::note;
    finding.text = spn + " is the name of " + std::to_string(found.size()) +
                   " accounts, and KDCs give no tickets for what is not one's alone";
    finding.remedy = "setspn -X    # lists such names; setspn -D " + spn +
                     " ACCOUNT takes it from one that the server does not run as";
  }
  return finding;
}

Finding asked(DirectoryOpener open, const std::string& spn, bool has_ticket,
              std::chrono::milliseconds time) {
  try {
    return ask(open, spn, has_ticket, time);
  } catch (const Error& error) {
    Finding finding;
    finding.verdict = Verdict::skipped;
    finding.text = std::string("not asked: ") + error.what();
    return finding;
  }
}

}  // namespace

std::string DirectoryEntry::value(std::string_view attribute) const {
  const auto found = std::find_if(values.begin(), values.end(),
                                  [&](const auto& each) { return iequals(each.first, attribute); });
  return found == values.end() ? std::string() : found->second;
}

std::string in_filter(std::string_view text) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string out;
  for (const char c : text) {
    const auto code = static_cast<unsigned char>(c);
    if (code < 0x20 || code >= 0x7f || c == '*' || c == '(' || c == ')' || c == '\\') {
      out.append({'\\', digits[code >> 4U], digits[code & 15U]});
    } else {
      out += c;
    }
  }
  return out;
}

Finding told_directory(DirectoryOpener open, const std::string& spn, bool has_ticket,
                       Deadline deadline) {
  const std::chrono::milliseconds time = deadline.remaining();
  auto promise = std::make_shared<std::promise<Finding>>();
  std::future<Finding> answer = promise->get_future();
  // Nothing ends a call that hangs.
  auth::run_unjoined([promise, open, spn, has_ticket, time] {
    try {
      promise->set_value(asked(open, spn, has_ticket, time));
    } catch (...) {  // out of memory
      promise->set_exception(std::current_exception());
    }
  });
  if (answer.wait_for(time) != std::future_status::ready)
    return out_of_time("not asked to the end");
  return answer.get();
}

}  // namespace negodbc::cli
