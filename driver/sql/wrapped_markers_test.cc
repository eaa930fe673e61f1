#include "driver/sql/wrapped_markers.h"

#include <gtest/gtest.h>

#include <array>

namespace negodbc::sql {
namespace {

TEST(WrappedMarkers, OnlyTheGivenOnes) {
  constexpr std::array<std::size_t, 2> numbers = {1, 12};
  const auto wrapped = [&](std::string_view sql) {
    return wrapped_markers(sql, numbers, "f(", ")", true);
  };
  EXPECT_EQ(wrapped("INSERT INTO t VALUES ($1, $2, $12, $1)"),
            "INSERT INTO t VALUES (f($1), $2, f($12), f($1))");
  EXPECT_EQ(wrapped("SELECT '$1', \"$1\", $$ $1 $$ /* $1 */ -- $1"),
            "SELECT '$1', \"$1\", $$ $1 $$ /* $1 */ -- $1");
  EXPECT_EQ(wrapped("$1::lo"), "f($1)::lo");
  EXPECT_EQ(wrapped(""), "");
}

TEST(WrappedMarkers, WhatAssignsColumns) {
  for (const char* sql : {"INSERT INTO t VALUES ($1)", " /* x */ update t SET a = $1"})
    EXPECT_TRUE(assigns_columns(sql, true)) << sql;
  for (const char* sql : {"", "SELECT $1", "DELETE FROM t WHERE a = $1", "\"insert\" $1"})
    EXPECT_FALSE(assigns_columns(sql, true)) << sql;
}

}  // namespace
}  // namespace negodbc::sql
