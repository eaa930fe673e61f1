#include "driver/catalog/catalog.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "driver/catalog/origins.h"
#include "driver/catalog/sql_text.h"
#include "driver/catalog/testing/fixed_server.h"

namespace negodbc::catalog {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

TEST(Quoting, Literals) {
  EXPECT_EQ(quote_literal("it's"), "E'it''s'");
  EXPECT_EQ(quote_literal("back\\slash"), "E'back\\\\slash'");
  EXPECT_EQ(quote_literal("\\'; DROP TABLE x; --"), "E'\\\\''; DROP TABLE x; --'");
}

TEST(Conditions, OfEachKind) {
  EXPECT_EQ(condition("c", std::nullopt, Match::pattern), "");
  EXPECT_EQ(condition("c", "%", Match::pattern), "");
  EXPECT_EQ(condition("c", "%", Match::ordinary), " AND c = E'%'");
  EXPECT_EQ(condition("c", "plain", Match::pattern), " AND c = E'plain'");
  EXPECT_EQ(condition("c", "a\\_b%", Match::pattern), " AND c LIKE E'a\\\\_b%'");
  EXPECT_EQ(condition("c", " ABC ", Match::identifier), " AND c = E'abc'");
  EXPECT_EQ(condition("c", "\"A\"\"b\"", Match::identifier), " AND c = E'A\"b'");
  EXPECT_THROW(condition("c", std::nullopt, Match::identifier), Error);
}

TEST(Tables, EnumerationsAskOnlyWhatIsNeeded) {
  testing::FixedServer server;
  LocalRows rows = tables(server.context(), {"%", "", ""}, std::nullopt);
  ASSERT_EQ(rows.rows.size(), 1U);
  EXPECT_EQ(rows.rows[0][0], "db");
  rows = tables(server.context(), {"", "", ""}, "%");
  EXPECT_EQ(rows.rows.size(), 7U);
  EXPECT_FALSE(rows.rows[0][0].has_value());
  EXPECT_TRUE(server.asked.empty());
  server.answer = {{text("public")}};
  rows = tables(server.context(), {"", "%", ""}, std::nullopt);
  ASSERT_EQ(rows.rows.size(), 1U);
  EXPECT_EQ(rows.rows[0][1], "public");
}

TEST(Tables, TypesAreQuotedAndFolded) {
  testing::FixedServer server;
  tables(server.context(), {}, "'Table', view ,o'x");
  ASSERT_EQ(server.asked.size(), 1U);
  EXPECT_THAT(server.asked[0], HasSubstr("t.type = ANY (ARRAY[E'TABLE', E'VIEW', E'OX'])"));
  tables(server.context(), {{}, {}, "x"}, std::nullopt);
  EXPECT_THAT(server.asked[1], HasSubstr("AND NOT (n.nspname = 'information_schema'"));
  tables(server.context(), {{}, "pg_catalog", {}}, std::nullopt);
  EXPECT_THAT(server.asked[2], Not(HasSubstr("AND NOT (n.nspname")));
  EXPECT_THAT(server.asked[2], HasSubstr("n.nspname LIKE E'pg_catalog'"));
}

TEST(Tables, OfNoTypeThereAreNone) {
  testing::FixedServer server;
  for (const char* types : {"", "''", " , "})
    EXPECT_TRUE(tables(server.context(), {}, types).rows.empty()) << types;
  EXPECT_TRUE(server.asked.empty());
}

TEST(Columns, TypesAgreeWithResultMetadata) {
  testing::FixedServer server;
  server.answer = {{text("db"),
                    text("s"),
                    text("t"),
                    text("c"),
                    text("1700"),
                    text("458758"),
                    text("numeric"),
                    text("b"),
                    text("t"),
                    {},
                    text("1.5"),
                    text("4711")}};
  const LocalRows rows = columns(server.context(), {{}, {}, "t"}, std::nullopt);
  ASSERT_EQ(rows.rows.size(), 1U);
  const types::SqlType type = types::describe_type(1700, 458758, {});
  EXPECT_EQ(rows.rows[0][4], std::to_string(type.concise_type));
  EXPECT_EQ(rows.rows[0][6], std::to_string(type.column_size));
  EXPECT_EQ(rows.rows[0][8], std::to_string(type.decimal_digits));
  EXPECT_EQ(rows.rows[0][10], "0");
  EXPECT_EQ(rows.rows[0][17], "NO");
  EXPECT_THAT(
      testing::names_of(rows),
      ElementsAre("TABLE_CAT", "TABLE_SCHEM", "TABLE_NAME", "COLUMN_NAME", "DATA_TYPE", "TYPE_NAME",
                  "COLUMN_SIZE", "BUFFER_LENGTH", "DECIMAL_DIGITS", "NUM_PREC_RADIX", "NULLABLE",
                  "REMARKS", "COLUMN_DEF", "SQL_DATA_TYPE", "SQL_DATETIME_SUB", "CHAR_OCTET_LENGTH",
                  "ORDINAL_POSITION", "IS_NULLABLE"));
}

// The driver counts the columns of each table, and asks for domains when there are some.
TEST(Columns, PositionsAndDomains) {
  std::vector<std::string> asked;
  const auto row = [](const char* table, const char* oid, const char* type, const char* kind) {
    return Row{text("db"), text("s"),  text(table), text("c"), text(type), text("-1"),
               text("x"),  text(kind), text("f"),   {},        {},         text(oid)};
  };
  Context context;
  context.query = [&](const std::string& sql, wire::AnswerColumns columns) {
    asked.push_back(sql);
    if (asked.size() == 1)
      return wire::Answer(
          columns, {row("a", "1", "23", "b"), row("a", "1", "99", "d"), row("b", "2", "98", "d")});
    return wire::Answer(columns,
                        {{text("99"), text("1043"), text("16"), text("t"), text("varchar")},
                         {text("98"), text("4242"), text("-1"), text("f"), text("strange name")}});
  };
  const LocalRows rows = columns(context, {{}, {}, "%"}, std::nullopt);
  ASSERT_EQ(asked.size(), 2U);
  EXPECT_THAT(asked[1], HasSubstr("oid = ANY ('{98,99}')"));
  ASSERT_EQ(rows.rows.size(), 3U);
  EXPECT_EQ(rows.rows[0][16], "1");
  EXPECT_EQ(rows.rows[1][16], "2");
  EXPECT_EQ(rows.rows[2][16], "1");
  EXPECT_EQ(rows.rows[0][5], "int4");
  EXPECT_EQ(rows.rows[1][5], "varchar");
  EXPECT_EQ(rows.rows[1][6], "12");
  EXPECT_EQ(rows.rows[1][17], "NO");
  EXPECT_EQ(rows.rows[2][5], "strange name");
  EXPECT_EQ(rows.rows[2][17], "YES");
}

TEST(Arguments, ThatCannotBe) {
  testing::FixedServer server;
  const Context context = server.context();
  EXPECT_EQ(testing::state_of([&] { primary_keys(context, {}); }), "HY009");
  EXPECT_EQ(testing::state_of([&] { foreign_keys(context, {}, {}); }), "HY009");
  EXPECT_EQ(testing::state_of([&] { statistics(context, {{}, {}, "t"}, 9, SQL_QUICK); }), "HY100");
  EXPECT_EQ(testing::state_of([&] {
              statistics(context, {{}, {}, "t"}, SQL_INDEX_ALL, 9);
            }),
            "HY101");
  EXPECT_EQ(testing::state_of([&] { special_columns(context, 9, {{}, {}, "t"}, 0, 0); }), "HY097");
  EXPECT_EQ(testing::state_of([&] {
              special_columns(context, SQL_ROWVER, {{}, {}, "t"}, 9, 0);
            }),
            "HY098");
  EXPECT_EQ(testing::state_of([&] {
              special_columns(context, SQL_ROWVER, {{}, {}, "t"}, 0, 9);
            }),
            "HY099");
  EXPECT_TRUE(server.asked.empty());
}

TEST(TypeInfo, FollowsTheTypeTable) {
  const types::TypeOptions options;
  const LocalRows rows = type_info(options, SQL_ALL_TYPES);
  const auto table = types::type_info_rows(options, SQL_ALL_TYPES);
  ASSERT_FALSE(table.empty());
  ASSERT_EQ(rows.rows.size(), table.size());
  for (std::size_t i = 0; i < table.size(); ++i) {
    const Row& row = rows.rows[i];
    ASSERT_EQ(row.size(), rows.fields.size());
    EXPECT_EQ(row[0], table[i].type_name);
    EXPECT_EQ(row[1], std::to_string(table[i].type.concise_type)) << table[i].type_name;
    EXPECT_EQ(row[6], std::to_string(table[i].nullable)) << table[i].type_name;
  }
}

TEST(Origins, AskForWhatIsThere) {
  std::vector<std::string> asked;
  const Query query = [&](const std::string& sql, wire::AnswerColumns columns) {
    asked.push_back(sql);
    if (sql.find("pg_attribute") != sql.npos)
      return wire::Answer(columns, {{text("1234"), text("2"), text("s"), text("t"), text("col"),
                                     text("t"), text("f"), text("99999"), text("e")}});
    return wire::Answer(columns, {{text("99999"), text("mood")}});
  };
  wire::Field expression;
  expression.type_oid = 23;
  EXPECT_EQ(find_origins({expression}, query).column(0, 0), nullptr);
  EXPECT_TRUE(asked.empty());
  wire::Field column;
  column.table_oid = 1234;
  column.attribute = 2;
  column.type_oid = 99999;
  const Origins origins = find_origins({expression, column}, query);
  ASSERT_NE(origins.column(1234, 2), nullptr);
  EXPECT_EQ(origins.column(1234, 2)->column, "col");
  EXPECT_TRUE(origins.column(1234, 2)->not_null);
  EXPECT_FALSE(origins.column(1234, 2)->auto_unique);
  EXPECT_EQ(origins.type_name(99999), "mood");
  EXPECT_EQ(origins.type_name(23), "");
}

}  // namespace
}  // namespace negodbc::catalog
