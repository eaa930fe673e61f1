// The codes that ConfigDSN posts.
#include "driver/dialog/windows/data_source.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
// After windows.h.
#include <odbcinst.h>

#include <cstdint>

namespace negodbc::dialog {
namespace {

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
  for (const char* bad : {"a;b", "", "[x]"})
    for (const int request : {ODBC_ADD_DSN, ODBC_CONFIG_DSN, ODBC_REMOVE_DSN})
      EXPECT_THAT(refusal(static_cast<WORD>(request), {{"DSN", bad}}),
                  Pair(code(ODBC_ERROR_INVALID_KEYWORD_VALUE), HasSubstr("valid name")));
  EXPECT_THAT(refusal(ODBC_CONFIG_DSN, {{"DSN", source}, {"Server", "db"}}),
              Pair(code(ODBC_ERROR_REQUEST_FAILED), HasSubstr("there is no data source")));
}

}  // namespace
}  // namespace negodbc::dialog
