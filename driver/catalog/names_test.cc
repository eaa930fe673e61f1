// Which object a name means, and by what its rows are found again.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "driver/catalog/base_table.h"
#include "driver/catalog/large_objects.h"
#include "driver/catalog/routine.h"
#include "driver/catalog/row_key.h"
#include "driver/catalog/testing/fixed_server.h"

namespace negodbc::catalog {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

wire::Field field_of(std::uint32_t table, std::int16_t attribute) {
  wire::Field made;
  made.table_oid = table;
  made.attribute = attribute;
  return made;
}

TEST(ObjectNames, WithoutASchemaATableIsTheOneTheSearchPathFinds) {
  testing::FixedServer server;
  const Context context = server.context();
  primary_keys(context, {{}, {}, "t%"});
  EXPECT_THAT(server.asked.at(0), AllOf(HasSubstr("pg_table_is_visible"),
                                        HasSubstr(".relname = E't%'")));  // no pattern here
  primary_keys(context, {"db", "s", "t"});
  EXPECT_THAT(server.asked.at(1),
              AllOf(HasSubstr("current_database() = E'db'"), HasSubstr(".nspname = E's'"),
                    Not(HasSubstr("pg_table_is_visible"))));
}

TEST(ObjectNames, AsIdentifiersAreAllGivenAndFolded) {
  testing::FixedServer server;
  Context context = server.context();
  context.metadata_id = true;
  EXPECT_EQ(testing::state_of([&] { columns(context, {{}, "s", "t"}, "c"); }), "HY009");
  EXPECT_EQ(testing::state_of([&] { columns(context, {"db", "s", "t"}, std::nullopt); }), "HY009");
  EXPECT_TRUE(server.asked.empty());
  columns(context, {"DB", "\"S\"", "T%"}, "C");
  EXPECT_THAT(server.asked.at(0),
              AllOf(HasSubstr("current_database() = E'db'"), HasSubstr("n.nspname = E'S'"),
                    HasSubstr("relname = E't%'"), HasSubstr("attname = E'c'")));
}

TEST(BaseTables, NameTheKeyAmongTheResultsColumns) {
  testing::FixedServer server;
  server.answer = {
      {text("s"), text("odd\"name"), text("r"), text("1"), text("id"), text("t"),
       text("pg_catalog"), text("=")},
      {text("s"), text("odd\"name"), text("r"), text("2"), text("v"), text("f"), {}, {}}};
  // v, an expression, id, and id once more
  const BaseTable table = find_base_table(
      {field_of(77, 2), field_of(0, 0), field_of(77, 1), field_of(77, 1)}, server.query);
  EXPECT_EQ(table.name, "\"s\".\"odd\"\"name\"");
  EXPECT_EQ(table.condition, "tableoid OPERATOR(pg_catalog.=) 77");
  EXPECT_THAT(table.columns, ElementsAre("\"v\"", "", "\"id\"", "\"id\""));
  ASSERT_EQ(table.key.size(), 1U);
  EXPECT_EQ(table.key[0].column, 2U);
  EXPECT_EQ(table.key[0].equality, "OPERATOR(\"pg_catalog\".=)");
  EXPECT_EQ(table.no_key, "");
}

TEST(BaseTables, SayWhyThereIsNoKey) {
  testing::FixedServer server;
  server.answer = {{text("s"), text("t"), text("p"), text("1"), text("id"), text("t"),
                    text("pg_catalog"), text("=")},
                   {text("s"), text("t"), text("p"), text("2"), text("v"), text("f"), {}, {}}};
  const BaseTable partitioned = find_base_table({field_of(77, 2)}, server.query);
  EXPECT_THAT(partitioned.no_key, HasSubstr("was not selected"));
  EXPECT_THAT(partitioned.condition, HasSubstr("pg_partition_tree(77)"));
  server.answer[0][5] = text("f");
  EXPECT_THAT(find_base_table({field_of(77, 2)}, server.query).no_key,
              HasSubstr("has no primary key"));
}

TEST(BaseTables, OfSeveralOrNoTables) {
  testing::FixedServer server;
  EXPECT_EQ(testing::state_of([&] {
              find_base_table({field_of(1, 1), field_of(2, 1)}, server.query);
            }),
            "HY000");
  EXPECT_EQ(testing::state_of([&] { find_base_table({field_of(0, 0)}, server.query); }), "HY000");
  EXPECT_EQ(testing::state_of([&] { find_base_table({field_of(1, -6)}, server.query); }),
            "HY000");  // ctid
  EXPECT_TRUE(server.asked.empty());
  EXPECT_EQ(testing::state_of([&] { find_base_table({field_of(1, 1)}, server.query); }),
            "HY000");  // a view
}

TEST(RowKeys, AreAKeyOrElseAVersion) {
  testing::FixedServer server;
  EXPECT_EQ(find_row_key("s.t", {}, server.query), std::nullopt);
  server.answer = {{text("s"),
                    text("t"),
                    text("r"),
                    text("A"),
                    text("pg_catalog"),
                    text("int4"),
                    text("77"),
                    {},
                    {}},
                   {text("s"), text("t"), text("r"), text("b"), text("own"), text("kind"),
                    text("77"), text("o\"wn"), text("===")}};
  const auto key = find_row_key("s.t", {"count", "it's"}, server.query);
  ASSERT_TRUE(key);
  EXPECT_EQ(key->table, "\"s\".\"t\"");
  EXPECT_TRUE(key->unique);
  ASSERT_EQ(key->columns.size(), 2U);
  EXPECT_EQ(key->columns[0].name, "\"A\"");
  EXPECT_EQ(key->columns[1].type, "\"own\".\"kind\"");
  EXPECT_EQ(key->columns[0].equality, system_equality);
  EXPECT_EQ(key->columns[1].equality, "OPERATOR(\"o\"\"wn\".===)");
  EXPECT_THAT(server.asked.at(1), HasSubstr("p.proname = ANY (ARRAY[E'count', E'it''s']"));
  server.answer[1][8] = text("=) OR (");
  EXPECT_THROW(find_row_key("s.t", {}, server.query), wire::AnswerError);
  server.answer = {{text("s"), text("t"), text("r"), {}, {}, {}, text("77"), {}, {}}};
  const auto version = find_row_key("s.t", {}, server.query);
  ASSERT_TRUE(version);
  EXPECT_FALSE(version->unique);
  EXPECT_EQ(version->columns.size(), 3U);
  EXPECT_EQ(version->columns[2].name, "xmin");
  server.answer[0][2] = text("p");
  EXPECT_EQ(find_row_key("s.t", {}, server.query), std::nullopt);
}

// Kind, how many have defaults, modes, types, names.
Row routine(const char* modes, const char* types, const char* defaults = "0",
            const char* names = "") {
  return {text("f"), text(defaults), modes[0] == '\0' ? Cell() : text(modes), text(types),
          names[0] == '\0' ? Cell() : text(names)};
}

TEST(Routines, OfSeveralTheOneThatTakesSoManyArguments) {
  testing::FixedServer server;
  const auto modes_for = [&](std::size_t arguments) -> std::string {
    const auto found = find_routine({"s", "f"}, arguments, 150000, server.query);
    return found ? found->modes + " " + std::to_string(found->types.size()) : "none";
  };
  server.answer = {routine("", "23"), routine("iio", "23 25 20"),
                   routine("iitt", "23 25 20 20", "1")};
  EXPECT_EQ(modes_for(1), "i 1");
  EXPECT_EQ(modes_for(3), "iio 3") << "the OUT argument counted";
  EXPECT_EQ(modes_for(2), "ii 2") << "what a table function returns is no argument";
  EXPECT_EQ(modes_for(4), "none");
  server.answer = {routine("iio", "23 25 20")};
  EXPECT_EQ(modes_for(2), "iio 3") << "the OUT argument not counted";
  server.answer = {routine("ii", "23 23", "1")};
  EXPECT_EQ(modes_for(1), "ii 2") << "the second has a default";
  EXPECT_EQ(modes_for(0), "none");
  server.answer = {routine("iv", "23 1007")};
  EXPECT_EQ(modes_for(1), "iv 2") << "a VARIADIC argument may be missing";
  EXPECT_EQ(modes_for(7), "iv 2");
  EXPECT_THAT(server.asked.back(), AllOf(HasSubstr("p.prokind"), HasSubstr("n.nspname = E's'")));
}

TEST(Routines, NamesOfTheirArguments) {
  testing::FixedServer server;
  server.answer = {routine("iot", "23 25 20", "0", "a\x01\x01t")};
  const auto found = find_routine({"f"}, 2, 150000, server.query);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->names, (std::vector<std::string>{"a", ""}));
  server.answer = {routine("", "23 23")};
  EXPECT_EQ(find_routine({"f"}, 2, 150000, server.query)->names, std::vector<std::string>(2));
}

