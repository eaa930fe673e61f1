// What IniText reads and writes, beside what unixODBC's libodbcinst reads of the same bytes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <odbcinst.h>
#include <unistd.h>
#include <algorithm>

#include <filesystem>
#include <fstream>
#include <map>
#include <random>

#include "driver/base/error.h"
#include "driver/base/utf.h"
#include "driver/dsn/ini_text.h"
#include "tests/support/repetition.h"

namespace negodbc::dsn {
namespace {

constexpr int oracle_rounds = test::repeated_by_one_thread(500);

constexpr const char* section_names[] = {"a", "b", "sales db", "x1", "gone"};

class IniOracle : public testing::Test {
 protected:
  IniOracle() { std::filesystem::create_directories(folder_); }
  ~IniOracle() override { std::filesystem::remove_all(folder_); }

  // A file of its own each time: libodbcinst keeps what it has read for a while.
  void write(const std::string& bytes) {
    file_ = (folder_ / std::to_string(count_++)).string();
    std::ofstream(file_, std::ios::binary) << bytes;
  }

  // Names of sections or keys, each once; nothing: it reads nothing of the file.
  std::optional<std::vector<std::string>> list(const char* section) {
    std::vector<char> all(65536);
    const int size = SQLGetPrivateProfileString(section, nullptr, "", all.data(),
                                                static_cast<int>(all.size()), file_.c_str());
    if (size < 0) return std::nullopt;
    std::vector<std::string> found;
    for (const char* at = all.data(); *at != '\0'; at += std::string_view(at).size() + 1) {
      const std::string name = at;
      if (std::none_of(found.begin(), found.end(),
                       [&](const std::string& other) { return iequals(other, name); }))
        found.push_back(name);
    }
    return found;
  }

  Profile values(const std::string& section) {
    Profile profile;
    const auto keys = list(section.c_str());
    for (const std::string& key : keys.value_or(std::vector<std::string>())) {
      std::array<char, 2048> value{};
      SQLGetPrivateProfileString(section.c_str(), key.c_str(), "", value.data(),
                                 static_cast<int>(value.size()), file_.c_str());
      profile.emplace_back(key, value.data());
    }
    return profile;
  }

  std::size_t any(std::size_t below) { return random_() % below; }
  template <std::size_t N>
  std::string any_of(const char* const (&texts)[N]) {
    return texts[any(N)];
  }

  std::string any_line() {
    static const char* const headers[] = {"[a]",        "[A ]",       "[ b ]", "[b] rest",
                                          "[sales db]", "[Sales DB]", "[x1",   "  [x1]",
                                          "[]",         "[a]]",       "[[a]",  "[gone]"};
    static const char* const entries[] = {
        "Driver = d", "Server=s",      " Port = 1 ",          "PORT=2", "UID", "PWD = a ; b # c",
        "=nothing",   "x = = y",       "\tServer\t=\tt",      "k=",     "k =", "Long Key = v",
        "\x0bk = w",  "pqopt={a='b'}", "\xc3\xa4 = \xc3\xb6", "=",      "]=["};
    switch (any(8)) {
      case 0:
        return any_of(headers);
      case 1:
        return std::string(any(2), ' ') + (any(2) == 0 ? "# remark " : "; remark ") +
               std::to_string(remark_++);
      case 2:
        return any(3) == 0 ? std::string(any(3), ' ') : "";
      case 3: {
        if (any(6) != 0) return "Database = d" + std::to_string(any(9));
        static const char* const behind[] = {"", "[b]", "# r", " [b]", "k = v", "=", " "};
        const std::size_t size = longest_ini_line * (1 + any(2)) - 2 + any(5);
        std::string line = any(3) == 0 ? "# " : "Long = ";
        line.resize(size, 'x');
        return line + any_of(behind);
      }
      default:
        return any_of(entries);
    }
  }

  std::string any_text() {
    static const char* const ends[] = {"\n", "\n", "\n", "\r\n"};
    std::string text;
    if (any(20) == 0) text += any(2) == 0 ? "\xef\xbb\xbf" : "junk\n";
    if (any(2) == 0) text += "[a]\n";
    for (std::size_t lines = any(24); lines > 0; --lines) text += any_line() + any_of(ends);
    if (any(3) == 0 && !text.empty()) text.pop_back();
    if (any(20) == 0 && !text.empty()) text.insert(any(text.size()), 1, '\0');
    return text;
  }

