#include <gtest/gtest.h>

#include "driver/base/shell_word.h"

namespace negodbc {
namespace {

TEST(ShellWord, IsInSingleQuotesWhereItHasTo) {
  EXPECT_EQ(shell_word("alice@R"), "alice@R");
  EXPECT_EQ(shell_word("it's one"), "'it'\\''s one'");
  EXPECT_EQ(shell_word("$(x)"), "'$(x)'");
  EXPECT_EQ(shell_word(""), "''");
}

}  // namespace
}  // namespace negodbc
