// Which files commands are told of that change them, and where kinit may be told to write.
#include "cli/examination/file_remedy.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <random>
#include <string>
#include <string_view>

#include "cli/examination/cache_place.h"
#include "cli/examination/kerberos_configuration.h"

namespace negodbc::cli {
namespace {

using namespace std::string_view_literals;

constexpr uid_t nobody = 65534;

class FileRemedy : public ::testing::Test {
 protected:
  void SetUp() override { ASSERT_TRUE(std::filesystem::create_directory(folder_)); }
  void TearDown() override { std::filesystem::remove_all(folder_); }
  [[nodiscard]] std::string path(const std::string& name) const { return folder_ / name; }
  std::string with(const std::string& name, std::string_view content) {
    std::ofstream(path(name), std::ios::binary) << content;
    return path(name);
  }

  std::filesystem::path folder_ = std::filesystem::path(::testing::TempDir()) /
                                  ("negodbc-remedy-" + std::to_string(std::random_device{}()));
};

TEST_F(FileRemedy, Kinit_replaces_nothing_but_a_cache) {
  for (const char* prefix : {"FILE:", ""}) {
    EXPECT_TRUE(place_for_kinit(prefix + path("absent")).good);
    EXPECT_TRUE(place_for_kinit(prefix + with("cache", "\5\4rest"sv)).good);
    EXPECT_TRUE(place_for_kinit(prefix + with("empty", ""sv)).good);
    EXPECT_FALSE(place_for_kinit(prefix + with("text", "root:x:0:0"sv)).good);
    EXPECT_FALSE(place_for_kinit(prefix + folder_.string()).good);
    EXPECT_FALSE(place_for_kinit(prefix + with("text", "x"sv) + "/cache").good);
  }
  ASSERT_EQ(mkfifo(path("pipe").c_str(), 0600), 0);
  EXPECT_FALSE(place_for_kinit("FILE:" + path("pipe")).good);
  EXPECT_FALSE(place_for_kinit("FILE:/dev/null").good);
  std::filesystem::create_symlink(path("nowhere"), path("dangling"));
  EXPECT_FALSE(place_for_kinit("FILE:" + path("dangling")).good);
  const CachePlace below = place_for_kinit("FILE:" + path("one/more/cache"));
  EXPECT_TRUE(below.good);
  EXPECT_EQ(below.folder, path("one/more"));
  EXPECT_TRUE(place_for_kinit("KCM:").good);
  EXPECT_FALSE(place_for_kinit("MEMORY:x").good);
}

TEST_F(FileRemedy, Kinit_writes_into_no_folder_but_a_collections) {
  std::filesystem::create_directory(path("caches"));
  EXPECT_TRUE(place_for_kinit("DIR:" + path("caches")).good);
  with("caches/primary", "tkt\n"sv);
  with("caches/tktbob", ""sv);
  EXPECT_TRUE(place_for_kinit("DIR:" + path("caches")).good);
  EXPECT_TRUE(place_for_kinit("DIR::" + path("caches/tktbob")).good);
  with("caches/passwd", ""sv);
  EXPECT_FALSE(place_for_kinit("DIR:" + path("caches")).good);
  EXPECT_FALSE(place_for_kinit("DIR::" + path("caches/tktbob")).good);
  EXPECT_TRUE(place_for_kinit("DIR:" + path("absent")).good);
}

TEST_F(FileRemedy, Another_users_files_are_left_alone) {
  if (geteuid() != 0) GTEST_SKIP() << "only root can give a file away";
  with("cache", "\5\4rest"sv);
  with("key", "-----BEGIN PRIVATE KEY-----\n"sv);
  std::filesystem::create_directory(path("caches"));
  EXPECT_EQ(to_make_private(path("key"), FileKind::private_key), "chmod 600 " + path("key"));
  for (const char* name : {"cache", "key", "caches"})
    ASSERT_EQ(chown(path(name).c_str(), nobody, nobody), 0);
  EXPECT_FALSE(place_for_kinit("FILE:" + path("cache")).good);
  EXPECT_FALSE(place_for_kinit("DIR:" + path("caches")).good);
  EXPECT_EQ(to_make_private(path("key"), FileKind::private_key), "");
}

TEST_F(FileRemedy, An_editor_gets_what_is_of_the_kind) {
  const std::string config = with("krb5.conf", "[libdefaults]\n"sv);
  EXPECT_EQ(to_change_by_hand(config, FileKind::kerberos_configuration), "${EDITOR:-vi} " + config);
  const std::string other = with("passwd", "root:x:0:0\n"sv);
  EXPECT_EQ(to_change_by_hand(other, FileKind::kerberos_configuration), "");
  EXPECT_EQ(to_change_by_hand(path("absent"), FileKind::kerberos_configuration), "");
  EXPECT_EQ(to_change_by_hand("/dev/zero", FileKind::kerberos_configuration), "");
}

TEST_F(FileRemedy, Who_can_read_a_file_needs_no_right_to) {
  EXPECT_EQ(to_let_read(with("odbc.ini", ""sv)), "");
  EXPECT_EQ(to_let_read(path("absent")), "");
}

TEST_F(FileRemedy, What_the_environment_names_is_put_nothing_into_but_a_krb5_conf) {
  const auto put_into = [](const std::string& file, const char* whence) {
    KerberosConfiguration configuration;
    configuration.files = {{file, whence, ""}};
    return configuration.to_put("realms", "R = {\\n}");
  };
  const std::string config = with("krb5.conf", "[libdefaults]\n"sv);
  const std::string other = with("passwd", "root:x:0:0\n"sv);
  for (const char* whence : {"KRB5_CONFIG", "the system's"})
    EXPECT_EQ(put_into(config, whence), "printf '[realms]\\nR = {\\n}\\n' | sudo tee -a " + config);
  KerberosConfiguration hostile;
  hostile.files = {{config, "the system's", ""}};
  EXPECT_EQ(hostile.to_put("realms", "R'; echo 100%; ' = {\\n}"),
            R"(printf '[realms]\nR'\''; echo 100%%; '\'' = {\n}\n' | sudo tee -a )" + config);
  EXPECT_EQ(put_into(other, "KRB5_CONFIG"), "unset KRB5_CONFIG");
  EXPECT_EQ(put_into("/dev/null", "KRB5_CONFIG"), "unset KRB5_CONFIG");
  EXPECT_EQ(put_into(path("absent"), "the system's"),
            "printf '[realms]\\nR = {\\n}\\n' | sudo tee -a " + path("absent"));
  ASSERT_EQ(mkfifo(path("pipe").c_str(), 0600), 0);
  EXPECT_EQ(put_into(path("pipe"), "the system's"),
            "mv " + path("pipe") + " " + path("pipe") + ".away");
}

}  // namespace
}  // namespace negodbc::cli