  void expect_same(const IniText& text, const std::string& why) {
    const auto names = list(nullptr);
    ASSERT_EQ(names.has_value(), text.fault().empty()) << why;
    if (!names) return;
    std::vector<std::string> own = text.names();
    own.erase(std::find(own.begin(), own.end(), ""), own.end());  // where its list ends
    EXPECT_EQ(own, *names) << why;
    for (const char* const section : section_names)
      EXPECT_EQ(text.values(section).value_or(Profile()), values(section)) << section << why;
  }

  std::vector<std::string> remarks(const std::string& bytes) {
    std::vector<std::string> found;
    for (std::size_t at = bytes.find("remark "); at != std::string::npos;
         at = bytes.find("remark ", at + 1))
      found.push_back(bytes.substr(at, bytes.find_first_of("\r\n", at) - at));
    return found;
  }

  const std::filesystem::path folder_ =
      std::filesystem::path(testing::TempDir()) / ("negodbc_ini_" + std::to_string(getpid()));
  std::mt19937 random_{20};
  static inline int count_ = 0;
  int remark_ = 0;
  std::string file_;
};

TEST_F(IniOracle, ReadsTheSame) {
  int refused = 0;
  for (int i = 0; i < oracle_rounds; ++i) {
    const std::string bytes = any_text();
    write(bytes);
    const IniText text(bytes);
    refused += text.fault().empty() ? 0 : 1;
    expect_same(text, "\n" + bytes);
    if (HasFailure()) return;
  }
  EXPECT_GT(refused, oracle_rounds * 6 / 100);
  EXPECT_LT(refused, oracle_rounds * 8 / 10);
}

TEST_F(IniOracle, ReadsWhatWasWritten) {
  int written = 0;
  for (int i = 0; i < oracle_rounds; ++i) {
    const std::string bytes = any_text();
    write(bytes);
    std::map<std::string, Profile> before;
    for (const char* const section : section_names) before[section] = values(section);
    IniText text(bytes);
    const std::string name = section_names[any(std::size(section_names))];
    const bool is_there = text.values(name).has_value();
    const std::size_t kind = is_there ? any(3) : 3;
    const Profile changes = {
        {"Server", "new " + std::to_string(i)}, {"uid", "u=1;x"}, {"Port", kind == 1 ? "" : "9"}};
    try {
      if (kind == 0)
        text.remove(name);
      else if (is_there)
        text.set(name, changes);
      else
        text.add(name, changes);
    } catch (const Error& error) {
      EXPECT_EQ(text.bytes(), bytes);
      // Without the section before it, one that begins with a blank would be the first.
      const bool leaves_no_first =
          std::string(error.what()).find("begins with a blank") != std::string::npos;
      EXPECT_TRUE(!text.fault().empty() || bytes.find("xxxx") != std::string::npos ||
                  (kind == 0 && leaves_no_first))
          << error.what() << "\n"
          << bytes;
      continue;
    }
    ++written;
    write(text.bytes());
    const std::string why = "\n" + bytes + "\nbecame\n" + text.bytes();
    expect_same(text, why);
    for (const char* const section : section_names) {
      if (section == name) continue;
      EXPECT_EQ(values(section), before[section]) << section << why;
    }
    const auto value = [&](const char* key) {
      std::array<char, 2048> found{};
      SQLGetPrivateProfileString(name.c_str(), key, "(none)", found.data(),
                                 static_cast<int>(found.size()), file_.c_str());
      return std::string(found.data());
    };
    EXPECT_EQ(value("SERVER"), kind == 0 ? "(none)" : changes[0].second) << why;
    EXPECT_EQ(value("UID"), kind == 0 ? "(none)" : changes[1].second) << why;
    EXPECT_EQ(value("port"), kind == 0 || kind == 1 ? "(none)" : "9") << why;
    if (kind != 0) {
      EXPECT_EQ(remarks(text.bytes()), remarks(bytes)) << why;
    }
    if (HasFailure()) return;
  }
  EXPECT_GT(written, oracle_rounds / 2);
}

}  // namespace
}  // namespace negodbc::dsn
