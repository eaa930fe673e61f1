// The log for support, through the driver manager: what it tells, and what it never does.
#include <gtest/gtest.h>
#include <sql.h>
#include <sqlext.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include "driver/api/testing/odbc_client.h"

namespace negodbc::odbc {
namespace {

using testing::Client;
using testing::Query;

class SupportLog : public ::testing::Test {
 protected:
  SupportLog() {
    const auto* const test = ::testing::UnitTest::GetInstance()->current_test_info();
    path_ = (std::filesystem::temp_directory_path() /
             (std::string("negodbc-support-log-") + test->name()))
                .string();
    std::filesystem::remove(path_);
  }
  ~SupportLog() override {
    std::error_code ignored;
    std::filesystem::remove(path_, ignored);
  }
  [[nodiscard]] std::string settings(const char* words) const {
    return std::string(words) + ";Log=" + path_;
  }
  [[nodiscard]] std::vector<std::string> lines() const {
    std::vector<std::string> all;
    std::ifstream file(path_);
    for (std::string line; std::getline(file, line);) all.push_back(line);
    return all;
  }
  [[nodiscard]] std::string all() const {
    std::string text;
    for (const std::string& line : lines()) text += line + '\n';
    return text;
  }
  // The first line of an event, "" when there is none.
  [[nodiscard]] std::string line_of(const std::string& event) const {
    for (const std::string& line : lines())
      if (line.find(' ' + event + ' ') != std::string::npos) return line;
    return "";
  }
  static void expect(const std::string& line, std::initializer_list<const char*> parts) {
    for (const char* part : parts)
      EXPECT_NE(line.find(part), std::string::npos) << part << " in: " << line;
  }

  // INSERT with a parameter that is a secret, and a unique violation that tells it.
  static void work(const Client& client) {
    const Query query(client);
    query.run("CREATE TEMPORARY TABLE log_t (a text PRIMARY KEY, b int)");
    ASSERT_EQ(query.prepare("INSERT INTO log_t VALUES (?, 4711) -- Kommentar"), SQL_SUCCESS);
    std::string value = "s3cret-value";
    SQLLEN length = static_cast<SQLLEN>(value.size());
    SQLBindParameter(query.get(), 1, SQL_PARAM_INPUT, SQL_C_CHAR, SQL_VARCHAR, 40, 0, value.data(),
                     length, &length);
    EXPECT_EQ(SQLExecute(query.get()), SQL_SUCCESS) << query.error();
    EXPECT_EQ(SQLExecute(query.get()), SQL_ERROR);
    EXPECT_EQ(query.error().substr(0, 5), "23000");
    EXPECT_EQ(query.exec("SELECT 's3cret-constant'::int"), SQL_ERROR);
    EXPECT_EQ(query.exec("DO $$BEGIN RAISE EXCEPTION 's3cret-words'; END$$"), SQL_ERROR);
    EXPECT_EQ(query.exec("ALTER ROLE nobody_known PASSWORD 'p4ssword'"), SQL_ERROR);
    EXPECT_EQ(query.exec("ALTER ROLE x PASSWORD = 'p4ssword'"), SQL_ERROR);
  }

