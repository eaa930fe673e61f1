#include "driver/dsn/quoted_secrets.h"

#include <gtest/gtest.h>

namespace negodbc::dsn {
namespace {

TEST(QuotedSecrets, OfStatementsEachConstant) {
  const struct {
    const char *sql, *text, *shown;
  } cases[] = {
      {"SET work_mem = 'geheim'", "invalid value for parameter \"work_mem\": \"geheim\"",
       "invalid value for parameter \"work_mem\": \"***\""},
      {"alter role bob password \"geheim\"", "syntax error at or near \"\"geheim\"\"",
       "syntax error at or near \"***\""},
      {"alter role bob password geheim", "syntax error at or near \"geheim\"",
       "syntax error at or near \"***\""},
      {"select 'it''s geheim'::int", "invalid input syntax for type integer: \"it's geheim\"",
       "invalid input syntax for type integer: \"***\""},
      {"select E'ge\\'heim'::int", "of \"ge'heim\"", "of \"***\""},
      {"do $$begin raise exception 'word %', 'geheim'; end$$", "word geheim", "*** ***"},
      {"select '{\"a\": geheim}'::json", "Token \"geheim\" is invalid.",
       "Token \"***\" is invalid."},
      {"SET x='ab'", "invalid value for parameter \"x\": \"ab\"; absolutely",
       "invalid value for parameter \"x\": \"***\"; absolutely"},
      {"SET app.token = GEHEIM", "no \"geheim\" here", "no \"***\" here"},
      {"select 'a very geheim word'", "it is \"a very geh", "it is \"***"},
      {"SELEC 1", "syntax error at or near \"SELEC\"", "syntax error at or near \"SELEC\""},
      {"SET serach_path = sales", "unrecognized configuration parameter \"serach_path\"",
       "unrecognized configuration parameter \"serach_path\""},
      {"SET+x%3d%27geheim%27", "of \"geheim\"", "of \"***\""},
      {"select 'open geheim", "unterminated quoted string at or near \"'open geheim\"",
       "unterminated quoted string at or near \"***\""},
      {"", "as it is", "as it is"},
  };
  for (const auto& each : cases) {
    QuotedSecrets secrets;
    secrets.note_statements(each.sql);
    EXPECT_EQ(secrets.hide(each.text), each.shown) << each.sql;
  }
}

TEST(QuotedSecrets, OfOtherWordsWhatIsNotShownOfThem) {
  Settings settings;
  settings.set(Key::ssl_cert, "pkcs11:object=x?pin-value=1234");
  settings.set(Key::user, "alice:geheim@db.example.com");
  settings.set(Key::pqopt, "krbsrvname=pg password='ge heim'");
  settings.set(Key::password, "sales");
  settings.set(Key::database, "sales");
  settings.set(Key::connect_settings, "set x to 'sales'");
  QuotedSecrets secrets;
  secrets.note(settings);
  EXPECT_EQ(secrets.hide("pkcs11:object=x?pin-value=1234 can't be read"),
            "pkcs11:object=x?pin-value=*** can't be read");
  EXPECT_EQ(secrets.hide("alice:geheim@db.example.com is nobody; geheim"),
            "alice:(not shown)@db.example.com is nobody; ***");
  EXPECT_EQ(secrets.hide("of ge heim"), "of ***");
  EXPECT_EQ(secrets.hide("database sales of sales"), "database sales of sales");
}

}  // namespace
}  // namespace negodbc::dsn
