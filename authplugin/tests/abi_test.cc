// The C ABI of this plugin without a network: what its options must be, which libraries it takes.
// What any plugin has to keep is in plugin_suite_*.cc.
#include <dlfcn.h>
#include <gtest/gtest.h>

#include <string>

#include "tests/support/abi_session.h"
#include "tests/support/private_directory.h"

namespace negodbc::test {
namespace {

struct BadOption {
  const char* name;
  void (*set)(negodbc_auth_options& options);
  const char* text;  // must be part of what is told
};

class AbiBadOption : public testing::TestWithParam<BadOption> {};

TEST_P(AbiBadOption, IsNamed) {
  negodbc_auth_options options = good_options();
  GetParam().set(options);
  const AbiSession session(options);
  EXPECT_EQ(session.status, NEGODBC_AUTH_E_ARGUMENT);
  EXPECT_NE(session.text().find(GetParam().text), std::string::npos) << session.text();
  const void* token = nullptr;
  std::size_t size = 0;
  EXPECT_EQ(session.api->step(session.handle, nullptr, 0, 1000, &token, &size),
            NEGODBC_AUTH_E_STATE);
}

INSTANTIATE_TEST_SUITE_P(
    Options, AbiBadOption,
    testing::Values(
        BadOption{"Package", [](auto& o) { o.package = "Digest"; }, "package"},
        BadOption{"NtlmNotAllowed", [](auto& o) { o.package = "NTLM"; }, "allow_ntlm"},
        BadOption{"Flags", [](auto& o) { o.flags_required = 0x80000000u; }, "flags"},
        BadOption{"DelegatedFlag", [](auto& o) { o.flags_requested = NEGODBC_AUTH_FLAG_DELEGATED; },
                  "flags"},
        BadOption{"Delegation", [](auto& o) { o.delegation = 3; }, "delegation"},
        BadOption{"Canonicalize", [](auto& o) { o.canonicalize = 3; }, "canonicalize"},
        BadOption{"Reserved", [](auto& o) { o.reserved = 1; }, "reserved"},
        BadOption{"NoHost", [](auto& o) { o.host = nullptr; }, "host"},
        BadOption{"NoService", [](auto& o) { o.service = ""; }, "service"},
        BadOption{"TargetForm", [](auto& o) { o.target = "/host"; }, "service/host"},
        BadOption{"TargetSpace", [](auto& o) { o.target = "postgres/a b"; }, "space"},
        BadOption{"TargetControl", [](auto& o) { o.host = "a\nb"; }, "control"},
        BadOption{"TargetRealm", [](auto& o) { o.target = "postgres/h@"; }, "realm"},
        BadOption{"TargetTwoRealms", [](auto& o) { o.target = "postgres/h@A@B"; }, "@"},
        BadOption{"TwoSources",
                  [](auto& o) {
                    o.credential_cache = "FILE:/x";
                    o.client_keytab = "FILE:/y";
                    o.principal = "p";
                  },
                  "more than one"},
        BadOption{"PasswordWithoutPrincipal", [](auto& o) { o.password = "p"; }, "principal"},
        BadOption{"BindingsWithoutMemory", [](auto& o) { o.channel_bindings_size = 4; },
                  "channel_bindings"}),
    [](const auto& of) { return std::string(of.param.name); });

// A call that was given up may still be running in it when a driver manager unloads the driver.
TEST(AbiLibrary, ThePluginStaysLoadedWhenItIsUnloaded) {
  void* module = ::dlopen(plugin_file().c_str(), RTLD_NOW | RTLD_LOCAL);
  ASSERT_NE(module, nullptr) << ::dlerror();
  ::dlclose(module);
  EXPECT_NE(::dlopen(plugin_file().c_str(), RTLD_NOW | RTLD_LOCAL | RTLD_NOLOAD), nullptr);
}

TEST(AbiLibrary, AFileThatIsNotThereAndOneThatIsNoGssapiLibrary) {
  const PrivateDirectory directory;
  for (const std::string& library :
       {directory.file("libgssapi.so"), std::string("/proc/self/exe")}) {
    negodbc_auth_options options = good_options();
    options.library = library.c_str();
    const AbiSession session(options);
    ASSERT_EQ(session.status, NEGODBC_AUTH_OK);
    const void* token = nullptr;
    std::size_t size = 0;
    EXPECT_EQ(session.api->step(session.handle, nullptr, 0, kTimeoutMs, &token, &size),
              NEGODBC_AUTH_E_LIBRARY)
        << session.text();
    EXPECT_EQ(token, nullptr);
    EXPECT_NE(session.text(), "");
  }
}

TEST(AbiLibrary, ARelativePathIsRefused) {
  negodbc_auth_options options = good_options();
  options.library = "libgssapi.so.3";
  const AbiSession session(options);
  const char* name = nullptr;
  EXPECT_EQ(session.api->principal(session.handle, kTimeoutMs, &name), NEGODBC_AUTH_E_ARGUMENT);
  EXPECT_STREQ(name, "");
  EXPECT_NE(session.text().find("absolute path"), std::string::npos);
}

}  // namespace
}  // namespace negodbc::test
