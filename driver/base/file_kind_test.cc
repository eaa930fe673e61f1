// Files by what they hold, whatever they are called.
#include "driver/base/file_kind.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <random>
#include <string>
#include <string_view>

#include "driver/base/os_user.h"

namespace negodbc {
namespace {

using namespace std::string_view_literals;

class FileKindTest : public ::testing::Test {
 protected:
  void SetUp() override { ASSERT_TRUE(std::filesystem::create_directory(folder_)); }
  void TearDown() override { std::filesystem::remove_all(folder_); }
  [[nodiscard]] std::string path(const char* name) const { return (folder_ / name).string(); }
  std::string with(std::string_view content) {
    std::ofstream(path("file"), std::ios::binary) << content;
    return path("file");
  }

  std::filesystem::path folder_ = std::filesystem::path(::testing::TempDir()) /
                                  ("negodbc-kind-" + std::to_string(std::random_device{}()));
};

TEST_F(FileKindTest, A_private_key) {
  for (const std::string_view key :
       {"-----BEGIN PRIVATE KEY-----\nMII\n"sv, "-----BEGIN ENCRYPTED PRIVATE KEY-----\r\nMII"sv,
        "Bag Attributes\n-----BEGIN CERTIFICATE-----\nx\n-----END CERTIFICATE-----\n"
        "-----BEGIN RSA PRIVATE KEY-----\n"sv})
    EXPECT_EQ(fault_of_kind(with(key), FileKind::private_key), "") << key;
  for (const std::string_view other :
       {""sv, "root:x:0:0:root:/root:/bin/sh\n"sv, "-----BEGIN CERTIFICATE-----\nMII\n"sv,
        "-----BEGIN \nPRIVATE KEY-----"sv, "-----BEGIN PUBLIC KEY-----\n"sv})
    EXPECT_EQ(fault_of_kind(with(other), FileKind::private_key), "it holds no private key")
        << other;
}

TEST_F(FileKindTest, What_has_a_key_in_it_and_is_a_program_is_no_key) {
  namespace fs = std::filesystem;
  const std::string key = "-----BEGIN PRIVATE KEY-----\nMII\n-----END PRIVATE KEY-----\n";
  for (const std::string& other :
       {"#!/bin/sh\ncat <<END\n" + key, std::string("\177ELF\0", 5) + key})
    EXPECT_EQ(fault_of_kind(with(other), FileKind::private_key), "it holds no private key");
  // On shares all files may have all rights.
  const std::string file = with(key);
  fs::permissions(file, fs::perms::all);
  EXPECT_EQ(fault_of_kind(file, FileKind::private_key), "");
  fs::permissions(with("export KEY='\n" + key + "'\n"), fs::perms::all);
  EXPECT_EQ(fault_of_kind(file, FileKind::private_key), "it is executable, as programs are");
}

TEST_F(FileKindTest, A_cache_and_a_keytab) {
  for (const char version : {'\1', '\2', '\3', '\4', '\5', '\0'}) {
    const std::string file = with(std::string("\5") + version + "rest");
    EXPECT_EQ(fault_of_kind(file, FileKind::ticket_cache).empty(), version >= 1 && version <= 4);
    EXPECT_EQ(fault_of_kind(file, FileKind::keytab).empty(), version == 1 || version == 2);
  }
  EXPECT_EQ(fault_of_kind(with("\5"sv), FileKind::ticket_cache), "it is no cache of tickets");
  EXPECT_EQ(fault_of_kind(with(""sv), FileKind::keytab), "it is no keytab");
}

TEST_F(FileKindTest, A_configuration_of_Kerberos) {
  for (const std::string_view text :
       {""sv, "# remark\n\n  [libdefaults]\n"sv, "include x\n[realms]"sv})
    EXPECT_EQ(fault_of_kind(with(text), FileKind::kerberos_configuration), "") << text;
  for (const std::string_view text : {"[main]\nname = value\n"sv, "root:x:0:0\n"sv, "# remark"sv})
    EXPECT_EQ(fault_of_kind(with(text), FileKind::kerberos_configuration), "it is no krb5.conf");
}

TEST_F(FileKindTest, What_is_no_ordinary_file_or_can_not_be_read) {
  ASSERT_EQ(mkfifo(path("pipe").c_str(), 0600), 0);
  EXPECT_EQ(fault_of_kind(path("pipe"), FileKind::keytab), "it is a pipe");
  EXPECT_EQ(fault_of_kind(folder_.string(), FileKind::keytab), "it is a folder");
  EXPECT_EQ(fault_of_kind("/dev/zero", FileKind::keytab), "it is a device");
  EXPECT_EQ(fault_of_kind(path("absent"), FileKind::keytab), "No such file or directory");
  EXPECT_EQ(fault_of_kind("/dev/null", FileKind::keytab), "it is no keytab");
  if (geteuid() == 0) return;
  ASSERT_EQ(chmod(with("\5\2"sv).c_str(), 0), 0);
  EXPECT_EQ(fault_of_kind(path("file"), FileKind::keytab), "Permission denied");
}

TEST_F(FileKindTest, Whose_it_is) {
  const std::string file = with("x"sv);
  EXPECT_TRUE(is_own_file(file));
  EXPECT_FALSE(is_own_file(path("absent")));
  std::filesystem::create_symlink(file, path("link"));
  EXPECT_TRUE(is_own_file(path("link")));
  if (geteuid() != 0) return;
  constexpr uid_t nobody = 65534;
  ASSERT_EQ(chown(file.c_str(), nobody, nobody), 0);
  EXPECT_FALSE(is_own_file(file));
  EXPECT_FALSE(is_own_file(path("link")));
}

}  // namespace
}  // namespace negodbc