TEST(Routines, BeforeThereWereProcedures) {
  testing::FixedServer server;
  server.answer = {routine("", "")};
  const auto found = find_routine({"f"}, 0, 100023, server.query);
  ASSERT_TRUE(found);
  EXPECT_FALSE(found->procedure);
  EXPECT_EQ(found->modes, "");
  EXPECT_THAT(server.asked.at(0), AllOf(Not(HasSubstr("prokind")), HasSubstr("is_visible")));
  find_routine({"pg_temp", "f"}, 0, 150000, server.query);
  EXPECT_THAT(server.asked.at(1), HasSubstr("pg_my_temp_schema()"));
}

TEST(LargeObjectColumns, AreAskedForOnceATableAndNotOfTheSystems) {
  testing::FixedServer server;
  LargeObjects known;
  EXPECT_FALSE(known.asked());
  EXPECT_FALSE(known.is_column(99999, 1, server.query)) << "there is no such type";
  EXPECT_TRUE(known.asked());
  EXPECT_FALSE(known.is_column(88888, 1, server.query));
  EXPECT_EQ(server.asked.size(), 1U) << "without the type no table is asked about";

  LargeObjects others;
  server.asked.clear();
  server.answer = {{text("20000")}};
  EXPECT_TRUE(others.is_type(20000, server.query));
  EXPECT_FALSE(others.is_type(26, server.query));
  server.answer = {{text("3")}};
  EXPECT_TRUE(others.is_column(99999, 3, server.query));
  EXPECT_FALSE(others.is_column(99999, 2, server.query));
  EXPECT_FALSE(others.is_column(first_user_oid - 1, 3, server.query));
  EXPECT_EQ(server.asked.size(), 2U);
}

}  // namespace
}  // namespace negodbc::catalog
