// Rows changed through a cursor: SQLSetPos, SQLBulkOperations, WHERE CURRENT OF.
#include <cstdint>
#include <string>

#include "driver/api/testing/odbc_client.h"

namespace negodbc::odbc {
namespace {

using testing::Client;
using testing::Query;

class Positioned : public ::testing::Test {
 protected:
  static constexpr SQLULEN size = 3;

  Positioned() : q_(client_), other_(client_) {
    other_.run(
        R"(CREATE TEMP TABLE "My rows" (id int PRIMARY KEY, words text, "the Price" numeric))");
    other_.run(
        R"(INSERT INTO "My rows" SELECT i, 'it''s \' || i, i * 1.5 FROM generate_series(1, 5) i)");
    EXPECT_EQ(q_.set(SQL_ATTR_CURSOR_TYPE, SQL_CURSOR_STATIC), SQL_SUCCESS);
    EXPECT_EQ(q_.set(SQL_ATTR_CONCURRENCY, SQL_CONCUR_VALUES), SQL_SUCCESS);
    q_.set(SQL_ATTR_ROW_ARRAY_SIZE, size);
    q_.set(SQL_ATTR_ROW_STATUS_PTR, status_);
    SQLBindCol(q_.get(), 1, SQL_C_SLONG, ids_, 0, id_lengths_);
    SQLBindCol(q_.get(), 2, SQL_C_CHAR, words_, sizeof words_[0], lengths_);
  }
  void open(
      const char* sql = R"(SELECT id, words, "the Price", id + 1 FROM "My rows" ORDER BY id)") {
    q_.run(sql);
    ASSERT_EQ(SQLFetchScroll(q_.get(), SQL_FETCH_ABSOLUTE, 2), SQL_SUCCESS);
  }
  void put(std::size_t row, const char* words) {
    std::snprintf(words_[row], sizeof words_[row], "%s", words);
    lengths_[row] = SQL_NTS;
  }
  std::string words_of(int id) {
    return other_.value(R"(SELECT words FROM "My rows" WHERE id = )" + std::to_string(id));
  }

