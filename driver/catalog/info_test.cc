#include "driver/catalog/info.h"

#include <gtest/gtest.h>

#include <set>

#include "driver/base/error.h"
#include "driver/catalog/info_table.h"
#include "driver/catalog/testing/info_types.h"

namespace negodbc::catalog {
namespace {

TEST(Info, EveryTypeOnce) {
  std::set<SQLUSMALLINT> seen;
  for (const InfoEntry& entry : info_table())
    EXPECT_TRUE(seen.insert(entry.type).second) << entry.type;
  EXPECT_GT(seen.size(), 150U);
}

TEST(Info, EveryTypeOfTheReferenceInItsWidth) {
  std::set<SQLUSMALLINT> specified;
  for (const testing::InfoType& wanted : testing::info_types) {
    EXPECT_TRUE(specified.insert(wanted.type).second) << wanted.name;
    const InfoValue value = info(wanted.type, {});
    // The alternatives of InfoValue are in the order of InfoWidth.
    EXPECT_EQ(value.index(), static_cast<std::size_t>(wanted.width)) << wanted.name;
  }
  for (const InfoEntry& entry : info_table())
    EXPECT_TRUE(specified.contains(entry.type)) << entry.type;
}

TEST(Info, YesAndNo) {
  for (const InfoEntry& entry : info_table()) {
    if (entry.kind != InfoKind::text || entry.text.size() != 1) continue;
    EXPECT_NE(std::string_view("YN.\\\"$").find(entry.text), std::string_view::npos) << entry.type;
  }
}

TEST(Info, ValuesHaveTheirWidth) {
  const InfoContext context;
  EXPECT_EQ(std::get<std::string>(info(SQL_DRIVER_ODBC_VER, context)), "03.80");
  EXPECT_EQ(std::get<SQLUSMALLINT>(info(SQL_GROUP_BY, context)), SQL_GB_GROUP_BY_CONTAINS_SELECT);
  EXPECT_EQ(std::get<SQLUINTEGER>(info(SQL_SQL_CONFORMANCE, context)), 8U);
  EXPECT_EQ(std::get<SQLUSMALLINT>(info(SQL_MAX_IDENTIFIER_LEN, context)), 63);
}

TEST(Info, OfTheConnection) {
  InfoContext context{"dsn", "host", "db", "alice", 150004, true};
  EXPECT_EQ(std::get<std::string>(info(SQL_DATA_SOURCE_NAME, context)), "dsn");
  EXPECT_EQ(std::get<std::string>(info(SQL_SERVER_NAME, context)), "host");
  EXPECT_EQ(std::get<std::string>(info(SQL_USER_NAME, context)), "alice");
  EXPECT_EQ(std::get<std::string>(info(SQL_DBMS_VER, context)), "15.04.0000");
  EXPECT_EQ(std::get<std::string>(info(SQL_DATA_SOURCE_READ_ONLY, context)), "Y");
  context.server_version = 90624;
  EXPECT_EQ(std::get<std::string>(info(SQL_DBMS_VER, context)), "09.06.0024");
}

TEST(Info, WhatIsNotThere) {
  try {
    (void)info(9999, {});
    FAIL();
  } catch (const Error& e) {
    EXPECT_EQ(e.state(), "HY096");
  }
  EXPECT_THROW((void)info(SQL_DRIVER_HDBC, {}), Error);
}

}  // namespace
}  // namespace negodbc::catalog
