// What was remembered of a prepared statement, when its names mean something else than before: the
// server plans it anew, and what the driver says and does is about that.
#include <string>

#include "driver/api/testing/odbc_client.h"

namespace negodbc::odbc {
namespace {

using testing::Client;
using testing::Query;

constexpr char text[] = "SELECT id, v FROM t ORDER BY id";

// Two tables t of the same columns, one of them found by the search path, their rows "one 1" and
// "two 1", and the statement executed so often that it has a name at the server.
class Replanned : public ::testing::Test {
 protected:
  Replanned() : q_(client_), other_(second_) {
    other_.run("CREATE SCHEMA one");
    other_.run("CREATE SCHEMA two");
    for (const std::string schema : {"one", "two"}) {
      std::string table = "CREATE TABLE " + schema;
      table.append(".t (id int CONSTRAINT key_").append(schema).append(" PRIMARY KEY, v text");
      other_.run(table.append(schema == "two" ? " NOT NULL)" : ")"));
      std::string rows = "INSERT INTO " + schema;
      rows.append(".t SELECT i, '").append(schema);
      other_.run(rows.append(" ' || i FROM generate_series(1, 2) i"));
    }
    Query(client_).run("SET search_path = one");
    SQLBindCol(q_.get(), 1, SQL_C_SLONG, &id_, 0, &id_length_);
    SQLBindCol(q_.get(), 2, SQL_C_CHAR, v_, sizeof v_, &length_);
  }
  ~Replanned() override {
    SQLFreeStmt(q_.get(), SQL_CLOSE);
    other_.run("DROP SCHEMA one, two CASCADE");
  }
  void kind(SQLULEN type, SQLULEN concurrency) {
    q_.set(SQL_ATTR_CURSOR_TYPE, type);
    q_.set(SQL_ATTR_CONCURRENCY, concurrency);
  }
  void execute_often() {
    ASSERT_EQ(q_.prepare(text), SQL_SUCCESS) << q_.error();
    for (int i = 0; i < 3; ++i) {
      ASSERT_EQ(SQLExecute(q_.get()), SQL_SUCCESS) << q_.error();
      ASSERT_EQ(SQLFetch(q_.get()), SQL_SUCCESS) << q_.error();
      EXPECT_STREQ(v_, "one 1");
      SQLFreeStmt(q_.get(), SQL_CLOSE);
    }
  }
  void execute() {
    ASSERT_EQ(SQLExecute(q_.get()), SQL_SUCCESS) << q_.error();
    ASSERT_EQ(SQLFetch(q_.get()), SQL_SUCCESS) << q_.error();
  }
  void take_the_second_schema() const { Query(client_).run("SET search_path = two"); }
  // By the second session, in one transaction.
  void swap_the_tables() const {
    other_.run(
        "BEGIN; ALTER TABLE one.t RENAME TO u; ALTER TABLE one.u SET SCHEMA two;"
        "ALTER TABLE two.t SET SCHEMA one; ALTER TABLE two.u RENAME TO t; COMMIT");
  }
  std::string rows_of(const std::string& schema) const {
    return other_.value("SELECT id, v FROM " + schema + ".t ORDER BY id");
  }
  // Changes the row that is shown, takes it away, adds one; each in the table that it is of.
  void change(const std::string& seen, const std::string& unseen, const std::string& before) {
    EXPECT_STREQ(v_, "two 1");
    std::snprintf(v_, sizeof v_, "new");
    length_ = SQL_NTS;
    ASSERT_EQ(SQLSetPos(q_.get(), 1, SQL_UPDATE, SQL_LOCK_NO_CHANGE), SQL_SUCCESS) << q_.error();
    EXPECT_EQ(rows_of(seen), "1|new;2|two 2");
    EXPECT_EQ(rows_of(unseen), before);
    id_ = 3;
    std::snprintf(v_, sizeof v_, "more");
    ASSERT_EQ(SQLSetPos(q_.get(), 1, SQL_ADD, SQL_LOCK_NO_CHANGE), SQL_SUCCESS) << q_.error();
    EXPECT_EQ(rows_of(seen), "1|new;2|two 2;3|more");
    EXPECT_EQ(rows_of(unseen), before);
  }
  void remove(const std::string& seen, const std::string& unseen, const std::string& before) {
    ASSERT_EQ(SQLSetPos(q_.get(), 1, SQL_DELETE, SQL_LOCK_NO_CHANGE), SQL_SUCCESS) << q_.error();
    EXPECT_EQ(rows_of(seen), "2|two 2");
    EXPECT_EQ(rows_of(unseen), before);
  }

