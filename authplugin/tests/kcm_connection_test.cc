// A connection to the daemon of KCM: caches that another user has opened is not used.
#include "sspi_gssapi/kcm_connection.h"

#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstring>
#include <filesystem>
#include <string>

namespace negodbc::test {
namespace {

using sspi_gssapi::Family;
using sspi_gssapi::GssLibrary;
using sspi_gssapi::is_known_to_daemon;

class KcmConnection : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_NE(::mkdtemp(folder_.data()), nullptr);
    heimdal_.family = Family::kHeimdal;
    mit_.family = Family::kMit;
    const std::string path = folder_ + "/.heim_org.h5l.kcm-socket";
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    ASSERT_LT(path.size(), sizeof(address.sun_path));
    std::memcpy(address.sun_path, path.c_str(), path.size());
    const auto* const at = reinterpret_cast<const sockaddr*>(&address);
    ASSERT_EQ(::bind(daemon_, at, sizeof(address)), 0);
    ASSERT_EQ(::listen(daemon_, 1), 0);
    EXPECT_TRUE(is_known_to_daemon(heimdal_, "KCM:")) << "nobody has opened one";
    ASSERT_EQ(::connect(connection_, at, sizeof(address)), 0);
  }
  void TearDown() override {
    ::close(connection_);
    ::close(daemon_);
    std::filesystem::remove_all(folder_);
  }

  std::string folder_ = (std::filesystem::temp_directory_path() / "negodbc-kcm-XXXXXX").string();
  const int daemon_ = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const int connection_ = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  GssLibrary heimdal_;
  GssLibrary mit_;
};

TEST_F(KcmConnection, Its_user_is_known) {
  EXPECT_TRUE(is_known_to_daemon(heimdal_, "KCM:"));
}

TEST_F(KcmConnection, Another_user_is_not) {
  if (::geteuid() != 0) GTEST_SKIP() << "needs root";
  const pid_t child = ::fork();
  if (child == 0) {
    if (::seteuid(65534) != 0) ::_exit(100);
    const bool right =
        !is_known_to_daemon(heimdal_, "KCM:") && !is_known_to_daemon(heimdal_, "KCM:one") &&
        is_known_to_daemon(heimdal_, "FILE:/one") && is_known_to_daemon(mit_, "KCM:");
    ::_exit(right ? 0 : 1);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << status;
}

}  // namespace
}  // namespace negodbc::test
