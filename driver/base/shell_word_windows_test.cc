#include <gtest/gtest.h>

#include "driver/base/shell_word.h"

namespace negodbc {
namespace {

TEST(ShellWord, OfWindowsIsInDoubleQuotesWhereItHasTo) {
  EXPECT_EQ(shell_word("sales"), "sales");
  EXPECT_EQ(shell_word("Port=5433"), "Port=5433");
  EXPECT_EQ(shell_word(R"(C:\Żółć\negodbc.dll)"), R"(C:\Żółć\negodbc.dll)");
  EXPECT_EQ(shell_word(""), R"("")");
  EXPECT_EQ(shell_word("my sales"), R"("my sales")");
  EXPECT_EQ(shell_word(R"(C:\Program Files\)"), R"("C:\Program Files\\")");
  EXPECT_EQ(shell_word(R"(a "b\" c)"), R"("a \"b\\\" c")");
}

TEST(ShellWord, AVariableIsTakenOutAsTheShellsOfWindowsDo) {
  EXPECT_EQ(to_unset("KRB5CCNAME"), "Remove-Item Env:KRB5CCNAME    # in cmd: set KRB5CCNAME=");
}

}  // namespace
}  // namespace negodbc
