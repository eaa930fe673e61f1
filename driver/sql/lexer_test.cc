#include "driver/sql/lexer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/support/repetition.h"

namespace negodbc::sql {
namespace {

using testing::ElementsAre;
using testing::Pair;

using Kind = TokenKind;

std::vector<std::pair<Kind, std::string>> tokens(std::string_view sql, bool standard = true) {
  Lexer lexer(sql, standard);
  std::vector<std::pair<Kind, std::string>> all;
  for (Token token = lexer.next(); token.kind != Kind::end; token = lexer.next()) {
    all.emplace_back(token.kind, token.text);
  }
  return all;
}

TEST(Lexer, WordsSymbolsAndMarkers) {
  EXPECT_THAT(tokens("a=?"),
              ElementsAre(Pair(Kind::word, "a"), Pair(Kind::symbol, "="), Pair(Kind::marker, "?")));
  EXPECT_THAT(tokens("??"), ElementsAre(Pair(Kind::doubled_marker, "??")));
  EXPECT_THAT(tokens("???"),
              ElementsAre(Pair(Kind::doubled_marker, "??"), Pair(Kind::marker, "?")));
  EXPECT_THAT(tokens("\xC3\xA9t\xC3\xA9$1 $2"),
              ElementsAre(Pair(Kind::word, "\xC3\xA9t\xC3\xA9$1"), Pair(Kind::space, " "),
                          Pair(Kind::word, "$2")));
}

TEST(Lexer, EveryKindOfString) {
  for (const std::string text :
       {"'a''?'", R"(E'a\'?')", R"(e'\\')", "U&'\\0041?'", "$$?'$$", "$tag$ $$ ? $tag$",
        "'{\"a\": \"?\"}'", "E'a' \n '?\\''", "E'a' -- x\n  -- '\n 'b?'", "''"}) {
    EXPECT_THAT(tokens(text), ElementsAre(Pair(Kind::string, text))) << text;
  }
  EXPECT_THAT(tokens(R"('a\'?)"),
              ElementsAre(Pair(Kind::string, R"('a\')"), Pair(Kind::marker, "?")));
}

TEST(Lexer, BackslashesEscapeWhereStringsAreNotStandard) {
  EXPECT_THAT(tokens(R"('a\'?')", false), ElementsAre(Pair(Kind::string, R"('a\'?')")));
  EXPECT_THAT(tokens(R"(U&'a\'?)", false),
              ElementsAre(Pair(Kind::string, R"(U&'a\')"), Pair(Kind::marker, "?")));
}

TEST(Lexer, AStringOnTheSameLineIsNoContinuation) {
  EXPECT_THAT(tokens(R"(E'a' '\')"), ElementsAre(Pair(Kind::string, "E'a'"), Pair(Kind::space, " "),
                                                 Pair(Kind::string, R"('\')")));
}

TEST(Lexer, QuotedIdentifiers) {
  for (const std::string text : {R"("a?")", R"("a""?")", R"(U&"\0441?")", R"("\")"}) {
    EXPECT_THAT(tokens(text), ElementsAre(Pair(Kind::quoted_identifier, text))) << text;
  }
}

TEST(Lexer, CommentsNest) {
  for (const std::string text : {"-- ?", "/* ? */", "/* /* ? */ ? */", "/*/* */", "/**/"}) {
    EXPECT_THAT(tokens(text), ElementsAre(Pair(Kind::comment, text))) << text;
  }
  EXPECT_THAT(tokens("--?\n?"), ElementsAre(Pair(Kind::comment, "--?"), Pair(Kind::space, "\n"),
                                            Pair(Kind::marker, "?")));
}

TEST(Lexer, DollarsThatQuoteNothing) {
  EXPECT_THAT(tokens("a$$?"), ElementsAre(Pair(Kind::word, "a$$"), Pair(Kind::marker, "?")));
  EXPECT_THAT(tokens("$1$?"), ElementsAre(Pair(Kind::word, "$1$"), Pair(Kind::marker, "?")));
  EXPECT_THAT(tokens("$a?"),
              ElementsAre(Pair(Kind::symbol, "$"), Pair(Kind::word, "a"), Pair(Kind::marker, "?")));
}

TEST(Lexer, WhatIsNotClosedReachesToTheEnd) {
  for (const std::string text : {"'a?", "\"a?", "$$ ?", "$x$ ? $y$", "E'a\\", "E'a\\'", "'a''"}) {
    EXPECT_EQ(tokens(text).size(), 1U) << text;
  }
  EXPECT_THAT(tokens("/* ?"), ElementsAre(Pair(Kind::comment, "/* ?")));
  EXPECT_THAT(tokens("/* /* */ ?"), ElementsAre(Pair(Kind::comment, "/* /* */ ?")));
}

TEST(Lexer, TokensAreTheWholeText) {
  std::string text;
  for (int c = 1; c < 256; ++c) text += {static_cast<char>(c), 'x', '\''};
  std::string joined;
  for (const auto& [kind, part] : tokens(text)) joined += part;
  EXPECT_EQ(joined, text);
}

TEST(Lexer, HostileTextTakesLinearTime) {
  // Work that grows with the square of this would go on for longer than a test may last.
  constexpr auto many = test::repeated_by_one_thread(std::size_t{1} << 20U);
  for (const std::string_view piece :
       {"$", "$a", "'", "/*", "E'a'\n", "$a$b", "?", "--", "\"", "E'\n--", "$$"}) {
    std::string text;
    while (text.size() < many) text += piece;
    std::string joined;
    for (const auto& [kind, part] : tokens(text)) joined += part;
    EXPECT_TRUE(joined == text) << piece;
  }
}

}  // namespace
}  // namespace negodbc::sql
