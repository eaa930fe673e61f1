#include "driver/sql/encoding_words.h"

#include <gtest/gtest.h>

namespace negodbc::sql {
namespace {

TEST(EncodingWords, WhatATextAsksFor) {
  for (const char* sql :
       {"SET client_encoding TO LATIN1", "set client_encoding = 'latin1'", "SET NAMES 'LATIN1'",
        "set session client_encoding to \"WIN1252\"", "SET LOCAL client_encoding='EUC_JP'",
        "SELECT 1; SET\n/* */ NAMES LATIN1", "SET \"client_encoding\" = latin1;",
        "SELECT set_config('client_encoding', 'LATIN1', false), 'x'",
        "SELECT pg_catalog.set_config ( 'Client_Encoding','SJIS', true)",
        "SET client_encoding = UTF8; SET client_encoding = LATIN1"})
    EXPECT_EQ(encoding_set(sql, true), EncodingSet::other) << sql;
  for (const char* sql :
       {"SET client_encoding TO UTF8", "set client_encoding = 'utf-8'", "SET NAMES 'UNICODE'",
        "SET NAMES", "SET client_encoding TO DEFAULT", "SET NAMES DEFAULT",
        "SELECT set_config('client_encoding', 'UTF8', false)"})
    EXPECT_EQ(encoding_set(sql, true), EncodingSet::utf8) << sql;
  for (const char* sql :
       {"", "SELECT 1", "SELECT names FROM t", "UPDATE t SET names = 'LATIN1'",
        "SELECT 'SET client_encoding TO LATIN1'", "-- SET NAMES 'LATIN1'\nSELECT 1",
        "SHOW client_encoding", "SELECT set_config('client_encoding', $1, false)",
        "SET client_encoding TO SQL_ASCII", "SET search_path TO names",
        "UPDATE t SET client_encoding = 'LATIN1'", "SET client_encoding TO $1",
        "ALTER ROLE r SET client_encoding = LATIN1", "SELECT set_config", "SET",
        "SET client_encoding"})
    EXPECT_EQ(encoding_set(sql, true), EncodingSet::nothing) << sql;
  EXPECT_EQ(encoding_set("SELECT '\\'; SET NAMES LATIN1 --'", true), EncodingSet::other);
  EXPECT_EQ(encoding_set("SELECT '\\'; SET NAMES LATIN1 --'", false), EncodingSet::nothing);
}

TEST(EncodingWords, WhatMaySetItBack) {
  for (const char* sql : {"SET client_encoding TO UTF8", "RESET client_encoding", "RESET ALL",
                          "DISCARD ALL", "ROLLBACK", "ROLLBACK TO s; RESET ALL;", "COMMIT",
                          "SELECT set_config('client_encoding', 'UTF8', false)", "; RESET ALL"})
    EXPECT_TRUE(may_restore_encoding(sql, true)) << sql;
  for (const char* sql : {"", "SELECT 1", "RESET ALL; SELECT 1", "INSERT INTO t VALUES (1)",
                          "SET application_name = '\xC3\xA4'", "SHOW client_encoding"})
    EXPECT_FALSE(may_restore_encoding(sql, true)) << sql;
}

}  // namespace
}  // namespace negodbc::sql
