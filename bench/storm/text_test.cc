// What others wrote is made harmless; files are there whole or not at all.
#include "bench/storm/text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "bench/storm/output_file.h"

namespace negodbc::bench {
namespace {

namespace fs = std::filesystem;
using testing::IsEmpty;

TEST(Text, IsUtf8AfterwardsWhateverItWas) {
  const std::pair<const char*, const char*> cases[] = {
      {"plain", "plain"},
      {"Grüße 東京 🙂", "Grüße 東京 🙂"},
      {"latin \xe9t\xe9", "latin \xef\xbf\xbdt\xef\xbf\xbd"},
      {"\xc0\xaf", "\xef\xbf\xbd\xef\xbf\xbd"},                  // too long a form
      {"\xed\xa0\x80", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"},  // a surrogate
      {"\xf4\x90\x80\x80", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"},
      {"cut \xe6\x9d", "cut \xef\xbf\xbd\xef\xbf\xbd"}};
  for (const auto& [text, valid] : cases) EXPECT_EQ(valid_utf8(text), valid);
}

TEST(Text, OfOthersDoesNothingToATerminal) {
  const std::pair<const char*, const char*> cases[] = {
      {"plain ü", "plain ü"},
      {"red \x1b[31m", "red \\x1b[31m"},
      {"title \x1b]0;x\x07", "title \\x1b]0;x\\x07"},
      {"csi \xc2\x9b"
       "31m",
       "csi \\x9b31m"},
      {"back\x08space\x7f", "back\\x08space\\x7f"},
      {"one\n\ttwo\r\n", "one two "},
      {"turned \xe2\x80\xae", "turned \\u202e"},
      {"raw \x9b", "raw \xef\xbf\xbd"}};
  for (const auto& [text, line] : cases) EXPECT_EQ(one_line(text), line);
}

TEST(Text, HasAWidth) {
  EXPECT_EQ(width_of("83 µs"), 5u);
}

class OutputFileTest : public testing::Test {
 protected:
  void SetUp() override {
    fs::remove_all(directory_);
    fs::create_directory(directory_);
  }
  void TearDown() override { fs::remove_all(directory_); }

  static std::string content(const fs::path& path) {
    std::ifstream file(path);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  std::vector<std::string> names() const {
    std::vector<std::string> all;
    for (const auto& each : fs::directory_iterator(directory_))
      all.push_back(each.path().filename());
    return all;
  }

  const fs::path directory_ = fs::path(testing::TempDir()) / "negodbc-output-file";
};

TEST_F(OutputFileTest, IsThereWhenItIsWhole) {
  const fs::path path = directory_ / "report.json";
  {
    OutputFile file(path);
    EXPECT_FALSE(fs::exists(path));
    file.write("whole");
    EXPECT_EQ(content(path), "whole");
  }
  EXPECT_THAT(names(), testing::ElementsAre("report.json"));
}

TEST_F(OutputFileTest, LeavesWhatWasThereUntilItIsWhole) {
  const fs::path path = directory_ / "report.json";
  std::ofstream(path) << "before";
  { const OutputFile file(path); }
  EXPECT_EQ(content(path), "before");
  EXPECT_EQ(names().size(), 1u);
  OutputFile(path).write("after");
  EXPECT_EQ(content(path), "after");
}

TEST_F(OutputFileTest, TellsAtOnceWhatCanNotBeWritten) {
  EXPECT_THROW(OutputFile(directory_ / "absent" / "report.json"), std::runtime_error);
  EXPECT_THROW(OutputFile{directory_}, std::runtime_error);
  EXPECT_THAT(names(), IsEmpty());
}

TEST_F(OutputFileTest, ReplacesTheFileBehindALink) {
  const fs::path path = directory_ / "report.json";
  std::ofstream(path) << "before";
  fs::create_symlink("report.json", directory_ / "link");
  OutputFile(directory_ / "link").write("after");
  EXPECT_TRUE(fs::is_symlink(directory_ / "link"));
  EXPECT_EQ(content(path), "after");
}

TEST_F(OutputFileTest, WhatIsNoOrdinaryFileIsWrittenInPlace) {
  OutputFile("/dev/null").write("nothing");
  EXPECT_TRUE(fs::is_character_file("/dev/null"));
  EXPECT_THROW(OutputFile("/dev/full").write("something"), std::runtime_error);
}

}  // namespace
}  // namespace negodbc::bench
