#include "driver/sql/definition_words.h"

#include <gtest/gtest.h>

namespace negodbc::sql {
namespace {

TEST(Redefines, WhatTheServerRefusesWhileATableIsRead) {
  for (const char* sql :
       {"ALTER TABLE t ADD c int", "/* a */ drop table t", "TRUNCATE t", "reindex table t",
        "CREATE INDEX ON t (a)", "create unique index i on t (a)", "CREATE OR REPLACE TRIGGER x",
        "CREATE CONSTRAINT TRIGGER x", "create rule r as on", "REFRESH MATERIALIZED VIEW m",
        "CLUSTER t", "close all", "SELECT 1; ALTER TABLE t DROP c"})
    EXPECT_TRUE(redefines(sql, true)) << sql;
}

TEST(Redefines, NothingElse) {
  for (const char* sql :
       {"", "SELECT 'alter'", "INSERT INTO t VALUES (1)", "CREATE TABLE t (index int)",
        "CREATE TEMP VIEW v AS SELECT 1", "UPDATE t SET alter = 1", "CLOSE c", "-- drop\nSELECT 1",
        "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'select 1'", "\"drop\""})
    EXPECT_FALSE(redefines(sql, true)) << sql;
}

}  // namespace
}  // namespace negodbc::sql
