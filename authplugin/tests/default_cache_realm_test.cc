// Whose ticket a login sends where the default cache is meant: the one that is named at its moment,
// by KRB5CCNAME, by krb5.conf or what that includes; and where no name is found, nobody's.
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <utility>
#include <variant>

#include "sspi_gssapi/credential_cache.h"
#include "sspi_gssapi/gss_library.h"
#include "sspi_gssapi/krb5_context.h"
#include "tests/support/identity_fixture.h"

namespace negodbc::test {
namespace {

class DefaultCacheRealm : public IdentityFixture {};

// krb5.conf of the realm with a line before it, and more in its first section.
std::string configuration_with(const std::string& before, const std::string& more) {
  std::ifstream from(environment("KRB5_CONFIG"));
  const std::string text{std::istreambuf_iterator<char>(from), {}};
  const std::string word = "[libdefaults]\n";
  const std::size_t at = text.find(word) + word.size();
  return before + text.substr(0, at) + more + text.substr(at);
}

std::string default_cache_lines(const std::string& cache) {
  return "    default_ccache_name = " + cache + "\n    default_cc_name = " + cache + "\n";
}

TEST_P(DefaultCacheRealm, An_empty_KRB5CCNAME_is_nobodys) {
  ScopedVariable name("KRB5CCNAME", nullptr);
  const auto fails = [&] {
    name.set("");
    PluginSession session(options());
    EXPECT_EQ(session.step({}), NEGODBC_AUTH_E_NO_CREDENTIALS);
    const std::string text = session.diagnosis().text;
    EXPECT_NE(text.find("KRB5CCNAME is empty"), std::string::npos) << text;
  };
  for (const auto& [variable, user] :
       {std::pair("NEGODBC_CCACHE_VALID", "alice"), std::pair("NEGODBC_CCACHE_BOB", "bob")}) {
    fails();
    name.set(environment(variable).c_str());
    EXPECT_EQ(log_in(options()), principal(user));
    fails();
    fails();
  }
  // Neither does krb5.conf's name count then.
  std::ofstream(scratch("alice.conf"))
      << configuration_with("", default_cache_lines(environment("NEGODBC_CCACHE_VALID")));
  const ScopedVariable configuration("KRB5_CONFIG", scratch("alice.conf").c_str());
  fails();
  name.set(nullptr);
  EXPECT_EQ(log_in(options()), principal("alice"));
  fails();
}

TEST_P(DefaultCacheRealm, A_default_name_that_cant_be_resolved_is_not_the_one_before) {
  const ScopedVariable name("KRB5CCNAME", nullptr);
  const std::string file = scratch("krb5.conf");
  const auto write = [&](const std::string& cache) {
    std::ofstream(file + ".new") << configuration_with("", default_cache_lines(cache));
    std::filesystem::rename(file + ".new", file);
  };
  write(environment("NEGODBC_CCACHE_VALID"));
  const ScopedVariable configuration("KRB5_CONFIG", file.c_str());
  EXPECT_EQ(log_in(options()), principal("alice"));
  write("FILE:/tmp/krb5cc_%{Uid}");
  for (int i = 0; i < 2; ++i) {
    PluginSession session(options());
    EXPECT_EQ(session.step({}), NEGODBC_AUTH_E_NO_CREDENTIALS);
    const std::string text = session.diagnosis().text;
    EXPECT_NE(text.find("default credential cache"), std::string::npos) << text;
  }
  write(environment("NEGODBC_CCACHE_BOB"));
  EXPECT_EQ(log_in(options()), principal("bob"));
}

TEST_P(DefaultCacheRealm, What_krb5_conf_includes_counts) {
  using namespace sspi_gssapi;
  const std::string folder = scratch("conf.d");
  std::filesystem::create_directory(folder);
  const auto write = [&](const std::string& file, const char* variable) {
    std::ofstream(file + ".new~") << "[libdefaults]\n"
                                  << default_cache_lines(environment(variable));
    std::filesystem::rename(file + ".new~", file);
  };
  const std::string by_name = scratch("more.conf");
  const std::string first = folder + "/10.conf";
  const std::string second = folder + "/20.conf";
  write(by_name, "NEGODBC_CCACHE_VALID");
  std::ofstream(scratch("by-name.conf")) << configuration_with("include " + by_name + "\n", "");
  std::ofstream(scratch("by-folder.conf")) << configuration_with("includedir " + folder + "\n", "");
  const ScopedVariable name("KRB5CCNAME", nullptr);
  ScopedVariable configuration("KRB5_CONFIG", scratch("by-name.conf").c_str());
  // Others in the process that have read what was there before.
  const GssLibrary& used = *std::get<const GssLibrary*>(load_library(library()));
  if (configured_cache_name(used) != environment("NEGODBC_CCACHE_VALID")) {
    ASSERT_EQ(used.family, Family::kHeimdal);
    GTEST_SKIP() << "not all of its versions include files";
  }
  const Krb5 kept(used.krb5);
  EXPECT_EQ(log_in(options()), principal("alice"));
  write(by_name, "NEGODBC_CCACHE_BOB");
  EXPECT_EQ(log_in(options()), principal("bob"));

  write(second, "NEGODBC_CCACHE_VALID");
  configuration.set(scratch("by-folder.conf").c_str());
  const Krb5 kept_too(used.krb5);
  EXPECT_EQ(log_in(options()), principal("alice"));
  write(second, "NEGODBC_CCACHE_WRONG");
  EXPECT_EQ(log_in(options()), principal("mallory"));
  std::filesystem::remove(second);
  write(first, "NEGODBC_CCACHE_BOB");
  EXPECT_EQ(log_in(options()), principal("bob"));
}

TEST_P(DefaultCacheRealm, Too_many_open_files_are_told_as_that_and_pass) {
  const ScopedVariable name("KRB5CCNAME", environment("NEGODBC_CCACHE_VALID").c_str());
  EXPECT_EQ(log_in(options()), principal("alice"));
  load_plugin()->forget(nullptr);
  rlimit limit{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &limit), 0);
  const int next = ::dup(0);
  ASSERT_GE(next, 0);
  ::close(next);
  rlimit few = limit;
  few.rlim_cur = static_cast<rlim_t>(next);  // no descriptor below it is free
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &few), 0);
  {
    PluginSession session(options());
    EXPECT_EQ(session.step({}), NEGODBC_AUTH_E_INTERNAL);
    const std::string text = session.diagnosis().text;
    EXPECT_NE(text.find("Too many open files"), std::string::npos) << text;
  }
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &limit), 0);
  EXPECT_EQ(log_in(options()), principal("alice"));
}

INSTANTIATE_TEST_SUITE_P(Libraries, DefaultCacheRealm, ways(), name_of_way);

}  // namespace
}  // namespace negodbc::test
