#include "driver/sql/markers.h"

#include <gtest/gtest.h>

#include <string>

#include "driver/base/error.h"

namespace negodbc::sql {
namespace {

std::string translated_text(std::string_view sql) {
  return translate(sql, true, true).text;
}

TEST(Markers, AreNumbered) {
  const Translated translated =
      translate("select * from t where a = ? and b in (?, ?)", true, true);
  EXPECT_EQ(translated.text, "select * from t where a = $1 and b in ($2, $3)");
  EXPECT_EQ(translated.parameter_count, 3U);
  EXPECT_FALSE(translated.returns_value);
}

TEST(Markers, TextWithoutAnyIsLeftAlone) {
  const Translated translated = translate("select 1;", true, true);
  EXPECT_EQ(translated.text, "select 1;");
  EXPECT_EQ(translated.parameter_count, 0U);
  EXPECT_EQ(translated_text(""), "");
}

TEST(Markers, AreNotWithinQuotesOrComments) {
  for (const std::string sql :
       {"select '?'", "select 'it''s ?'", R"(select E'\'?')", "select \"a?\"", "select $$?$$",
        "select $f$ ? $f$", "select 1 -- ?", "select /* ? /* ? */ ? */ 1",
        "select '{\"a\": \"?\"}'::jsonb", "select '{1,2}'::int[]", "select U&'\\003F?'",
        "select 'unclosed ?", "do $$ begin perform '{fn now()}'; end $$"}) {
    EXPECT_EQ(translated_text(sql), sql);
    EXPECT_EQ(translate(sql, true, true).parameter_count, 0U) << sql;
  }
}

TEST(Markers, ADoubledMarkIsAnOperator) {
  EXPECT_EQ(translated_text("select a ?? 'x', a ??| b, a ??& b, a @?? '$' where c = ?"),
            "select a ? 'x', a ?| b, a ?& b, a @? '$' where c = $1");
}

TEST(Markers, DoNotJoinWhatIsBesideThem) {
  EXPECT_EQ(translated_text("limit ?offset ?"), "limit $1 offset $2");
  EXPECT_EQ(translated_text("select?"), "select $1");
  EXPECT_EQ(translated_text("?1"), "$1 1");
  EXPECT_EQ(translated_text("(?)::int+?*-?"), "($1)::int+$2*-$3");
  EXPECT_EQ(translated_text("???"), "?$1");
}

TEST(Markers, CountToTheProtocolsLimit) {
  std::string sql(65535, '?');
  for (std::size_t i = 0; i < sql.size(); i += 2) sql[i] = ',';
  EXPECT_EQ(translate(sql, true, true).parameter_count, 32767U);
  std::string many;
  for (int i = 0; i < 65536; ++i) many += "?,";
  EXPECT_THROW(translate(many, true, true), Error);
  many.resize(many.size() - 2);
  EXPECT_EQ(translate(many, true, true).parameter_count, 65535U);
}

TEST(Markers, AreFoundWithoutScanningEscapes) {
  const Translated translated = translate("select {fn ucase(?)}", false, true);
  EXPECT_EQ(translated.text, "select {fn ucase($1)}");
  EXPECT_EQ(translated.parameter_count, 1U);
}

TEST(Markers, FollowTheServersIdeaOfStrings) {
  EXPECT_EQ(translate(R"(select '\'?', ?)", true, false).text, R"(select '\'?', $1)");
  EXPECT_EQ(translate(R"(select '\', ?)", true, true).text, R"(select '\', $1)");
}

}  // namespace
}  // namespace negodbc::sql
