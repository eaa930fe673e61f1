// Whose ticket a login sends: that of the identity of its own moment, whatever the process, its
// environment and other users of the library in it have done before.
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <utility>
#include <variant>

#include "sspi_gssapi/gss_library.h"
#include "sspi_gssapi/krb5_context.h"
#include "tests/support/identity_fixture.h"

namespace negodbc::test {
namespace {

using IdentityRealm = IdentityFixture;

TEST_P(IdentityRealm, Two_copies_of_the_plugin_do_not_share_names) {
  const std::string copy = scratch("copy.so");
  std::filesystem::copy_file(plugin_file(), copy);
  const negodbc_auth_api* const other = load_plugin_file(copy);
  ASSERT_NE(other, nullptr);
  ASSERT_NE(other, load_plugin());
  const std::string alice = environment("NEGODBC_CCACHE_VALID");
  const std::string bob = environment("NEGODBC_CCACHE_BOB");
  negodbc_auth_options asked = options();
  // In both copies the n-th private cache is made for another user.
  for (int n = 0; n < 3; ++n) {
    asked.credential_cache = n % 2 == 0 ? alice.c_str() : bob.c_str();
    PluginSession first(asked);
    ASSERT_EQ(name_of(first), principal(n % 2 == 0 ? "alice" : "bob"));
    asked.credential_cache = n % 2 == 0 ? bob.c_str() : alice.c_str();
    PluginSession second(asked, other);
    ASSERT_EQ(name_of(second), principal(n % 2 == 0 ? "bob" : "alice"));
    EXPECT_EQ(seen_by_acceptor(first), principal(n % 2 == 0 ? "alice" : "bob"));
    EXPECT_EQ(seen_by_acceptor(second), principal(n % 2 == 0 ? "bob" : "alice"));
  }
}

// A folder of caches as kinit makes it: members by name, and which one is the primary ("": none
// says so).
class Folder {
 public:
  explicit Folder(std::string path) : path_(std::move(path)) {
    std::filesystem::create_directory(path_);
  }
  void put(const char* member, const char* variable) const {
    const std::string from = environment(variable).substr(std::string("FILE:").size());
    std::filesystem::copy_file(from, path_ + "/" + member,
                               std::filesystem::copy_options::overwrite_existing);
  }
  void primary(const char* member) const {
    std::ofstream(path_ + "/primary.new") << member << "\n";
    std::filesystem::rename(path_ + "/primary.new", path_ + "/primary");
  }
  std::string name() const { return "DIR:" + path_; }

