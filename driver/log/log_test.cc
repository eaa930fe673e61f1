// What a line looks like, and that it stays whole.
#include "driver/log/log.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <regex>
#include <thread>
#include <vector>

#include "driver/base/error.h"
#include "driver/base/process.h"

namespace negodbc::log {
namespace {

// A name that no file has, and what was written there.
class LogTest : public ::testing::Test {
 protected:
  LogTest() {
    const auto* const test = ::testing::UnitTest::GetInstance()->current_test_info();
    path_ = (std::filesystem::temp_directory_path() /
             ("negodbc-log-" + std::to_string(process_number()) + "-" + test->name()))
                .string();
    std::filesystem::remove(path_);
  }
  ~LogTest() override {
    std::error_code ignored;
    std::filesystem::remove(path_, ignored);
  }
  [[nodiscard]] std::vector<std::string> lines() const {
    std::vector<std::string> all;
    std::ifstream file(path_, std::ios::binary);
    for (std::string line; std::getline(file, line);) all.push_back(line);
    return all;
  }

  std::string path_;
};

TEST_F(LogTest, ALineHasTimeProcessConnectionAndWhatBelongsToTheEvent) {
  Log first(path_, Level::logins);
  Log second(path_, Level::logins);
  first.write("login", {{"host", "db.example.com:5432"}, {"user", "alice b"}});
  second.write("disconnect", {});
  const auto found = lines();
  ASSERT_EQ(found.size(), 2U);
  const std::string head = "\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{6}Z " +
                           std::to_string(process_number()) + " c(\\d+) ";
  std::smatch one;
  std::smatch other;
  ASSERT_TRUE(std::regex_match(
      found[0], one, std::regex(head + "login host=db\\.example\\.com:5432 user=\"alice b\"")))
      << found[0];
  ASSERT_TRUE(std::regex_match(found[1], other, std::regex(head + "disconnect"))) << found[1];
  EXPECT_NE(one[1], other[1]) << "connections have numbers of their own";
}

TEST_F(LogTest, WhatAValueHoldsMakesNoLineAndNoFieldOfItsOwn) {
  Log log(path_, Level::logins);
  log.write("error", {{"text", "a \"b\" \\\n2026 c9 login user=root\r\t\x1b[31m\u009b\u202eevil"},
                      {"empty", ""}});
  const auto found = lines();
  ASSERT_EQ(found.size(), 1U);
  EXPECT_NE(found[0].find(" error text=\"a \\\"b\\\" \\\\\\n2026 c9 login "
                          "user=root\\r\\t\\x1B[31m\\u009B\\u202Eevil\""
                          " empty=\"\""),
            std::string::npos)
      << found[0];
}

TEST_F(LogTest, ALongValueIsCutBetweenCharactersAndItsLengthTold) {
  Log log(path_, Level::values);
  std::string text = "x";
  for (int i = 0; i < 20000; ++i) text += "\xc3\xa4";
  log.write("statement", {{"text", text}, {"after", "1"}});
  const auto found = lines();
  ASSERT_EQ(found.size(), 1U);
  EXPECT_NE(found[0].find("\xc3\xa4\"...(40001_bytes) after=1"), std::string::npos);
  EXPECT_LT(found[0].size(), 17000U);
}

TEST_F(LogTest, ALevelTellsWhatThoseBeforeItDo) {
  const Log log(path_, Level::logins);
  EXPECT_TRUE(log.tells(Level::errors));
  EXPECT_TRUE(log.tells(Level::logins));
  EXPECT_FALSE(log.tells(Level::statements));
  EXPECT_FALSE(log.tells(Level::values));
}

TEST_F(LogTest, WhatIsThereStays) {
  std::ofstream(path_, std::ios::binary) << "before\n";
  Log(path_, Level::errors).write("error", {});
  const auto found = lines();
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0], "before");
}

TEST_F(LogTest, LinesOfSeveralThreadsAndLogsStayWhole) {
  constexpr int threads = 4;
  constexpr int each = 500;
  Log shared(path_, Level::values);
  {
    std::vector<std::jthread> running;
    running.reserve(threads);
    for (int thread = 0; thread < threads; ++thread) {
      running.emplace_back([&, thread] {
        Log own(path_, Level::values);
        const std::string text(1000 + static_cast<std::size_t>(thread),
                               static_cast<char>('a' + thread));
        for (int i = 0; i < each; ++i) (i % 2 == 0 ? shared : own).write("x", {{"text", text}});
      });
    }
  }
  const auto found = lines();
  EXPECT_EQ(found.size(), static_cast<std::size_t>(threads * each));
  for (const std::string& line : found) {
    const auto at = line.find(" x text=");
    ASSERT_NE(at, std::string::npos) << line;
    const std::string text = line.substr(at + 8);
    ASSERT_TRUE(text[0] >= 'a' && text[0] < 'a' + threads) << line;
    ASSERT_EQ(text, std::string(1000 + static_cast<std::size_t>(text[0] - 'a'), text[0]));
  }
  EXPECT_FALSE(shared.has_failed());
}

TEST_F(LogTest, APathThatCannotBeWrittenIsAWarningWithTheReason) {
  const std::string nowhere =
      (std::filesystem::path(path_ + "-absent") / "log").make_preferred().string();
  try {
    const Log log(nowhere, Level::errors);
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.state(), "01000");
    EXPECT_NE(std::string(error.what()).find("the log " + nowhere + " can't be written: "),
              std::string::npos)
        << error.what();
  }
}

}  // namespace
}  // namespace negodbc::log
