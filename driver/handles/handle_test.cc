#include "driver/handles/handle.h"

#include <gtest/gtest.h>

#include <thread>
#include <vector>

#include "driver/handles/connection.h"
#include "driver/handles/environment.h"

namespace negodbc::odbc {
namespace {

TEST(Registry, FindsByKindUntilWithdrawn) {
  const auto environment = std::make_shared<Environment>();
  const SQLHANDLE id = environment->id();
  EXPECT_EQ(find<Environment>(id), nullptr);
  publish(environment);
  EXPECT_EQ(find<Environment>(id), environment);
  EXPECT_EQ(find<Connection>(id), nullptr);
  withdraw(*environment);
  EXPECT_EQ(find<Environment>(id), nullptr);
  withdraw(*environment);  // twice does no harm
}

TEST(Registry, NeverGivesANumberTwice) {
  SQLHANDLE first = nullptr;
  {
    const auto environment = std::make_shared<Environment>();
    publish(environment);
    first = environment->id();
    withdraw(*environment);
  }
  for (int i = 0; i < 100; ++i) EXPECT_NE(Environment().id(), first);
  EXPECT_EQ(find<Environment>(first), nullptr);
}

TEST(Registry, FromManyThreads) {
  std::vector<std::thread> threads;
  threads.reserve(4);
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([] {
      for (int i = 0; i < 500; ++i) {
        const auto environment = std::make_shared<Environment>();
        publish(environment);
        EXPECT_EQ(find<Environment>(environment->id()), environment);
        withdraw(*environment);
      }
    });
  }
  for (auto& thread : threads) thread.join();
}

std::string state_of(const std::function<void()>& body) {
  try {
    body();
  } catch (const Error& e) {
    return std::string(e.state().view());
  }
  return "";
}

TEST(EnvironmentAttributes, VersionsAndErrors) {
  Environment environment;
  EXPECT_EQ(environment.odbc_version(), 0);
  for (const SQLINTEGER version : {2, 3, 380}) {
    environment.set_attribute(SQL_ATTR_ODBC_VERSION, version);
    EXPECT_EQ(std::get<SQLINTEGER>(environment.attribute(SQL_ATTR_ODBC_VERSION)), version);
  }
  EXPECT_EQ(state_of([&] { environment.set_attribute(SQL_ATTR_ODBC_VERSION, 4); }), "HY024");
  EXPECT_EQ(state_of([&] { environment.set_attribute(SQL_ATTR_OUTPUT_NTS, SQL_FALSE); }), "HYC00");
  EXPECT_EQ(state_of([&] { environment.set_attribute(4711, 0); }), "HY092");
  EXPECT_EQ(state_of([&] { (void)environment.attribute(4711); }), "HY092");
}

class ConnectionAttributes : public ::testing::Test {
 protected:
  std::string set(SQLINTEGER attribute, std::uintptr_t value, const std::string& text = "") {
    return state_of(
        [&] { connection_.set_attribute(attribute, reinterpret_cast<SQLPOINTER>(value), text); });
  }
  SQLUINTEGER get(SQLINTEGER attribute) {
    return std::get<SQLUINTEGER>(connection_.attribute(attribute));
  }
  Connection connection_{std::make_shared<Environment>()};
};

TEST_F(ConnectionAttributes, BeforeConnecting) {
  EXPECT_EQ(get(SQL_ATTR_AUTOCOMMIT), 1U);
  EXPECT_EQ(set(SQL_ATTR_AUTOCOMMIT, SQL_AUTOCOMMIT_OFF), "");
  EXPECT_EQ(get(SQL_ATTR_AUTOCOMMIT), 0U);
  EXPECT_EQ(set(SQL_ATTR_LOGIN_TIMEOUT, 3), "");
  EXPECT_EQ(get(SQL_ATTR_LOGIN_TIMEOUT), 3U);
  EXPECT_EQ(set(SQL_ATTR_TXN_ISOLATION, SQL_TXN_SERIALIZABLE), "");
  EXPECT_EQ(get(SQL_ATTR_TXN_ISOLATION), static_cast<SQLUINTEGER>(SQL_TXN_SERIALIZABLE));
  EXPECT_EQ(set(SQL_ATTR_CURRENT_CATALOG, 0, "db"), "");
  EXPECT_EQ(std::get<std::string>(connection_.attribute(SQL_ATTR_CURRENT_CATALOG)), "db");
  EXPECT_EQ(get(SQL_ATTR_CONNECTION_DEAD), static_cast<SQLUINTEGER>(SQL_CD_TRUE));
}

TEST_F(ConnectionAttributes, StatesOfWhatCannotBe) {
  EXPECT_EQ(set(SQL_ATTR_AUTOCOMMIT, 2), "HY024");
  EXPECT_EQ(set(SQL_ATTR_TXN_ISOLATION, 16), "HY024");
  EXPECT_EQ(set(SQL_ATTR_ACCESS_MODE, 5), "HY024");
  EXPECT_EQ(set(SQL_ATTR_TRANSLATE_LIB, 0, "x"), "HYC00");
  EXPECT_EQ(set(SQL_ATTR_ASYNC_DBC_FUNCTIONS_ENABLE, SQL_ASYNC_DBC_ENABLE_ON), "HYC00");
  EXPECT_EQ(set(SQL_ATTR_ASYNC_ENABLE, 2), "HY024");
  EXPECT_EQ(set(SQL_ATTR_CONNECTION_DEAD, 1), "HY092");
  EXPECT_EQ(set(31337, 1), "HY092");
  EXPECT_EQ(state_of([&] { (void)connection_.attribute(31337); }), "HY092");
  EXPECT_EQ(state_of([&] { connection_.end_transaction(SQL_COMMIT); }), "08003");
  EXPECT_EQ(state_of([&] { connection_.end_transaction(77); }), "HY012");
  EXPECT_EQ(state_of([&] { connection_.disconnect(); }), "08003");
}

TEST_F(ConnectionAttributes, BeginSaysWhatTheyWant) {
  const auto framing = [&] { return connection_.framing(sql::Surround::savepoint); };
  EXPECT_FALSE(framing().begin);
  set(SQL_ATTR_AUTOCOMMIT, SQL_AUTOCOMMIT_OFF);
  EXPECT_EQ(framing().begin_text, "BEGIN");
  set(SQL_ATTR_TXN_ISOLATION, SQL_TXN_REPEATABLE_READ);
  set(SQL_ATTR_ACCESS_MODE, SQL_MODE_READ_ONLY);
  EXPECT_TRUE(framing().begin);
  EXPECT_EQ(framing().begin_text, "BEGIN ISOLATION LEVEL repeatable read READ ONLY");
}

}  // namespace
}  // namespace negodbc::odbc
