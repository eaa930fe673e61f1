#include "driver/sql/masking.h"

#include <gtest/gtest.h>

namespace negodbc::sql {
namespace {

TEST(Masking, ConstantsOfWhateverQuotesAreNotShown) {
  const std::pair<const char*, const char*> cases[] = {
      {"select * from t where a = 'geheim' and b = 42", "select * from t where a = ? and b = ?"},
      {"select E'it\\'s', U&'x', $$ body 'x' $$, $t$ y $t$", "select ?, ?, ?, ?"},
      {"select 'it''s' 'not'", "select ? ?"},
      {"select 'a'\n'b'", "select ?\n?"},
      {"select $1, t.\"Col 1\", col2 from s3 limit 10",
       "select $1, t.\"Col 1\", col2 from s3 limit ?"},
      {"select 1 -- 'geheim'\n, 2 /* geheim /* 4711 */ */ from t", "select ?  \n, ?   from t"},
      {"select 'never closed", "select ?"},
      {"alter role x password 'geheim'", "alter role x password ?"},
      {"set search_path = sales, \"S 2\"; select \"S 2\"",
       "set search_path = sales, ?; select \"S 2\""},
      {"set session app.password to geheim; select a", "set session app.password to ?; select a"},
      {"alter role x in database d set my.\"Token\" = geheim",
       "alter role x in database d set my.\"Token\" = ?"},
      {"update u set password = hashed(name)", "update u set password = hashed(name)"},
      {"alter role x password \"geheim\" valid until 'infinity'",
       "alter role x password ? valid until ?"},
      {"Create User x with encrypted Password /* c */ \"geheim\"; select \"S\"",
       "Create User x with encrypted Password   ?; select \"S\""},
      {"alter user x password geheim; select password from u",
       "alter user x password ?; select password from u"},
      {"alter role x password null", "alter role x password null"},
      {"create table t (password text, n int)", "create table t (password text, n int)"},
      {"alter table t add password \"char\"", "alter table t add password ?"},
      {"", ""},
  };
  for (const auto& [sql, masked] : cases) EXPECT_EQ(without_constants(sql, true), masked) << sql;
}

TEST(Masking, BackslashesEscapeWhereTheServerHasItSo) {
  EXPECT_EQ(without_constants("select 'a\\' geheim', 1", false), "select ?, ?");
}

TEST(Masking, PasswordsAreNotShownWhereConstantsAre) {
  const std::pair<const char*, const char*> cases[] = {
      {"alter role x password 'geheim' valid until 'infinity'",
       "alter role x password '***' valid until 'infinity'"},
      {"alter role x password 'ge'\n'heim' valid until 'infinity'",
       "alter role x password '***'\n'***' valid until 'infinity'"},
      {"select 'password=ge'\n  'heim', 'bob'", "select '***'\n  '***', 'bob'"},
      {"create user x ENCRYPTED PassWord /* c */ $$geheim$$",
       "create user x ENCRYPTED PassWord /* c */ '***'"},
      {"create user mapping for x server s options (user 'bob', password 'geheim')",
       "create user mapping for x server s options (user 'bob', password '***')"},
      {"update u set \"Password\" = 'geheim', name = 'bob'",
       "update u set \"Password\" = '***', name = 'bob'"},
      {"create subscription s connection 'host=h PASSWORD=geheim' publication p",
       "create subscription s connection '***' publication p"},
      {"do $$begin execute 'alter role x password ''geheim'''; end$$", "do '***'"},
      {"select 'open', 7", "select 'open', 7"},
      {"alter role x password 'gehe", "alter role x password '***'"},
      {"set local app.password = geheim; select geheim",
       "set local app.password = '***'; select geheim"},
      {"set app.token to 'geheim', \"er\"", "set app.token to '***', '***'"},
      {"select set_config('app.password', 'geheim', false), 'bob'",
       "select set_config('***', '***', false), 'bob'"},
      {"update u set password = hashed($1)", "update u set password = hashed($1)"},
      {"alter role x password \"geheim\"; select \"S\"",
       "alter role x password '***'; select \"S\""},
      {"alter role x password 12345", "alter role x password '***'"},
      {"create group x password geheim nologin", "create group x password '***' nologin"},
      {"create table t (password text)", "create table t (password text)"},
  };
  for (const auto& [sql, masked] : cases) EXPECT_EQ(without_passwords(sql, true), masked) << sql;
}

TEST(Masking, ConstantsByThemselves) {
  const std::vector<std::string_view> expected = {"'it''s'", "42", "$$b$$", "\"x\""};
  EXPECT_EQ(constants_of("select 'it''s', 42, $$b$$ from t; alter role r password \"x\"", true),
            expected);
}

}  // namespace
}  // namespace negodbc::sql
