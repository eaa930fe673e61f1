// What the doctor makes of a directory's answers, by one that answers what a test wants.
#include "cli/examination/directory.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "driver/base/error.h"

namespace negodbc::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using namespace std::chrono_literals;

constexpr char spn[] = "postgres/db.corp.example";

struct Script {
  std::string refusal;       // of the connection
  std::string search_fault;  // of what is asked below the domain
  std::string domain = "DC=corp,DC=example";
  std::vector<DirectoryEntry> accounts;
  std::string base, filter;  // that was asked
};
Script script;
std::atomic<bool> answers = true;

class ScriptedDirectory final : public Directory {
 public:
  std::vector<DirectoryEntry> search(const std::string& base, Reach reach,
                                     const std::string& filter,
                                     const std::vector<std::string>& /*attributes*/) override {
    if (reach == Reach::entry) {
      EXPECT_EQ(base, "");
      if (script.domain.empty()) return {};
      return {{"", {{"DefaultNamingContext", script.domain}, {"dnsHostName", "dc1"}}}};
    }
    if (!script.search_fault.empty()) throw Error("08001", script.search_fault);
    script.base = base;
    script.filter = filter;
    return script.accounts;
  }
};

std::unique_ptr<Directory> open_scripted(std::chrono::milliseconds /*time*/) {
  if (!answers) {
    while (!answers) std::this_thread::sleep_for(1ms);
    throw Error("08001", "too late");  // the test is over
  }
  if (!script.refusal.empty()) throw Error("08001", script.refusal);
  return std::make_unique<ScriptedDirectory>();
}

DirectoryEntry account(const std::string& name, const std::string& control = "512") {
  return {"CN=" + name + ",DC=corp,DC=example",
          {{"sAMAccountName", name},
           {"userAccountControl", control},
           {"msDS-SupportedEncryptionTypes", "24"}}};
}

Finding told_by(std::vector<DirectoryEntry> accounts, bool has_ticket = false) {
  script = {};
  script.accounts = std::move(accounts);
  return told_directory(open_scripted, spn, has_ticket, Deadline::after(10s));
}

TEST(DirectoryStep, The_one_account_is_named) {
  const Finding finding = told_by({account("pg-svc")});
  EXPECT_EQ(finding.verdict, Verdict::good);
  EXPECT_EQ(finding.text, "postgres/db.corp.example is the name of pg-svc");
  EXPECT_EQ(script.base, "DC=corp,DC=example");
  EXPECT_EQ(script.filter, "(servicePrincipalName=postgres/db.corp.example)");
  ASSERT_EQ(finding.facts.size(), 3u);
  EXPECT_EQ(finding.facts[1].value, "CN=pg-svc,DC=corp,DC=example");
  EXPECT_EQ(finding.facts[2].value, "aes256-cts-hmac-sha1-96, aes128-cts-hmac-sha1-96");
  EXPECT_EQ(finding.remedy, "");
}

TEST(DirectoryStep, A_disabled_account_is_no_good) {
  const Finding finding = told_by({account("pg svc", "514")});
  EXPECT_EQ(finding.verdict, Verdict::note);
  EXPECT_THAT(finding.notes, ElementsAre(HasSubstr("disabled")));
  EXPECT_THAT(finding.remedy, HasSubstr("Enable-ADAccount -Identity "));
}

TEST(DirectoryStep, A_name_of_nobody_is_given_by_setspn) {
  const Finding finding = told_by({});
  EXPECT_EQ(finding.verdict, Verdict::note);
  EXPECT_THAT(finding.text, HasSubstr("no account's of DC=corp,DC=example"));
  EXPECT_TRUE(finding.remedy.starts_with("setspn -S postgres/db.corp.example ACCOUNT"));
  // A trusted domain's.
  const Finding elsewhere = told_by({}, true);
  EXPECT_EQ(elsewhere.verdict, Verdict::good);
  EXPECT_EQ(elsewhere.remedy, "");
}

TEST(DirectoryStep, Two_accounts_of_one_name_are_told) {
  const Finding finding = told_by({account("pg-svc"), account("DB$")});
  EXPECT_EQ(finding.verdict, Verdict::note);
  EXPECT_THAT(finding.text, HasSubstr("2 accounts"));
  EXPECT_TRUE(finding.remedy.starts_with("setspn -X"));
  ASSERT_EQ(finding.facts.size(), 5u);
  EXPECT_EQ(finding.facts[1].source, "pg-svc");
  EXPECT_EQ(finding.facts[3].source, "DB$");
}

TEST(DirectoryStep, Refusals_are_told_and_no_more) {
  script = {};
  script.refusal = "no domain controller answers: Server Down";
  Finding finding = told_directory(open_scripted, spn, false, Deadline::after(10s));
  EXPECT_EQ(finding.verdict, Verdict::skipped);
  EXPECT_EQ(finding.text, "not asked: no domain controller answers: Server Down");
  script = {};
  script.search_fault = "Insufficient Rights";
  finding = told_directory(open_scripted, spn, false, Deadline::after(10s));
  EXPECT_EQ(finding.text, "not asked: Insufficient Rights");
  script = {};
  script.domain.clear();
  finding = told_directory(open_scripted, spn, false, Deadline::after(10s));
  EXPECT_EQ(finding.verdict, Verdict::skipped);
  EXPECT_THAT(finding.text, HasSubstr("none of Active Directory's"));
}

TEST(DirectoryStep, A_directory_that_is_silent_is_let_go) {
  script = {};
  answers = false;
  const auto begun = std::chrono::steady_clock::now();
  const Finding finding = told_directory(open_scripted, spn, false, Deadline::after(100ms));
  EXPECT_LT(std::chrono::steady_clock::now() - begun, 5s);
  EXPECT_EQ(finding.verdict, Verdict::skipped);
  EXPECT_THAT(finding.text, HasSubstr("its time has run out"));
  answers = true;
}

TEST(DirectoryStep, Values_stand_for_themselves_in_a_filter) {
  EXPECT_EQ(in_filter("postgres/db-1.corp"), "postgres/db-1.corp");
  EXPECT_EQ(in_filter("a*(b)\\c"), "a\\2a\\28b\\29\\5cc");
  EXPECT_EQ(in_filter("ü"), "\\c3\\bc");
  EXPECT_EQ(in_filter(std::string_view("\0", 1)), "\\00");
}

}  // namespace
}  // namespace negodbc::cli
