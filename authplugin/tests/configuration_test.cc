// krb5.conf: which files it is made of, what is wrong in them.
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

#include "sspi_gssapi/configuration.h"
#include "sspi_gssapi/configuration_fault.h"
#include "sspi_gssapi/configuration_includes.h"
#include "sspi_gssapi/configuration_reader.h"
#include "tests/support/private_directory.h"
#include "tests/support/scoped_variable.h"

namespace negodbc::test {
namespace {

// The first fault of lines separated by |, with the line's number; "" when there is none.
std::string fault_of(std::string_view lines) {
  sspi_gssapi::ConfigurationGrammar grammar;
  for (int number = 1; !lines.empty(); ++number) {
    const std::size_t end = std::min(lines.find('|'), lines.size());
    const std::string_view fault = grammar.line(lines.substr(0, end));
    if (!fault.empty()) return std::to_string(number) + " " + std::string(fault);
    lines.remove_prefix(std::min(end + 1, lines.size()));
  }
  return std::string(grammar.end());
}

// An inode, its device, its mount: files that were made one after the other are neighbours.
TEST(Mix, Values_that_differ_in_one_place_are_never_the_same) {
  const auto mixed = [](std::uint64_t inode) {
    std::uint64_t told = inode;
    for (const std::uint64_t more : {std::uint64_t{27}, std::uint64_t{25}})
      sspi_gssapi::mix(told, more);
    return told;
  };
  std::vector<std::uint64_t> all;
  for (std::uint64_t inode = 1; inode <= 200'000; ++inode) all.push_back(mixed(inode));
  std::sort(all.begin(), all.end());
  EXPECT_EQ(std::adjacent_find(all.begin(), all.end()), all.end());
}

TEST(ConfigurationFault, What_is_well_formed_has_none) {
  EXPECT_EQ(fault_of("# words|[libdefaults]|  default_realm = A|\tx=\"a b\"|; more||"), "");
  EXPECT_EQ(fault_of("[realms]|A = {|kdc = a|v = {|x = y|}|}|B =|{|kdc = b|}*"), "");
  EXPECT_EQ(fault_of("include /a|includedir /b|module /c:d|[x]*|include = a"), "");
}

TEST(ConfigurationFault, Is_told_with_its_line) {
  EXPECT_EQ(fault_of("[libdefaults]|word"), "2 a name has no = behind it");
  EXPECT_EQ(fault_of("|[realms"), "2 a section's name has no ]");
  EXPECT_EQ(fault_of("a = b"), "1 it belongs to no section: no [name] comes before it");
  EXPECT_EQ(fault_of("[a]|}"), "2 a } closes nothing");
  EXPECT_EQ(fault_of("[a]|= b"), "2 there is no name before the =");
  EXPECT_EQ(fault_of("[a]|b = {|[c]"), "3 a section begins before the last { is closed");
  EXPECT_EQ(fault_of("[a]|b = {|c = d"), "the file ends before the last { is closed");
  EXPECT_EQ(fault_of("[a]|b = \"c"), "2 a quotation has no end");
}

// What is read, one word for each: a file's name, the lines of it that say something, its end.
class Recorder final : public sspi_gssapi::ConfigurationReader {
 public:
  std::string said;

 protected:
  static std::string name_of(const std::string& path) {
    return std::filesystem::path(path).filename();
  }
  void begin(const std::string& path, sspi_gssapi::ConfigurationOrigin /*origin*/,
             int error) override {
    said += name_of(path) + (error == 0 ? "( " : "! ");
  }
  void folder(const std::string& path, int error) override {
    said += name_of(path) + (error == 0 ? "/ " : "/! ");
  }
  void line(std::string_view text, std::size_t /*number*/) override {
    if (text.find('=') != std::string_view::npos) said += std::string(text) + " ";
  }
  void end(std::size_t lines) override { said += std::to_string(lines) + ") "; }
};

class ConfigurationFiles : public testing::Test {
 protected:
  void write(const std::string& name, const std::string& text) const {
    std::ofstream(folder_.file(name)) << text;
  }
  static std::string read() {
    Recorder recorder;
    recorder.read();
    return recorder.said;
  }
  const PrivateDirectory folder_;
};

TEST_F(ConfigurationFiles, Are_read_in_order_with_what_they_include_each_once) {
  std::filesystem::create_directory(folder_.file("parts"));
  write("parts/b", "b=1\n");
  write("parts/a.conf", "a=1\n");
  write("parts/.hidden.conf", "hidden=1\n");
  write("parts/old.conf~", "old=1\n");
  write("one", "x=1\n include  " + folder_.file("two") + "  \nincludedir " + folder_.file("parts") +
                   "\ny=1\n");
  write("two",
        "two=1\ninclude " + folder_.file("one") + "\ninclude " + folder_.file("none") + "\n");
  const std::string list = folder_.file("absent") + "::" + folder_.file("one") + ":" +
                           folder_.file("two") + ":" + folder_.path();
  const ScopedVariable variable("KRB5_CONFIG", list.c_str());
  const std::string own = std::filesystem::path(folder_.path()).filename();
  EXPECT_EQ(read(), "absent! one( x=1 two( two=1 none! 3) parts/ a.conf( a=1 1) b( b=1 1) y=1 4) " +
                        own + "! ");
}

TEST_F(ConfigurationFiles, A_pipe_is_told_and_not_waited_for) {
  ASSERT_EQ(::mkfifo(folder_.file("pipe").c_str(), 0600), 0);
  write("main", "include " + folder_.file("pipe") + "\nx=1\n");
  const ScopedVariable variable("KRB5_CONFIG", folder_.file("main").c_str());
  EXPECT_EQ(read(), "main( pipe! x=1 2) ");
  const std::string fault = folder_.file("pipe") + " can't be read: it is a pipe or a device";
  EXPECT_EQ(sspi_gssapi::configuration_fault(), fault);
  EXPECT_EQ(sspi_gssapi::Configuration::find({})->fault(), fault);
}

TEST_F(ConfigurationFiles, The_null_device_is_an_empty_one) {
  const ScopedVariable variable("KRB5_CONFIG", "/dev/null");
  EXPECT_EQ(read(), "null( 0) ");
  EXPECT_EQ(sspi_gssapi::Configuration::find({})->fault(), "");
}

TEST_F(ConfigurationFiles, A_fault_and_a_change_are_seen_in_the_same_files) {
  std::filesystem::create_directory(folder_.file("parts"));
  write("parts/a", "[libdefaults]\n");
  write("main", "includedir " + folder_.file("parts") + "\n[libdefaults]\n");
  const ScopedVariable variable("KRB5_CONFIG", folder_.file("main").c_str());
  const auto before = sspi_gssapi::Configuration::find({})->stamp();
  EXPECT_EQ(sspi_gssapi::configuration_fault(), "");
  write("parts/a", "[libdefaults]\nword\n");
  EXPECT_NE(sspi_gssapi::Configuration::find({})->stamp(), before);
  EXPECT_EQ(sspi_gssapi::configuration_fault(),
            folder_.file("parts/a") + ", line 2: a name has no = behind it");
}

TEST_F(ConfigurationFiles, What_stands_behind_an_include_line_is_missed_by_who_does_not_know_it) {
  std::filesystem::create_directory(folder_.file("parts"));
  const std::string include = "includedir " + folder_.file("parts") + "\n";
  const std::string realms = "[realms]\nA = {\n kdc = a\n}\n";
  const std::string main = folder_.file("main");
  const ScopedVariable variable("KRB5_CONFIG", main.c_str());
  const auto where = [&](const std::string& text) {
    write("main", text);
    return sspi_gssapi::where_includes_begin();
  };
  EXPECT_EQ(where(realms), "");
  EXPECT_EQ(where(realms + include), "");                     // an empty folder, and nothing below
  EXPECT_EQ(where(include + "[logging]\nx = FILE:y\n"), "");  // no affair of a client's
  EXPECT_EQ(where("# a\n" + include + realms), main + ", line 2");
  EXPECT_EQ(where(realms + include + "[capaths]\nx = y\n"), main + ", line 5");
  write("parts/a", "# nothing\n[plugins]\nx = y\n");
  EXPECT_EQ(where(realms + include), "");
  write("parts/b", "[domain_realm]\nx = y\n");
  EXPECT_EQ(where(realms + include), main + ", line 5");
  EXPECT_EQ(where(realms + "include " + folder_.file("parts/b") + "\n"), main + ", line 5");
  where(realms);
  EXPECT_FALSE(sspi_gssapi::Configuration::find({})->mit_first());
  where(include + realms);
  EXPECT_TRUE(sspi_gssapi::Configuration::find({})->mit_first());
  EXPECT_EQ(sspi_gssapi::library_choices("auto", true)[0], "mit");
  EXPECT_EQ(sspi_gssapi::library_choices("", false)[0], "heimdal");
  EXPECT_EQ(sspi_gssapi::library_choices("heimdal", true)[0], "heimdal");
  EXPECT_EQ(sspi_gssapi::library_choices("heimdal", true)[1], "");
}

TEST_F(ConfigurationFiles, One_of_several_has_to_be_there) {
  write("main", "[libdefaults]\n");
  const std::string both = folder_.file("absent") + ":" + folder_.file("main");
  ScopedVariable variable("KRB5_CONFIG", both.c_str());
  EXPECT_EQ(sspi_gssapi::configuration_fault(), "");
  variable.set(folder_.file("absent").c_str());
  EXPECT_EQ(sspi_gssapi::configuration_fault(),
            folder_.file("absent") + " can't be read: No such file or directory");
  write("main", "[libdefaults]\ninclude " + folder_.file("none") + "\n");
  variable.set(both.c_str());
  EXPECT_EQ(sspi_gssapi::configuration_fault(),
            folder_.file("none") + " can't be read: No such file or directory");
}

}  // namespace
}  // namespace negodbc::test