 private:
  const std::string path_;
};

TEST_P(IdentityRealm, KRB5CCNAME_of_the_moment_counts) {
  const Folder alice(scratch("alice"));
  alice.put("tkt", "NEGODBC_CCACHE_VALID");
  alice.primary("tkt");
  const Folder bob(scratch("bob"));
  bob.put("tkt", "NEGODBC_CCACHE_BOB");
  bob.primary("tkt");
  ScopedVariable name("KRB5CCNAME", alice.name().c_str());
  for (int i = 0; i < 3; ++i) {
    name.set(alice.name().c_str());
    EXPECT_EQ(log_in(options()), principal("alice"));
    name.set(bob.name().c_str());
    EXPECT_EQ(log_in(options()), principal("bob"));
    name.set(environment("NEGODBC_CCACHE_WRONG").c_str());
    EXPECT_EQ(log_in(options()), principal("mallory"));
  }
}

TEST_P(IdentityRealm, A_folders_primary_of_the_moment_counts) {
  const Folder folder(scratch("both"));
  folder.put("tkta", "NEGODBC_CCACHE_VALID");
  folder.put("tktb", "NEGODBC_CCACHE_BOB");
  const std::string name = folder.name();
  negodbc_auth_options asked = options();
  asked.credential_cache = name.c_str();
  for (int i = 0; i < 3; ++i) {
    folder.primary("tkta");
    EXPECT_EQ(log_in(asked), principal("alice"));
    folder.primary("tktb");
    EXPECT_EQ(log_in(asked), principal("bob"));
  }
  folder.put("tktb", "NEGODBC_CCACHE_WRONG");
  EXPECT_EQ(log_in(asked), principal("mallory"));
}

TEST_P(IdentityRealm, What_another_part_of_the_process_keeps_in_memory_is_looked_at) {
  using namespace sspi_gssapi;
  const auto loaded = load_library(library());
  const GssLibrary& used = *std::get<const GssLibrary*>(loaded);
  const std::string name = std::string("MEMORY:current-") + package();
  const auto fill = [&](const char* variable) {
    Krb5 krb5(used.krb5);
    const Krb5Functions& f = used.krb5;
    ASSERT_EQ(f.krb5_cc_resolve(krb5.get(), environment(variable).c_str(), &krb5.source), 0);
    ASSERT_EQ(f.krb5_cc_get_principal(krb5.get(), krb5.source, &krb5.principal), 0);
    void* before = nullptr;
    ASSERT_EQ(f.krb5_cc_resolve(krb5.get(), name.c_str(), &before), 0);
    ASSERT_EQ(f.krb5_cc_destroy(krb5.get(), before), 0);
    ASSERT_EQ(f.krb5_cc_resolve(krb5.get(), name.c_str(), &krb5.cache), 0);
    ASSERT_EQ(f.krb5_cc_initialize(krb5.get(), krb5.cache, krb5.principal), 0);
    const auto copy = f.krb5_cc_copy_cache != nullptr ? f.krb5_cc_copy_cache : f.krb5_cc_copy_creds;
    ASSERT_EQ(copy(krb5.get(), krb5.source, krb5.cache), 0);
  };
  negodbc_auth_options asked = options();
  asked.credential_cache = name.c_str();
  for (int i = 0; i < 3; ++i) {
    fill("NEGODBC_CCACHE_VALID");
    EXPECT_EQ(log_in(asked), principal("alice"));
    EXPECT_EQ(log_in(asked), principal("alice"));
    fill("NEGODBC_CCACHE_BOB");
    EXPECT_EQ(log_in(asked), principal("bob"));
  }
}

TEST_P(IdentityRealm, KRB5_CONFIG_and_what_it_says_count) {
  // The default cache's name is krb5.conf's.
  const auto write = [&](const std::string& file, const char* variable) {
    std::ifstream from(environment("KRB5_CONFIG"));
    const std::string text{std::istreambuf_iterator<char>(from), {}};
    const std::string cache = environment(variable);
    const std::string word = "[libdefaults]\n";
    const std::size_t at = text.find(word) + word.size();
    std::ofstream(file + ".new") << text.substr(0, at) << "    default_ccache_name = " << cache
                                 << "\n    default_cc_name = " << cache << "\n"
                                 << text.substr(at);
    std::filesystem::rename(file + ".new", file);
  };
  write(scratch("alice.conf"), "NEGODBC_CCACHE_VALID");
  write(scratch("bob.conf"), "NEGODBC_CCACHE_BOB");
  ScopedVariable name("KRB5CCNAME", nullptr);
  ScopedVariable configuration("KRB5_CONFIG", nullptr);
  for (int i = 0; i < 2; ++i) {
    configuration.set(scratch("alice.conf").c_str());
    EXPECT_EQ(log_in(options()), principal("alice"));
    configuration.set(scratch("bob.conf").c_str());
    EXPECT_EQ(log_in(options()), principal("bob"));
  }
  write(scratch("bob.conf"), "NEGODBC_CCACHE_WRONG");
  EXPECT_EQ(log_in(options()), principal("mallory")) << "the same name, another text";
}

TEST_P(IdentityRealm, What_principal_has_told_is_who_logs_in) {
  const std::string file = scratch("cache");
  const std::string name = "FILE:" + file;
  negodbc_auth_options asked = options();
  asked.credential_cache = name.c_str();
  for (const auto& [known, copies] :
       {std::pair(false, 0u), std::pair(true, 0u), std::pair(false, NEGODBC_AUTH_OFF)}) {
    asked.credential_copies = copies;
    put("NEGODBC_CCACHE_VALID", file);
    if (known) {
      EXPECT_EQ(log_in(asked), principal("alice"));
    }
    PluginSession session(asked);
    ASSERT_EQ(name_of(session), principal("alice"));
    put("NEGODBC_CCACHE_BOB", file);
    EXPECT_EQ(seen_by_acceptor(session), principal("alice"));
    EXPECT_EQ(log_in(asked), principal("bob"));
    // Also when somebody else has made the plan ready for bob.
    PluginSession again(asked);
    ASSERT_EQ(name_of(again), principal("bob"));
    put("NEGODBC_CCACHE_VALID", file);
    EXPECT_EQ(log_in(asked), principal("alice"));
    EXPECT_EQ(seen_by_acceptor(again), principal("bob"));
  }
}

TEST_P(IdentityRealm, A_folder_is_copied_and_threads_do_not_wait_for_each_other) {
  const Folder folder(scratch("many"));
  folder.put("tkt", "NEGODBC_CCACHE_VALID");
  folder.primary("tkt");
  const std::string name = folder.name();
  negodbc_auth_options asked = options();
  asked.credential_cache = name.c_str();
  negodbc_auth_counters before{};
  before.size = sizeof(before);
  load_plugin()->counters(&before);
  for (int i = 0; i < 5; ++i) EXPECT_EQ(log_in(asked), principal("alice"));
  negodbc_auth_counters after{};
  after.size = sizeof(after);
  load_plugin()->counters(&after);
  EXPECT_EQ(after.credentials_acquired, before.credentials_acquired + 1);
  EXPECT_EQ(after.credentials_reused, before.credentials_reused + 4);
}

TEST_P(IdentityRealm, A_folder_without_a_primary_has_one_that_fits_the_server) {
  const Folder folder(scratch("no-primary"));
  folder.put("tktother", "NEGODBC_CCACHE_VALID");
  const std::string name = folder.name();
  negodbc_auth_options asked = options();
  asked.credential_cache = name.c_str();
  EXPECT_EQ(log_in(asked), principal("alice"));
}

TEST_P(IdentityRealm, The_principal_asked_for_chooses_the_member) {
  const Folder folder(scratch("by-principal"));
  folder.put("tkta", "NEGODBC_CCACHE_VALID");
  folder.put("tktb", "NEGODBC_CCACHE_BOB");
  folder.primary("tkta");
  const std::string name = folder.name();
  negodbc_auth_options asked = options();
  asked.credential_cache = name.c_str();
  asked.principal = "bob";
  EXPECT_EQ(log_in(asked), principal("bob"));
  asked.principal = "alice";
  EXPECT_EQ(log_in(asked), principal("alice"));
  asked.principal = "mallory";
  PluginSession session(asked);
  EXPECT_EQ(session.step({}), NEGODBC_AUTH_E_NO_CREDENTIALS);
  const std::string text = session.diagnosis().text;
  EXPECT_NE(text.find(principal("alice")), std::string::npos) << text;
  EXPECT_NE(text.find(principal("bob")), std::string::npos) << text;
}

TEST_P(IdentityRealm, Anothers_cache_is_told_with_whose_tickets_it_has) {
  const std::string cache = environment("NEGODBC_CCACHE_VALID");
  negodbc_auth_options asked = options();
  asked.credential_cache = cache.c_str();
  asked.principal = "bob";
  PluginSession session(asked);
  EXPECT_EQ(session.step({}), NEGODBC_AUTH_E_NO_CREDENTIALS);
  const std::string text = session.diagnosis().text;
  EXPECT_NE(text.find(principal("alice")), std::string::npos) << text;
}

TEST_P(IdentityRealm, k5identity_chooses_the_member) {
  const Folder folder(scratch("by-file"));
  folder.put("tkta", "NEGODBC_CCACHE_VALID");
  folder.put("tktb", "NEGODBC_CCACHE_BOB");
  folder.primary("tkta");
  const std::string name = folder.name();
  const ScopedVariable home("HOME", folder_.c_str());
  negodbc_auth_options asked = options();
  asked.credential_cache = name.c_str();
  EXPECT_EQ(log_in(asked), principal("alice"));
  std::ofstream(scratch(".k5identity"))
      << "# who for what\nalice@" << environment("NEGODBC_REALM") << " host=elsewhere\nbob@"
      << environment("NEGODBC_REALM") << " service=postgres host=local*\n";
  EXPECT_EQ(log_in(asked), principal("bob"));
  std::ofstream(scratch(".k5identity")) << "mallory@" << environment("NEGODBC_REALM") << "\n";
  PluginSession session(asked);
  EXPECT_EQ(session.step({}), NEGODBC_AUTH_E_NO_CREDENTIALS);
  EXPECT_NE(std::string(session.diagnosis().text).find(principal("mallory")), std::string::npos)
      << session.diagnosis().text;
}

// A collection that the kernel keeps for this process.
TEST_P(IdentityRealm, k5identity_of_the_moment_chooses_in_the_kernels_keyring) {
  using namespace sspi_gssapi;
  const GssLibrary& used = *std::get<const GssLibrary*>(load_library(library()));
  const std::string collection = std::string("KEYRING:process:negodbc-") + package();
  const auto fill = [&](const std::string& name, const char* variable) {
    Krb5 krb5(used.krb5);
    const Krb5Functions& f = used.krb5;
    return f.krb5_cc_copy_creds != nullptr &&
           f.krb5_cc_resolve(krb5.get(), environment(variable).c_str(), &krb5.source) == 0 &&
           f.krb5_cc_get_principal(krb5.get(), krb5.source, &krb5.principal) == 0 &&
           f.krb5_cc_resolve(krb5.get(), name.c_str(), &krb5.cache) == 0 &&
           f.krb5_cc_initialize(krb5.get(), krb5.cache, krb5.principal) == 0 &&
           f.krb5_cc_copy_creds(krb5.get(), krb5.source, krb5.cache) == 0;
  };
  constexpr int kNone = 2;
  const auto logins = [&] {
    if (!fill(collection, "NEGODBC_CCACHE_VALID") ||
        !fill(collection + ":tktb", "NEGODBC_CCACHE_BOB")) {
      return kNone;  // the library, or the kernel for us, has no keyring
    }
    const ScopedVariable home("HOME", folder_.c_str());
    negodbc_auth_options asked = options();
    asked.credential_cache = collection.c_str();
    for (const char* user : {"alice", "bob", "alice"}) {
      std::ofstream(scratch(".k5identity")) << principal(user) << " service=postgres\n";
      if (log_in(asked) != principal(user)) return 1;
    }
    return 0;
  };
  // In a process that has no thread yet: a thread does not see the keyring of one it came before.
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(
      ::_exit(logins()),
      [](int status) {
        return WIFEXITED(status) && (WEXITSTATUS(status) == 0 || WEXITSTATUS(status) == kNone);
      },
      "");
}

INSTANTIATE_TEST_SUITE_P(Libraries, IdentityRealm, ways(), name_of_way);

}  // namespace
}  // namespace negodbc::test