  Client client_{"DSN=negodbc"}, second_{"DSN=negodbc"};
  Query q_, other_;
  SQLINTEGER id_ = 0;
  char v_[32] = {};
  SQLLEN id_length_ = 0, length_ = 0;
};

constexpr char first_rows[] = "1|one 1;2|one 2";

struct Kind {
  SQLULEN type, concurrency;
};
class ReplannedCursor : public Replanned, public ::testing::WithParamInterface<Kind> {
 protected:
  void SetUp() override { kind(GetParam().type, GetParam().concurrency); }
};

TEST_P(ReplannedCursor, ChangesWhatTheSearchPathFinds) {
  execute_often();
  take_the_second_schema();
  execute();
  change("two", "one", first_rows);
}

TEST_P(ReplannedCursor, ChangesWhatAnotherSessionHasPutInItsPlace) {
  execute_often();
  swap_the_tables();
  execute();
  change("one", "two", first_rows);
}

TEST_P(ReplannedCursor, DeletesWhatItShows) {
  execute_often();
  take_the_second_schema();
  execute();
  remove("two", "one", first_rows);
}

TEST_P(ReplannedCursor, IsNamedByStatementsOfOthers) {
  SQLSetCursorName(q_.get(), testing::chars("shown"), SQL_NTS);
  execute_often();
  take_the_second_schema();
  execute();
  const Query positioned(client_);
  EXPECT_EQ(positioned.exec("UPDATE two.t SET v = 'named' WHERE CURRENT OF shown"), SQL_SUCCESS)
      << positioned.error();
  EXPECT_EQ(positioned.exec("UPDATE one.t SET v = 'named' WHERE CURRENT OF shown"),
            SQL_SUCCESS_WITH_INFO);
  EXPECT_EQ(positioned.state(), "01001");
  EXPECT_EQ(rows_of("two") + " " + rows_of("one"), std::string("1|named;2|two 2 ") + first_rows);
}

// After the cursor was opened.
TEST_P(ReplannedCursor, ChangesNothingOfATableThatCameLater) {
  execute_often();
  execute();
  swap_the_tables();
  EXPECT_STREQ(v_, "one 1");
  std::snprintf(v_, sizeof v_, "new");
  length_ = SQL_NTS;
  SQLSetPos(q_.get(), 1, SQL_UPDATE, SQL_LOCK_NO_CHANGE);
  SQLSetPos(q_.get(), 1, SQL_DELETE, SQL_LOCK_NO_CHANGE);
  EXPECT_EQ(rows_of("one"), "1|two 1;2|two 2");
}

INSTANTIATE_TEST_SUITE_P(Kinds, ReplannedCursor,
                         ::testing::Values(Kind{SQL_CURSOR_FORWARD_ONLY, SQL_CONCUR_VALUES},
                                           Kind{SQL_CURSOR_STATIC, SQL_CONCUR_VALUES},
                                           Kind{SQL_CURSOR_KEYSET_DRIVEN, SQL_CONCUR_ROWVER},
                                           Kind{SQL_CURSOR_KEYSET_DRIVEN, SQL_CONCUR_VALUES}),
                         [](const auto& of) {
                           const std::string type = of.param.type == SQL_CURSOR_FORWARD_ONLY
                                                        ? "forward"
                                                    : of.param.type == SQL_CURSOR_STATIC ? "static_"
                                                                                         : "keyset";
                           return type + (of.param.concurrency == SQL_CONCUR_ROWVER ? "_versions"
                                                                                    : "_values");
                         });

TEST_F(Replanned, TheKeysetOfATableIsNotReadFromAnother) {
  kind(SQL_CURSOR_KEYSET_DRIVEN, SQL_CONCUR_READ_ONLY);
  execute_often();
  execute();
  swap_the_tables();
  EXPECT_EQ(SQLFetchScroll(q_.get(), SQL_FETCH_NEXT, 0), SQL_ERROR);
  EXPECT_EQ(q_.state(), "HY000") << q_.error();
}

TEST_F(Replanned, ColumnsAreToldAsThoseOfTheTableThatIsRead) {
  execute_often();
  execute();
  EXPECT_EQ(q_.text_attribute(2, SQL_DESC_SCHEMA_NAME), "one");
  EXPECT_EQ(q_.number_attribute(2, SQL_DESC_NULLABLE), SQL_NULLABLE);
  SQLFreeStmt(q_.get(), SQL_CLOSE);
  take_the_second_schema();
  execute();
  EXPECT_EQ(q_.text_attribute(2, SQL_DESC_SCHEMA_NAME), "two");
  EXPECT_EQ(q_.number_attribute(2, SQL_DESC_NULLABLE), SQL_NO_NULLS);
  SQLFreeStmt(q_.get(), SQL_CLOSE);
  swap_the_tables();
  execute();
  EXPECT_STREQ(v_, "one 1");
  EXPECT_EQ(q_.text_attribute(2, SQL_DESC_SCHEMA_NAME), "two");
  EXPECT_EQ(q_.number_attribute(2, SQL_DESC_NULLABLE), SQL_NULLABLE);
}

// Values that come in binary format are those of the types that the columns have now.
TEST_F(Replanned, TypesThatHaveChanged) {
  SQLFreeStmt(q_.get(), SQL_UNBIND);
  other_.run("CREATE TABLE one.typed (a date, b float8, c bytea, d uuid)");
  other_.run("INSERT INTO one.typed VALUES ('2024-02-29', 1.5, '\\x00ff', NULL)");
  ASSERT_EQ(q_.prepare("SELECT a, b, c, d FROM typed"), SQL_SUCCESS);
  const auto rows = [&] {
    EXPECT_EQ(SQLExecute(q_.get()), SQL_SUCCESS) << q_.error();
    std::string all = q_.rows();
    SQLFreeStmt(q_.get(), SQL_CLOSE);
    return all;
  };
  for (int i = 0; i < 3; ++i) EXPECT_EQ(rows(), "2024-02-29|1.5|00ff|NULL");
  other_.run(
      "ALTER TABLE one.typed ALTER a TYPE timestamp, ALTER b TYPE float4, ALTER c TYPE text USING "
      "encode(c, 'hex'), ALTER d TYPE float8 USING 7");
  for (int i = 0; i < 3; ++i) EXPECT_EQ(rows(), "2024-02-29 00:00:00|1.5|00ff|7");
}

TEST_F(Replanned, WhatIsToldBeforeExecutionIsAskedOfEachPreparation) {
  execute_often();
  other_.run("ALTER TABLE two.t ALTER v TYPE int USING 7");
  take_the_second_schema();
  ASSERT_EQ(q_.prepare(text), SQL_SUCCESS);
  SQLSMALLINT type = 0;
  ASSERT_EQ(SQLDescribeCol(q_.get(), 2, nullptr, 0, nullptr, &type, nullptr, nullptr, nullptr),
            SQL_SUCCESS)
      << q_.error();
  EXPECT_EQ(type, SQL_INTEGER);
  execute();
  EXPECT_STREQ(v_, "7");
}

}  // namespace
}  // namespace negodbc::odbc
