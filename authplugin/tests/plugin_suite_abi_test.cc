// What any plugin has to keep of the C ABI: the checks of conformance/, which `negodbc plugin
// check` runs, too. NEGODBC_PLUGIN names the plugin's file.
#include <gtest/gtest.h>

#include <string>

#include "conformance/checks.h"
#include "tests/support/plugin.h"

namespace negodbc::test {
namespace {

const negodbc_auth_api* entry(std::uint32_t abi_version) {
  return load_plugin(abi_version);
}

class PluginCheck : public testing::TestWithParam<conformance::Check> {};

TEST_P(PluginCheck, Keeps) {
  const negodbc_auth_options login = options_for("localhost");
  conformance::Subject subject;
  subject.entry = entry;
  subject.login = &login;
  subject.timeout_ms = kTimeoutMs;
  const conformance::Result result = GetParam().run(subject);
  if (result.outcome == conformance::Outcome::not_offered) GTEST_SKIP() << result.text;
  EXPECT_EQ(result.outcome, conformance::Outcome::kept)
      << GetParam().promise << ": " << result.text;
}

INSTANTIATE_TEST_SUITE_P(Checks, PluginCheck,
                         testing::ValuesIn(conformance::checks().begin(),
                                           conformance::checks().end()),
                         [](const auto& of) { return std::string(of.param.name); });

// A plugin that breaks a rule is found out: each rule by a table that breaks just that one.
conformance::Result run(const char* name, negodbc_auth_plugin_fn broken) {
  for (const conformance::Check& check : conformance::checks()) {
    if (std::string(check.name) != name) continue;
    conformance::Subject subject;
    subject.entry = broken;
    return check.run(subject);
  }
  ADD_FAILURE() << "no check is called " << name;
  return {};
}

TEST(BrokenPlugin, Gives_a_table_to_older_drivers) {
  const auto broken = [](std::uint32_t) { return load_plugin(); };
  EXPECT_EQ(run("an_older_driver_gets_no_table", broken).text, "there is a table of version 0");
}

TEST(BrokenPlugin, Gives_a_newer_table) {
  const auto broken = [](std::uint32_t) -> const negodbc_auth_api* {
    static negodbc_auth_api newer = *load_plugin();
    newer.abi_version = 7;
    return &newer;
  };
  EXPECT_EQ(run("no_table_is_newer_than_the_driver", broken).text,
            "the table is of version 7 for a driver of version 1");
}

TEST(BrokenPlugin, Writes_beyond_a_record) {
  const auto broken = [](std::uint32_t) -> const negodbc_auth_api* {
    static negodbc_auth_api careless = *load_plugin();
    careless.diagnosis = [](negodbc_auth_session* session, negodbc_auth_diagnosis* record) {
      const negodbc_auth_status status = load_plugin()->diagnosis(session, record);
      if (record != nullptr && record->size >= 4) record->gss_minor = 0;
      return status;
    };
    return &careless;
  };
  EXPECT_EQ(run("records_are_not_written_beyond_their_size", broken).text,
            "diagnosis() of a record of 4 bytes writes beyond it");
}

TEST(BrokenPlugin, Takes_null) {
  const auto broken = [](std::uint32_t) -> const negodbc_auth_api* {
    static negodbc_auth_api careless = *load_plugin();
    careless.counters = [](negodbc_auth_counters*) -> negodbc_auth_status { return 0; };
    return &careless;
  };
  EXPECT_EQ(run("nulls_are_refused", broken).text,
            "counters() without a record gives 0 instead of -1");
  EXPECT_EQ(run("sessions_are_counted", broken).text, "two sessions are not two more opened");
}

}  // namespace
}  // namespace negodbc::test