  std::string path_;
};

TEST_F(SupportLog, ALoginByTicketIsToldWithItsSteps) {
  { const Client client(settings("DSN=negodbc;Trusted_Connection=Yes;SSLmode=disable").c_str()); }
  expect(line_of("login_begins"), {" ticket=required ", " sslmode=disable", " program="});
  expect(line_of("attempt"), {" address=127.0.0.1", " encryption=none"});
  const std::string principal = std::string("alice@") + std::getenv("NEGODBC_REALM");
  expect(line_of("authenticated"),
         {" way=gss ", "SPN postgres/", "credential cache FILE:", "libgssapi", principal.c_str()});
  expect(line_of("login"), {" user=alice ", " way=gss ", " encryption=none ", " server_version=",
                            " total_us=", " names_us=", " tcp_us=", " token_us=", " server_us="});
  EXPECT_NE(all().find(" disconnect server=there\n"), std::string::npos) << all();
  for (const std::string& line : lines()) {
    const std::string number = line.substr(line.find(" c"), 4);
    EXPECT_EQ(line.find(number), lines().front().find(number)) << "one connection: " << line;
  }
}

TEST_F(SupportLog, AFailedLoginIsToldWithItsCauseAndWithoutThePassword) {
  const Client client("", false);
  const std::string words = settings("DSN=negodbc-scram;PWD=p4ssword;LogLevel=values");
  EXPECT_EQ(SQLDriverConnect(client.dbc(), nullptr, testing::chars(words.c_str()), SQL_NTS, nullptr,
                             0, nullptr, SQL_DRIVER_NOPROMPT),
            SQL_ERROR);
  expect(line_of("login_begins"), {" user=scram_user ", " password=given "});
  expect(line_of("login_failed"), {" total_us="});
  expect(line_of("error"), {" state=28000 handle=connection ", "password authentication failed"});
  EXPECT_EQ(all().find("p4ssword"), std::string::npos) << all();
}

TEST_F(SupportLog, StatementsAreToldWithoutValues) {
  work(Client(settings("DSN=negodbc-trust").c_str()));
  const std::string text = all();
  EXPECT_NE(text.find("INSERT INTO log_t VALUES ($1, ?)"), std::string::npos) << text;
  expect(line_of("statement"), {" number=", " parameters=0 sets=1 ", "CREATE TEMPORARY TABLE"});
  expect(line_of("executed"), {" number=", " us=", " affected="});
  EXPECT_NE(text.find(" error state=23000 handle=statement "), std::string::npos) << text;
  EXPECT_NE(text.find("unique constraint \\\"log_t_pkey\\\""), std::string::npos) << text;
  EXPECT_NE(text.find(" failed number="), std::string::npos) << text;
  for (const char* secret : {"s3cret", "4711", "p4ssword", "Kommentar"})
    EXPECT_EQ(text.find(secret), std::string::npos) << secret << " in " << text;
}

TEST_F(SupportLog, ValuesAreToldWhereTheyAreAskedForAndPasswordsAreNot) {
  work(Client(settings("DSN=negodbc-trust;LogLevel=values").c_str()));
  const std::string text = all();
  for (const char* value : {" values $1=s3cret-value\n", "(a)=(s3cret-value)", "s3cret-constant",
                            "s3cret-words", "4711"})
    EXPECT_NE(text.find(value), std::string::npos) << value << " in " << text;
  EXPECT_EQ(text.find("p4ssword"), std::string::npos) << text;
}

TEST_F(SupportLog, ALowerLevelTellsLess) {
  work(Client(settings("DSN=negodbc-trust;LogLevel=errors").c_str()));
  ASSERT_FALSE(lines().empty());
  for (const std::string& line : lines())
    EXPECT_NE(line.find(" error state="), std::string::npos) << line;
}

TEST_F(SupportLog, ACancelIsTold) {
  const Client client(settings("DSN=negodbc-trust;LogLevel=logins").c_str());
  const Query query(client);
  std::jthread canceller([&] {
    for (int i = 0; i < 100 && line_of("cancel").find("asked=yes") == std::string::npos; ++i) {
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
      SQLCancel(query.get());
    }
  });
  EXPECT_EQ(query.exec("SELECT pg_sleep(30)"), SQL_ERROR);
  canceller.join();
  expect(line_of("error"), {" state=HY008 "});
  EXPECT_NE(all().find(" cancel of=statement asked=yes\n"), std::string::npos) << all();
}

TEST_F(SupportLog, OneThatCannotBeWrittenIsAWarningAndNoReasonNotToConnect) {
  const Client client("", false);
  const std::string words = "DSN=negodbc-trust;Log=" + path_ + "-absent/log";
  EXPECT_EQ(SQLDriverConnect(client.dbc(), nullptr, testing::chars(words.c_str()), SQL_NTS, nullptr,
                             0, nullptr, SQL_DRIVER_NOPROMPT),
            SQL_SUCCESS_WITH_INFO);
  const std::string said = testing::diagnostic(SQL_HANDLE_DBC, client.dbc());
  EXPECT_EQ(said.substr(0, 5), "01000");
  EXPECT_NE(said.find("can't be written"), std::string::npos) << said;
  EXPECT_EQ(testing::diagnostic(SQL_HANDLE_DBC, client.dbc(), 2), "") << "told once";
  const Query query(client);
  EXPECT_EQ(query.exec("SELECT 1"), SQL_SUCCESS);
}

TEST_F(SupportLog, PsqlodbcsWordsSwitchItOn) {
  const std::string folder = path_ + "-folder";
  std::filesystem::remove_all(folder);
  std::filesystem::create_directory(folder);
  { const Client client(("DSN=negodbc-trust;CommLog=1;Logdir=" + folder).c_str()); }
  std::vector<std::filesystem::path> found;
  for (const auto& entry : std::filesystem::directory_iterator(folder))
    found.push_back(entry.path());
  ASSERT_EQ(found.size(), 1U);
  EXPECT_TRUE(found[0].filename().string().starts_with("negodbc_")) << found[0];
  EXPECT_GT(std::filesystem::file_size(found[0]), 0U);
  std::filesystem::remove_all(folder);
}

TEST_F(SupportLog, TwoThreadsWriteWholeLines) {
  constexpr int each = 200;
  {
    const auto run = [&] {
      const Client client(settings("DSN=negodbc-trust").c_str());
      const Query query(client);
      for (int i = 0; i < each; ++i) query.run("SET application_name TO 'x'");
    };
    const std::jthread one(run);
    const std::jthread other(run);
  }
  const auto found = lines();
  const auto executed = std::count_if(found.begin(), found.end(), [](const std::string& line) {
    return line.find(" statement number=") != std::string::npos &&
           line.ends_with(" text=\"SET application_name TO ?\"");
  });
  EXPECT_EQ(executed, 2 * each);
  for (const std::string& line : found) EXPECT_EQ(line.substr(0, 2), "20") << line;
}

}  // namespace
}  // namespace negodbc::odbc
