// Names of files in letters that the ANSI code page of most systems lacks: some of them on each.
#include "driver/base/path.h"

#include <gtest/gtest.h>

#include <cerrno>
#include <fstream>
#include <random>

#include "driver/base/file_fault.h"

namespace negodbc {
namespace {

constexpr char name[] = "Żółć ü 日本 😀";

class Paths : public ::testing::Test {
 protected:
  Paths()
      : folder_(std::filesystem::temp_directory_path() /
                path_of(std::string("negodbc ") + name + std::to_string(std::random_device{}()))) {
    std::filesystem::create_directory(folder_);
  }
  ~Paths() override { std::filesystem::remove_all(folder_); }
  std::filesystem::path folder_;
};

TEST_F(Paths, AreTheSameThereAndBack) {
  EXPECT_EQ(text_of_path(path_of(name)), name);
  EXPECT_EQ(path_of(text_of_path(folder_)), folder_);
  EXPECT_NE(text_of_path(folder_).find(name), std::string::npos);
  EXPECT_EQ(text_of_path(path_of("")), "");
}

TEST_F(Paths, LeadToTheFileOfThatName) {
  const std::string file = text_of_path(folder_) + "/" + name + ".txt";
  errno = 0;
  EXPECT_EQ(open_by_name(file, "rb"), nullptr);
  EXPECT_EQ(errno, ENOENT);
  {
    const OpenFile made = open_by_name(file, "wb");
    ASSERT_NE(made, nullptr);
    std::fputs("here", made.get());
  }
  std::size_t count = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder_)) {
    ++count;
    EXPECT_EQ(text_of_path(entry.path().filename()), std::string(name) + ".txt");
  }
  EXPECT_EQ(count, 1u);
  std::string word;
  std::ifstream(path_of(file)) >> word;
  EXPECT_EQ(word, "here");
  EXPECT_EQ(fault_of_file(file), "");
  EXPECT_EQ(fault_of_file(file, 3), "it has 4 bytes, more than any such file");
  EXPECT_EQ(fault_of_file(text_of_path(folder_)), "it is a folder");
}

TEST_F(Paths, AreSeenFromTheWorkingDirectory) {
  const std::filesystem::path before = std::filesystem::current_path();
  std::filesystem::current_path(folder_);
  const std::string whole = absolute_path("x.log");
  const std::string same = absolute_path(whole);
  std::filesystem::current_path(before);
  EXPECT_EQ(path_of(whole).parent_path().filename(), folder_.filename());
  EXPECT_EQ(same, whole);
}

TEST_F(Paths, VariablesAreNoBytesOfACodePage) {
  EXPECT_FALSE(variable_of_environment("NEGODBC_NO_SUCH_VARIABLE"));
  // tests/wine/run and every test's environment hand it on.
  EXPECT_EQ(variable_of_environment("NEGODBC_TEST_NAME").value_or(""), name);
}

}  // namespace
}  // namespace negodbc
