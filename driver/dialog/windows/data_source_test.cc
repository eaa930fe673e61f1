// The codes that ConfigDSN posts.
#include "driver/dialog/windows/data_source.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
// After windows.h.
#include <odbcinst.h>

#include <cstdint>

#include "driver/base/windows_text.h"
#include "driver/dialog/ask.h"
#include "driver/dsn/settings.h"

namespace negodbc::dialog {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::Pair;

const std::string source = "negodbc-code-test";

// The code and the text of a refusal; 0 for none.
std::pair<DWORD, std::string> refusal(WORD request, const dsn::Profile& words,
                                      HWND parent = nullptr,
                                      const std::string& driver = "negodbc") {
  try {
    (void)configure(parent, request, driver, words);
    return {0, ""};
  } catch (const Refused& refused) {
    return {refused.code(), refused.what()};
  }
}

constexpr DWORD code(int value) {
  return static_cast<DWORD>(value);
}

TEST(ConfigureDataSource, RefusesWithTheInstallersCodes) {
  EXPECT_EQ(refusal(9, {{"DSN", source}}).first, code(ODBC_ERROR_INVALID_REQUEST_TYPE));
  EXPECT_EQ(refusal(ODBC_ADD_DSN, {{"DSN", source}}, reinterpret_cast<HWND>(std::uintptr_t{0x7ffe}))
                .first,
            code(ODBC_ERROR_INVALID_HWND));
  EXPECT_EQ(refusal(ODBC_ADD_DSN, {{"DSN", source}}, nullptr, "").first,
            code(ODBC_ERROR_INVALID_NAME));
  EXPECT_THAT(refusal(ODBC_ADD_DSN, {{"DSN", source}, {"Servr", "db"}}),
              Pair(code(ODBC_ERROR_INVALID_KEYWORD_VALUE), HasSubstr("is Server meant?")));
  for (const char* bad : {"a;b", "", "[x]", "ODBC Data Sources", "odbc file dsn",
                          "a name that is longer than any may be"})
    for (const int request : {ODBC_ADD_DSN, ODBC_CONFIG_DSN, ODBC_REMOVE_DSN})
      EXPECT_THAT(refusal(static_cast<WORD>(request), {{"DSN", bad}}),
                  Pair(code(ODBC_ERROR_INVALID_KEYWORD_VALUE), HasSubstr("valid name")));
  EXPECT_THAT(refusal(ODBC_CONFIG_DSN, {{"DSN", source}, {"Server", "db"}}),
              Pair(code(ODBC_ERROR_REQUEST_FAILED), HasSubstr("there is no data source")));
}

TEST(ConfigureDataSource, RefusesValuesThatNoLoginTakes) {
  const std::pair<const char*, const char*> wrong[] = {
      {"Port", "abc"}, {"sslmode", "strong"}, {"Trusted_Connection", "perhaps"}};
  for (const auto& [word, value] : wrong)
    EXPECT_THAT(refusal(ODBC_ADD_DSN, {{"DSN", source}, {"Server", "db"}, {word, value}}),
                Pair(code(ODBC_ERROR_INVALID_KEYWORD_VALUE), HasSubstr(": ")))
        << word;
  EXPECT_TRUE(dsn::read_odbc_ini(source).empty());
  ASSERT_EQ(refusal(ODBC_ADD_DSN, {{"DSN", source}, {"Port", "5433"}}).first, 0U);
  EXPECT_THAT(refusal(ODBC_CONFIG_DSN, {{"DSN", source}, {"Port", "abc"}}),
              Pair(code(ODBC_ERROR_INVALID_KEYWORD_VALUE), HasSubstr("Port: expected a number")));
  EXPECT_THAT(dsn::read_odbc_ini(source), Contains(Pair("Port", "5433")));
  EXPECT_EQ(refusal(ODBC_REMOVE_DSN, {{"DSN", source}}).first, 0U);
  RegDeleteTreeW(HKEY_CURRENT_USER, to_wide("SOFTWARE\\ODBC\\ODBC.INI\\" + source).c_str());
}

// As a service's, which is not asked: nobody would see the dialog, and it would wait for ever.
TEST(Ask, IsOnlyDoneWhereSomebodySeesIt) {
  const HWND window =
      CreateWindowExW(0, L"STATIC", L"", 0, 0, 0, 1, 1, HWND_MESSAGE, nullptr, nullptr, nullptr);
  ASSERT_NE(window, nullptr);
  EXPECT_TRUE(can_ask(window));
  EXPECT_EQ(why_nobody_is_asked(window), "");
  EXPECT_EQ(why_nobody_is_asked(nullptr), "");
  EXPECT_THAT(why_nobody_is_asked(reinterpret_cast<HWND>(std::uintptr_t{0x7ffe})),
              HasSubstr("handle"));
  const HWINSTA own = GetProcessWindowStation();
  const HWINSTA hidden = CreateWindowStationW(nullptr, 0, WINSTA_ALL_ACCESS, nullptr);
  ASSERT_NE(hidden, nullptr);
  ASSERT_TRUE(SetProcessWindowStation(hidden));
  EXPECT_FALSE(can_ask(window));
  EXPECT_THAT(why_nobody_is_asked(window), HasSubstr("nobody sees"));
  EXPECT_EQ(refusal(ODBC_ADD_DSN, {{"DSN", source}}, window).first, code(ODBC_ERROR_INVALID_HWND));
  ASSERT_TRUE(SetProcessWindowStation(own));
  EXPECT_TRUE(can_ask(window));
  CloseWindowStation(hidden);
  DestroyWindow(window);
}

}  // namespace
}  // namespace negodbc::dialog