  Client client_;
  Query q_, other_;
  SQLINTEGER ids_[size] = {};
  char words_[size][32] = {};
  SQLLEN id_lengths_[size] = {}, lengths_[size] = {};
  SQLUSMALLINT status_[size] = {};
};

// The server says no only when the statement's transaction ends, behind the row that it returns.
TEST_F(Positioned, WhatFailsAtItsEndIsAnError) {
  other_.run(
      R"(ALTER TABLE "My rows" ADD CONSTRAINT prices UNIQUE ("the Price") DEFERRABLE INITIALLY DEFERRED)");
  SQLBindCol(q_.get(), 3, SQL_C_CHAR, words_, sizeof words_[0], lengths_);
  SQLBindCol(q_.get(), 2, SQL_C_CHAR, nullptr, 0, nullptr);
  open();
  put(0, "4.5");  // which is the next row's
  id_lengths_[0] = SQL_COLUMN_IGNORE;
  EXPECT_EQ(SQLSetPos(q_.get(), 1, SQL_UPDATE, SQL_LOCK_NO_CHANGE), SQL_ERROR);
  EXPECT_EQ(q_.state(), "23000") << q_.error();
  EXPECT_EQ(status_[0], SQL_ROW_ERROR);
  id_lengths_[0] = 0;
  ids_[0] = 77;
  EXPECT_EQ(SQLSetPos(q_.get(), 1, SQL_ADD, SQL_LOCK_NO_CHANGE), SQL_ERROR);
  EXPECT_EQ(q_.state(), "23000") << q_.error();
  SQLFreeStmt(q_.get(), SQL_CLOSE);
  EXPECT_EQ(
      other_.value(R"(SELECT count(*), max(id), min("the Price") FROM "My rows" WHERE id >= 2)"),
      "4|5|3.0");
}

TEST_F(Positioned, UpdatesARow) {
  open();
  put(1, "new");
  id_lengths_[1] = SQL_COLUMN_IGNORE;
  ASSERT_EQ(SQLSetPos(q_.get(), 2, SQL_UPDATE, SQL_LOCK_NO_CHANGE), SQL_SUCCESS) << q_.error();
  EXPECT_EQ(status_[1], SQL_ROW_UPDATED);
  EXPECT_EQ(words_of(3), "new");
  EXPECT_EQ(words_of(4), R"(it's \4)");
  // The cursor shows it, and can change the row once more.
  ASSERT_EQ(SQLFetchScroll(q_.get(), SQL_FETCH_RELATIVE, 0), SQL_SUCCESS);
  EXPECT_STREQ(words_[1], "new");
  ids_[1] = 33;
  put(1, "newer");
  ASSERT_EQ(SQLSetPos(q_.get(), 2, SQL_UPDATE, SQL_LOCK_NO_CHANGE), SQL_SUCCESS) << q_.error();
  EXPECT_EQ(words_of(33), "newer");
  lengths_[1] = SQL_NULL_DATA;
  ASSERT_EQ(SQLSetPos(q_.get(), 2, SQL_UPDATE, SQL_LOCK_NO_CHANGE), SQL_SUCCESS) << q_.error();
  EXPECT_EQ(words_of(33), "NULL");
}

// The length is the whole value's then, as the fetch has told it; behind the buffer lies the next
// row's, and behind the last one nobody's.
TEST_F(Positioned, AValueThatWasCutIsNotWrittenBack) {
  for (const int type : {SQL_C_CHAR, SQL_C_WCHAR, SQL_C_BINARY}) {
    other_.run(R"(UPDATE "My rows" SET words = repeat('long words ', 9) WHERE id = 2)");
    SQLBindCol(q_.get(), 2, static_cast<SQLSMALLINT>(type), words_, sizeof words_[0], lengths_);
    q_.run(R"(SELECT id, words FROM "My rows" ORDER BY id)");
    ASSERT_EQ(SQLFetchScroll(q_.get(), SQL_FETCH_ABSOLUTE, 2), SQL_SUCCESS_WITH_INFO);
    EXPECT_EQ(SQLSetPos(q_.get(), 1, SQL_UPDATE, SQL_LOCK_NO_CHANGE), SQL_ERROR);
    EXPECT_EQ(q_.state(), "HY090") << q_.error();
    EXPECT_EQ(status_[0], SQL_ROW_ERROR);
    EXPECT_EQ(words_of(2).size(), 99U);
    lengths_[0] = SQL_COLUMN_IGNORE;
    EXPECT_EQ(SQLSetPos(q_.get(), 1, SQL_UPDATE, SQL_LOCK_NO_CHANGE), SQL_SUCCESS) << q_.error();
    SQLFreeStmt(q_.get(), SQL_CLOSE);
  }
}

// Also where the type's equality does not see the difference, or there is none.
TEST_F(Positioned, EveryChangeOfAValueIsSeen) {
  other_.run(
      "CREATE COLLATION pg_temp.loose (provider = icu, locale = 'und-u-ks-level2', "
      "deterministic = false)");
  struct Case {
    const char *type, *before, *theirs, *mine;
  };
  for (const Case& each :
       {Case{"json", "[1]", "[9]", "[5]"}, Case{"xml", "<x/>", "<b/>", "<a/>"},
        Case{"point", "(0,0)", "(9,9)", "(1,1)"}, Case{"text COLLATE pg_temp.loose", "a", "A", "z"},
        Case{"varchar(9) COLLATE pg_temp.loose", "a", "A", "z"}, Case{"bpchar(3)", "a", "A", "z"},
        Case{"int[]", "{1}", "{2}", "{3}"},
        Case{"interval", "1 day 01:00:00", "25:00:00", "2 days"},
        Case{"timestamptz", "2026-01-01", "2026-01-02", "2026-01-03"}}) {
    const std::string type = each.type;
    const auto set = [&](const char* value) {
      other_.run(std::string("UPDATE loose SET v = '") + value + "'");
    };
    other_.run(
        "DROP TABLE IF EXISTS pg_temp.loose; CREATE TEMP TABLE loose (id int PRIMARY KEY, v " +
        type + "); INSERT INTO loose VALUES (1, '" + each.before + "')");
    q_.run("SELECT id, v FROM loose");
    ASSERT_EQ(SQLFetch(q_.get()), SQL_SUCCESS) << type << q_.error();
    set(each.theirs);
    put(0, each.mine);
    EXPECT_NE(SQLSetPos(q_.get(), 1, SQL_UPDATE, SQL_LOCK_NO_CHANGE), SQL_SUCCESS) << type;
    EXPECT_EQ(q_.state(), "01001") << type << q_.error();
    EXPECT_EQ(other_.value("SELECT v = '" + std::string(each.mine) +
                           "' FROM (SELECT v::text FROM loose) x"),
              "0")
        << type;
    set(each.before);
    EXPECT_EQ(SQLSetPos(q_.get(), 1, SQL_UPDATE, SQL_LOCK_NO_CHANGE), SQL_SUCCESS)
        << type << q_.error();
    SQLFreeStmt(q_.get(), SQL_CLOSE);
  }
}

TEST_F(Positioned, DataAtExecution) {
  open();
  lengths_[0] = SQL_LEN_DATA_AT_EXEC(0);
  lengths_[2] = SQL_DATA_AT_EXEC;
  put(1, "at once");
  ASSERT_EQ(SQLSetPos(q_.get(), 0, SQL_UPDATE, SQL_LOCK_NO_CHANGE), SQL_NEED_DATA) << q_.error();
  SQLPOINTER token = nullptr;
  ASSERT_EQ(SQLParamData(q_.get(), &token), SQL_NEED_DATA);
  EXPECT_EQ(token, words_[0]);
  EXPECT_EQ(SQLPutData(q_.get(), testing::chars("in "), SQL_NTS), SQL_SUCCESS);
  EXPECT_EQ(SQLPutData(q_.get(), testing::chars("parts"), 5), SQL_SUCCESS);
  ASSERT_EQ(SQLParamData(q_.get(), &token), SQL_NEED_DATA);
  EXPECT_EQ(token, words_[2]);
  EXPECT_EQ(SQLPutData(q_.get(), nullptr, SQL_NULL_DATA), SQL_SUCCESS);
  ASSERT_EQ(SQLParamData(q_.get(), &token), SQL_SUCCESS) << q_.error();
  EXPECT_EQ(words_of(2), "in parts");
  EXPECT_EQ(words_of(3), "at once");
  EXPECT_EQ(words_of(4), "NULL");
  for (const SQLUSMALLINT status : status_) EXPECT_EQ(status, SQL_ROW_UPDATED);

  for (std::size_t i = 0; i < size; ++i) {
    ids_[i] = static_cast<SQLINTEGER>(50 + i);
    id_lengths_[i] = 0;
    lengths_[i] = SQL_LEN_DATA_AT_EXEC(3);
  }
  ids_[1] = 1;  // there already
  ASSERT_EQ(SQLBulkOperations(q_.get(), SQL_ADD), SQL_NEED_DATA) << q_.error();
  for (std::size_t i = 0; i < size; ++i) {
    ASSERT_EQ(SQLParamData(q_.get(), &token), SQL_NEED_DATA);
    EXPECT_EQ(token, words_[i]);
    EXPECT_EQ(SQLPutData(q_.get(), testing::chars("new"), SQL_NTS), SQL_SUCCESS);
  }
  EXPECT_EQ(SQLParamData(q_.get(), &token), SQL_SUCCESS_WITH_INFO);
  EXPECT_EQ(q_.state(), "23000");
  EXPECT_EQ(words_of(50) + words_of(52), "newnew");

  // Cancelled, nothing is changed, and the cursor is where it was.
  ASSERT_EQ(SQLSetPos(q_.get(), 1, SQL_UPDATE, SQL_LOCK_NO_CHANGE), SQL_NEED_DATA) << q_.error();
  EXPECT_EQ(SQLCancel(q_.get()), SQL_SUCCESS);
  EXPECT_EQ(words_of(2), "in parts");
  ASSERT_EQ(SQLFetchScroll(q_.get(), SQL_FETCH_FIRST, 0), SQL_SUCCESS) << q_.error();
}

TEST_F(Positioned, DoesNotChangeWhatSomebodyElseHasChanged) {
  open();
  other_.run(R"(UPDATE "My rows" SET "the Price" = 0 WHERE id = 3)");
  put(1, "late");
  EXPECT_EQ(SQLSetPos(q_.get(), 2, SQL_UPDATE, SQL_LOCK_NO_CHANGE), SQL_SUCCESS_WITH_INFO);
  EXPECT_EQ(q_.state(), "01001");
  EXPECT_EQ(status_[1], SQL_ROW_ERROR);
  EXPECT_EQ(SQLSetPos(q_.get(), 2, SQL_DELETE, SQL_LOCK_NO_CHANGE), SQL_SUCCESS_WITH_INFO);
  EXPECT_EQ(q_.state(), "01001");
  EXPECT_EQ(status_[1], SQL_ROW_ERROR);
  EXPECT_EQ(words_of(3), R"(it's \3)");
}

TEST_F(Positioned, DeletesAllRowsOfTheRowset) {
  open();
  ASSERT_EQ(SQLSetPos(q_.get(), 0, SQL_DELETE, SQL_LOCK_NO_CHANGE), SQL_SUCCESS) << q_.error();
  EXPECT_EQ(other_.value(R"(SELECT string_agg(id::text, ',') FROM "My rows")"), "1,5");
  ASSERT_EQ(SQLFetchScroll(q_.get(), SQL_FETCH_FIRST, 0), SQL_SUCCESS);
  EXPECT_EQ(status_[0], SQL_ROW_SUCCESS);
  EXPECT_EQ(status_[1], SQL_ROW_DELETED);
  ASSERT_EQ(SQLSetPos(q_.get(), 2, SQL_POSITION, SQL_LOCK_NO_CHANGE), SQL_SUCCESS);
  EXPECT_NE(q_.text(2).find("HY109"), std::string::npos);
}

TEST_F(Positioned, AddsRowsAlone) {
  open();
  for (std::size_t i = 0; i < size; ++i) {
    ids_[i] = static_cast<SQLINTEGER>(100 + i);
    id_lengths_[i] = 0;
    put(i, "added");
  }
  ids_[1] = 1;  // there already
  EXPECT_EQ(SQLBulkOperations(q_.get(), SQL_ADD), SQL_SUCCESS_WITH_INFO);
  EXPECT_EQ(q_.state(), "23000");
  EXPECT_EQ(status_[0], SQL_ROW_ADDED);
  EXPECT_EQ(status_[1], SQL_ROW_ERROR);
  EXPECT_EQ(other_.value(R"(SELECT count(*) FROM "My rows" WHERE words = 'added')"), "2");
  ids_[0] = 200;
  EXPECT_EQ(SQLSetPos(q_.get(), 1, SQL_ADD, SQL_LOCK_NO_CHANGE), SQL_SUCCESS) << q_.error();
  EXPECT_EQ(words_of(200), "added");
}

TEST_F(Positioned, ByBookmark) {
  q_.set(SQL_ATTR_USE_BOOKMARKS, SQL_UB_VARIABLE);
  SQLBIGINT bookmarks[size] = {};
  SQLLEN lengths[size] = {};
  SQLBindCol(q_.get(), 0, SQL_C_VARBOOKMARK, bookmarks, sizeof bookmarks[0], lengths);
  open();
  bookmarks[0] = 5;
  bookmarks[1] = 1;
  bookmarks[2] = 2;
  ASSERT_EQ(SQLBulkOperations(q_.get(), SQL_FETCH_BY_BOOKMARK), SQL_SUCCESS) << q_.error();
  EXPECT_EQ(ids_[0], 5);
  EXPECT_EQ(ids_[1], 1);
  EXPECT_EQ(bookmarks[0], 5);
  for (std::size_t i = 0; i < size; ++i) put(i, "by bookmark");
  ASSERT_EQ(SQLBulkOperations(q_.get(), SQL_UPDATE_BY_BOOKMARK), SQL_SUCCESS) << q_.error();
  EXPECT_EQ(words_of(5), "by bookmark");
  EXPECT_EQ(words_of(3), R"(it's \3)");
  bookmarks[2] = 99;
  EXPECT_EQ(SQLBulkOperations(q_.get(), SQL_DELETE_BY_BOOKMARK), SQL_SUCCESS_WITH_INFO);
  EXPECT_EQ(q_.state(), "HY107");
  EXPECT_EQ(other_.value(R"(SELECT count(*) FROM "My rows")"), "3");
}

TEST_F(Positioned, WhereCurrentOf) {
  SQLSetCursorName(q_.get(), testing::chars("mine"), SQL_NTS);
  open();
  other_.run(R"(UPDATE "My rows" SET words = 'current' WHERE CURRENT OF mine)");
  EXPECT_EQ(words_of(2), "current");
  EXPECT_EQ(words_of(3), R"(it's \3)");
  ASSERT_EQ(SQLSetPos(q_.get(), 2, SQL_POSITION, SQL_LOCK_NO_CHANGE), SQL_SUCCESS);
  other_.run(R"(DELETE FROM "My rows" WHERE CURRENT OF MINE)");
  EXPECT_EQ(words_of(3), "");
  other_.run("CREATE TEMP TABLE like_it (id int, words text, \"the Price\" numeric)");
  other_.run("INSERT INTO like_it SELECT * FROM \"My rows\"");
  SQLSetPos(q_.get(), 3, SQL_POSITION, SQL_LOCK_NO_CHANGE);
  EXPECT_EQ(other_.exec("DELETE FROM like_it WHERE CURRENT OF mine"),
            SQL_SUCCESS_WITH_INFO);  // another table
  EXPECT_EQ(other_.state(), "01001");
  SQLFetchScroll(q_.get(), SQL_FETCH_ABSOLUTE, 100);
  EXPECT_EQ(other_.exec(R"(DELETE FROM "My rows" WHERE CURRENT OF mine)"), SQL_ERROR);
  EXPECT_EQ(other_.state(), "24000");
  EXPECT_EQ(other_.exec(R"(DELETE FROM "My rows" WHERE CURRENT OF nobody)"), SQL_ERROR);
  EXPECT_EQ(other_.state(), "34000");
}

TEST_F(Positioned, WhatCannotBeChanged) {
  const auto refused = [&](const char* sql) {
    q_.run(sql);
    EXPECT_TRUE(SQL_SUCCEEDED(SQLFetchScroll(q_.get(), SQL_FETCH_FIRST, 0)));
    EXPECT_EQ(SQLSetPos(q_.get(), 1, SQL_DELETE, SQL_LOCK_NO_CHANGE), SQL_ERROR) << sql;
    EXPECT_EQ(q_.state(), "HY000") << sql;
    SQLFreeStmt(q_.get(), SQL_CLOSE);
  };
  refused("SELECT 1, 'x'");
  refused(R"(SELECT count(*), words FROM "My rows" GROUP BY words)");  // without the key
  other_.run("CREATE TEMP TABLE keyless AS SELECT 1 AS id, 'x' AS words");
  refused("SELECT * FROM keyless");
  refused(R"(SELECT a.id, b.words FROM "My rows" a JOIN keyless b ON true)");
  q_.set(SQL_ATTR_CONCURRENCY, SQL_CONCUR_READ_ONLY);
  open();
  EXPECT_EQ(SQLSetPos(q_.get(), 1, SQL_UPDATE, SQL_LOCK_NO_CHANGE), SQL_ERROR);
  EXPECT_EQ(q_.state(), "HY092");
}

}  // namespace
}  // namespace negodbc::odbc
