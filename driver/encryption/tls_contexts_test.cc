#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <random>

#include "driver/base/error.h"
#include "driver/encryption/tls.h"

namespace negodbc::encryption {
namespace {

class TlsContexts : public ::testing::Test {
 protected:
  void SetUp() override {
    directory_ = std::filesystem::path(::testing::TempDir()) /
                 ("negodbc-tls-" + std::to_string(std::random_device{}()));
    ASSERT_TRUE(std::filesystem::create_directory(directory_));
    settings_.ssl_mode = SslMode::prefer;
    settings_.ssl_root_cert = (directory_ / "root.crt").string();
  }
  void TearDown() override { std::filesystem::remove_all(directory_); }

  std::filesystem::path directory_;
  TlsOptions settings_;
};

TEST_F(TlsContexts, AreMadeOnceForTheSameSettings) {
  const auto first = tls_context_for(settings_);
  EXPECT_EQ(tls_context_for(settings_), first);
  TlsOptions other = settings_;
  other.ssl_min_version = "TLSv1.3";
  EXPECT_NE(tls_context_for(other), first);
  other = settings_;
  other.ssl_sni = false;
  EXPECT_NE(tls_context_for(other), first);
  other = settings_;
  other.ssl_mode = SslMode::require;
  EXPECT_NE(tls_context_for(other), first);
  EXPECT_EQ(tls_context_for(settings_), first);
}

TEST_F(TlsContexts, AreMadeAnewWhenAFileChanges) {
  const auto first = tls_context_for(settings_);
  std::ofstream(settings_.ssl_root_cert) << "no certificate";
  EXPECT_THROW(tls_context_for(settings_), ConnectionError);
  EXPECT_THROW(tls_context_for(settings_), ConnectionError);  // a failure is not remembered
  std::filesystem::remove(settings_.ssl_root_cert);
  EXPECT_NO_THROW(tls_context_for(settings_));
}

TEST_F(TlsContexts, AreNotSharedByWhoHasAnotherPassphrase) {
  settings_.ssl_password = Secret("one");
  const auto first = tls_context_for(settings_);
  TlsOptions other = settings_;
  other.ssl_password = Secret("two");
  EXPECT_NE(tls_context_for(other), first);
}

}  // namespace
}  // namespace negodbc::encryption
