#include "driver/sql/identity.h"

#include <gtest/gtest.h>

namespace negodbc::sql {
namespace {

TEST(Identity, IsAskedForOutsideOfTexts) {
  for (const std::string_view sql :
       {"SELECT @@IDENTITY", "select @@identity as k", "select 1+@@Identity"})
    EXPECT_TRUE(asks_for_identity(sql, true)) << sql;
  for (const std::string_view sql :
       {"SELECT '@@IDENTITY'", "select a @@ b", "select 1 -- @@identity", "select @@identity_of",
        "select @ @identity"})
    EXPECT_FALSE(asks_for_identity(sql, true)) << sql;
}

TEST(Identity, IsOfTheTableThatWasInsertedInto) {
  for (const auto& [sql, table] : {std::pair{"insert into t values (1)", "t"},
                                   {"INSERT INTO \"S x\".t(a) select 1", "\"S x\".t"},
                                   {"/* a */ insert into s . t default values", "s.t"},
                                   {"insert into", ""},
                                   {"update t set a = 1", ""},
                                   {"", ""}})
    EXPECT_EQ(inserted_table(sql, true), table) << sql;
}

TEST(Identity, IsWrittenOut) {
  EXPECT_EQ(with_identity("select @@identity, '@@identity'", "update t", true),
            "select NULL, '@@identity'");
  const std::string text =
      with_identity("select @@identity", "insert into \"a'b\" values (1)", true);
  EXPECT_NE(text.find("E'\"a\\'b\"'::pg_catalog.regclass"), std::string::npos) << text;
  EXPECT_EQ(text.find("@@"), std::string::npos);
}

}  // namespace
}  // namespace negodbc::sql
