// Commands out of the driver's words: what is told, what is quoted, and what a server can't bring
// in.
#include "cli/examination/told_commands.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <random>
#include <string>

#include "cli/examination/file_remedy.h"

namespace negodbc::cli {
namespace {

std::string told(const std::string& text) {
  return command_told(text, {});
}

TEST(ToldCommands, Those_of_the_servers_administrator) {
  EXPECT_EQ(
      told("db:5432 refused the login: role \"mallory\" does not exist (28000). Have the role "
           "mallory created, or name another one with UID"),
      "sudo -u postgres createuser mallory    # on the server");
  EXPECT_EQ(told("db:5432 refused the login: role \"a b\" is not permitted to log in (28000). Have "
                 "it allowed (ALTER ROLE a b LOGIN), or name another role by UID"),
            "sudo -u postgres psql -c 'ALTER ROLE \"a b\" LOGIN'    # on the server");
  EXPECT_EQ(told("db:5432 refused the login: permission denied for database \"d\". User does not "
                 "have CONNECT privilege. (42501). Have GRANT CONNECT ON DATABASE ... TO u "
                 "executed, or name another one by Database"),
            "sudo -u postgres psql -c 'GRANT CONNECT ON DATABASE \"d\" TO \"u\"'    # on the "
            "server");
  EXPECT_EQ(told("db:5432 refused the login: password authentication failed for user \"s\" "
                 "(28P01). Check UID and PWD"),
            "sudo -u postgres psql -c '\\password \"s\"'    # on the server");
}

TEST(ToldCommands, Those_of_the_realms_and_of_files) {
  EXPECT_EQ(told("failed: Password has expired. Set a new password of p@R.TEST (kpasswd, or kinit, "
                 "which asks for it)."),
            "kpasswd p@R.TEST");
  EXPECT_EQ(told("not from this machine (kadmin: get p@R.TEST). (SPN postgres/db)"),
            "sudo kadmin -q 'getprinc p@R.TEST'");
}

class ToldFiles : public ::testing::Test {
 protected:
  void SetUp() override { std::ofstream(key_) << "-----BEGIN PRIVATE KEY-----\n"; }
  void TearDown() override { std::filesystem::remove(key_); }
  [[nodiscard]] static std::string readable(const std::string& path) {
    return "the private key " + path + " can be read by others; chmod 600 it";
  }

  const std::string key_ =
      ::testing::TempDir() + "negodbc told " + std::to_string(std::random_device{}());
};

TEST_F(ToldFiles, Only_what_is_a_key_is_changed) {
  EXPECT_EQ(told("Cannot connect to db:5432: " + readable(key_)), "chmod 600 '" + key_ + "'");
  std::ofstream(key_) << "root:x:0:0:";
  EXPECT_EQ(told("Cannot connect to db:5432: " + readable(key_)), "");
  EXPECT_EQ(told("Cannot connect to db:5432: " + readable("/dev/zero")), "");
}

TEST_F(ToldFiles, A_server_leads_to_none) {
  EXPECT_EQ(told("db:5432 refused the login: " + readable(key_) + " (28000)"), "");
  EXPECT_EQ(told("db:5432 refused the login: name one by SSLkey (28000)"), "");
}

TEST_F(ToldFiles, Another_one_is_named_where_it_stands) {
  const std::string text = "the private key /k can't be read: x. Name a PEM file by SSLkey";
  const std::string what = "a PEM file that " + this_user() + " can read";
  EXPECT_EQ(told(text), "name " + what + " by SSLkey in the connection string");
  Understanding known;
  known.settings.set(dsn::Key::dsn, "sales");
  EXPECT_EQ(command_told(text, known), "negodbc dsn edit sales SSLkey=FILE    # " + what);
}

TEST(ToldCommands, Settings_of_a_connection_string_and_of_a_data_source) {
  const std::string text =
      "db:5432 does not speak PostgreSQL's protocol over direct TLS; use sslnegotiation=postgres";
  EXPECT_EQ(told(text), "put sslnegotiation=postgres into the connection string");
  EXPECT_EQ(told("put that name into Server, or use sslmode=verify-ca"), "");
  Understanding known;
  known.settings.set(dsn::Key::dsn, "my sales");
  EXPECT_EQ(command_told(text, known), "negodbc dsn edit 'my sales' sslnegotiation=postgres");
  const std::string realm = "Correct Realm=ELSEWHERE.TEST, or leave it out: the ticket is of R";
  EXPECT_EQ(command_told(realm, known), "negodbc dsn edit 'my sales' Realm=");
  EXPECT_EQ(told(realm), "take Realm out of the connection string");
  EXPECT_EQ(told("connection string: Authentication=NTLM needs AllowNTLM=Yes"),
            "put AllowNTLM=Yes into the connection string");
  EXPECT_EQ(told("for TCP set large_message_size = 0 there, or set large_message_size=0"), "");
}

TEST(ToldCommands, A_server_brings_in_nothing) {
  const std::string refused = "db:5432 refused the login: ";
  EXPECT_EQ(told(refused + "say AuthPlugin=/tmp/x (28000)"), "");
  EXPECT_EQ(told(refused + "x (28000). say AuthPlugin=/tmp/x (28000)"), "");
  EXPECT_EQ(told(refused + "x (28000). use sslmode=disable (28000)"), "");
  EXPECT_EQ(told(refused + "x (28000). say UID=alice, take bob's ticket"),
            "put UID=alice into the connection string");
  EXPECT_EQ(told(refused + "role \"'; rm -rf /; '\" is not permitted to log in (28000)"),
            "sudo -u postgres psql -c 'ALTER ROLE \"'\\''; rm -rf /; '\\''\" LOGIN'    # on the "
            "server");
  EXPECT_EQ(told(refused + "role \"a\" SUPERUSER; --\" is not permitted to log in (28000)"),
            "sudo -u postgres psql -c 'ALTER ROLE \"a\"\" SUPERUSER; --\" LOGIN'    # on the "
            "server");
  EXPECT_EQ(
      told(refused + "role \"" + std::string(1U << 20U, 'x') + "\" is not permitted to log in"),
      "");
}

}  // namespace
}  // namespace negodbc::cli
