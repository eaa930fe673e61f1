#include "driver/sql/transaction_words.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <vector>

namespace negodbc::sql {
namespace {

TEST(Surround, OrdinaryStatements) {
  for (const char* sql : {"", "select 1", "insert into t values ('; commit')", "update t set a = 1",
                          "with x as (select 1) select * from x", "do $$ begin commit; end $$",
                          "-- commit\nselect 1", "(select 1)", "commitment"})
    EXPECT_EQ(surround(sql, true), Surround::savepoint) << sql;
}

TEST(Surround, WhatManagesTransactionsItself) {
  for (const char* sql : {"BEGIN", "start transaction", "/* c */ Commit", "end", "ROLLBACK TO a",
                          "abort", "savepoint a", "release a", "prepare transaction 'x'",
                          "select 1; commit", "select 1; -- c\n savepoint a; select 2"})
    EXPECT_EQ(surround(sql, true), Surround::nothing) << sql;
}

TEST(Surround, WhatNoTransactionTakes) {
  for (const char* sql : {"VACUUM",
                          "vacuum (analyze) t;",
                          "/* c */ Cluster",
                          "reindex index concurrently i",
                          "REINDEX DATABASE d",
                          "discard all",
                          "commit prepared 'x'",
                          "rollback prepared 'x'",
                          "create database d",
                          "CREATE INDEX CONCURRENTLY i ON t (a)",
                          "create unique index concurrently i on t (a)",
                          "create tablespace s location '/x'",
                          "drop database if exists d",
                          "drop tablespace s",
                          "drop index concurrently i",
                          "alter system set work_mem = '1MB'",
                          "alter database d set tablespace s",
                          "create subscription s connection 'x' publication p",
                          "drop subscription s",
                          "alter subscription s refresh publication",
                          "alter table t detach partition p concurrently"})
    EXPECT_EQ(surround(sql, true), Surround::alone) << sql;
  for (const char* sql :
       {"vacuum; select 1", "create index i on t (a)", "drop index i",
        "create table vacuum (i int)", "alter database d set default_tablespace to s",
        "alter table t detach partition p", "create unique index i on t (a)", "drop table t",
        "\"vacuum\"", "analyze t", "alter subscription s disable", "discard plans; select 1"})
    EXPECT_NE(surround(sql, true), Surround::alone) << sql;
}

TEST(Surround, Copy) {
  EXPECT_EQ(surround("copy t from stdin", true), Surround::savepoint_before);
  EXPECT_EQ(surround("select 1; COPY t to stdout", true), Surround::savepoint_before);
  EXPECT_EQ(surround("copy t from stdin; commit", true), Surround::nothing);
}

TEST(CommitsAsked, ByTheFirstWordsOfEachStatement) {
  using Numbers = std::vector<std::size_t>;
  for (const char* sql : {"COMMIT", "/* c */ end -- c\n work;", " ; commit and chain; select 1",
                          "Prepare /* c */ Transaction 'x'"})
    EXPECT_EQ(commits_asked(sql, true), Numbers{0}) << sql;
  EXPECT_EQ(commits_asked("rollback to a; -- c\n;commit; select ';'; end", true), (Numbers{1, 3}));
  for (const char* sql :
       {"", "select 1", "rollback", "prepare x as select 1", "commit prepared 'x'", "'commit'",
        "\"end\"", "create procedure p() begin atomic select 1; end"})
    EXPECT_EQ(commits_asked(sql, true), Numbers{}) << sql;
}

TEST(CopiesOut, WhatIsSentToTheClient) {
  for (const char* sql :
       {"COPY t TO STDOUT", "copy binary t to /* c */ stdout", "copy t (\"to\", a) to stdin",
        "/* c */ copy (insert into t values (1) returning a) to stdout (format csv)",
        "select 1; -- c\n copy (select ')' from t) to Stdout; select 2"})
    EXPECT_TRUE(copies_out(sql, true)) << sql;
  for (const char* sql :
       {"", "copy t from stdin", "copy t from stdout", "copy t to '/x/stdout'",
        "copy t to program 'to stdout'", "copy (select 1 as \"to stdout\") to '/x'",
        "select 'copy t to stdout'", "select 1; -- copy t to stdout", "copy t", "copy t to",
        "copy (select f(a) from t to stdout", "select copy; to stdout"})
    EXPECT_FALSE(copies_out(sql, true)) << sql;
}

TEST(IsCall, ByTheFirstWord) {
  EXPECT_TRUE(is_call("call p($1)", true));
  EXPECT_TRUE(is_call("-- c\n CALL s.p()", true));
  for (const char* sql : {"", "select call", "callable", "\"call\" x", "'call'"})
    EXPECT_FALSE(is_call(sql, true)) << sql;
}

}  // namespace
}  // namespace negodbc::sql
