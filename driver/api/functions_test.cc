#include "driver/api/functions.h"

#include <gtest/gtest.h>

#include <set>

namespace negodbc::odbc {
namespace {

TEST(Functions, AreListedOnce) {
  std::set<SQLUSMALLINT> ids;
  std::set<std::string_view> names;
  for (const Function& function : functions()) {
    EXPECT_TRUE(ids.insert(function.id).second) << function.name;
    EXPECT_TRUE(names.insert(function.name).second) << function.name;
    EXPECT_TRUE(has_function(function.id));
  }
  EXPECT_GT(ids.size(), 50U);
}

TEST(Functions, DriverManagersAreNotAmongThem) {
  EXPECT_FALSE(has_function(SQL_API_SQLDATASOURCES));
  EXPECT_FALSE(has_function(SQL_API_SQLDRIVERS));
  EXPECT_FALSE(has_function(SQL_API_SQLSETSCROLLOPTIONS));
}

}  // namespace
}  // namespace negodbc::odbc
