// Files that would keep their reader waiting, or are none.
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <random>
#include <string>

#include "driver/base/file_fault.h"

namespace negodbc {
namespace {

class FileFault : public ::testing::Test {
 protected:
  void SetUp() override { ASSERT_TRUE(std::filesystem::create_directory(folder_)); }
  void TearDown() override { std::filesystem::remove_all(folder_); }
  [[nodiscard]] std::string file(const char* name) const { return (folder_ / name).string(); }

  std::filesystem::path folder_ = std::filesystem::path(::testing::TempDir()) /
                                  ("negodbc-fault-" + std::to_string(std::random_device{}()));
};

TEST_F(FileFault, IsToldWithoutOpeningTheFile) {
  ASSERT_EQ(mkfifo(file("pipe").c_str(), 0600), 0);
  EXPECT_EQ(fault_of_file(file("pipe")), "it is a pipe");
  std::filesystem::create_symlink(file("pipe"), file("link"));
  EXPECT_EQ(fault_of_file(file("link")), "it is a pipe");
  EXPECT_EQ(fault_of_file(folder_.string()), "it is a folder");
  EXPECT_EQ(fault_of_file("/dev/zero"), "it is a device");
}

TEST_F(FileFault, NoneOfWhatCanBeReadOrIsNotThere) {
  std::ofstream(file("plain")) << "words";
  EXPECT_EQ(fault_of_file(file("plain")), "");
  EXPECT_EQ(fault_of_file("/dev/null"), "");
  EXPECT_EQ(fault_of_file(file("absent")), "");
  EXPECT_EQ(fault_of_file(""), "");
}

TEST_F(FileFault, OfSizeBeyondTheLargest) {
  std::ofstream(file("sparse")) << "";
  std::filesystem::resize_file(file("sparse"), largest_settings_file + 1);
  EXPECT_EQ(fault_of_file(file("sparse")), "it has " + std::to_string(largest_settings_file + 1) +
                                               " bytes, more than any such file");
  EXPECT_EQ(fault_of_file(file("sparse"), largest_settings_file + 1), "");
}

}  // namespace
}  // namespace negodbc
