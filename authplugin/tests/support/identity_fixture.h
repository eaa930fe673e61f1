// For tests of whose ticket is sent: what the acceptor saw is what counts, not what the plugin
// says.
#ifndef NEGODBC_TESTS_SUPPORT_IDENTITY_FIXTURE_H_
#define NEGODBC_TESTS_SUPPORT_IDENTITY_FIXTURE_H_

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <tuple>

#include "tests/support/plugin.h"
#include "tests/support/scoped_variable.h"
#include "tests/support/ways.h"

namespace negodbc::test {

class IdentityFixture : public testing::TestWithParam<std::tuple<const char*, const char*>> {
 protected:
  static void SetUpTestSuite() { prepare_acceptors(); }
  IdentityFixture() {
    std::string name = testing::UnitTest::GetInstance()->current_test_info()->name();
    std::replace(name.begin(), name.end(), '/', '-');
    folder_ = environment("NEGODBC_REALM_DIR") + "/identity-" + name;
    std::filesystem::create_directory(folder_);
  }
  ~IdentityFixture() override { std::filesystem::remove_all(folder_); }

  static const char* library() { return std::get<0>(GetParam()); }
  static const char* package() { return std::get<1>(GetParam()); }
  // A file of this test's own.
  std::string scratch(const std::string& name) const { return folder_ + "/" + name; }

  static negodbc_auth_options options() {
    negodbc_auth_options made = options_for("localhost");
    made.library = library();
    made.package = package();
    return made;
  }
  static TestCredential acceptor() { return acquire(library(), package(), SECPKG_CRED_INBOUND); }

  // The principal as principal() tells it; the status when that failed.
  static std::string name_of(PluginSession& session) {
    const char* name = nullptr;
    const negodbc_auth_status status = session.api->principal(session.session, kTimeoutMs, &name);
    return status == NEGODBC_AUTH_OK ? name : std::to_string(status);
  }
  // Who logged in, as the acceptor's library tells; the status when the login failed.
  std::string seen_by_acceptor(PluginSession& session) const {
    const negodbc_auth_status status = session.log_in(server_);
    return status == NEGODBC_AUTH_ESTABLISHED ? peer_of(session.server) : std::to_string(status);
  }
  std::string log_in(const negodbc_auth_options& options) const {
    PluginSession session(options);
    return seen_by_acceptor(session);
  }
  static std::string principal(const char* user) {
    return user + std::string("@") + environment("NEGODBC_REALM");
  }
  // The file of a cache that the realm has.
  static std::string file_of(const char* variable) {
    return environment(variable).substr(std::string("FILE:").size());
  }
  // Puts a copy of the realm's cache in a file's place.
  static void put(const char* variable, const std::string& file) {
    std::filesystem::copy_file(file_of(variable), file + ".new",
                               std::filesystem::copy_options::overwrite_existing);
    std::filesystem::rename(file + ".new", file);
  }

  std::string folder_;
  // Made before a test names caches: Heimdal looks at the default one for an acceptor, too, and
  // crashes in a folder.
  const TestCredential server_ = acceptor();
};

}  // namespace negodbc::test

#endif  // NEGODBC_TESTS_SUPPORT_IDENTITY_FIXTURE_H_
