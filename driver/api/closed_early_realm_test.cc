// A result that is closed before its end: what its statement did stays.
#include <string>

#include "driver/api/testing/odbc_client.h"

namespace negodbc::odbc {
namespace {

using testing::Client;
using testing::Query;

// By its text it reads; each row is made by a function that stores something.
class CalledInPortions : public ::testing::TestWithParam<SQLULEN> {
 protected:
  static constexpr int all = 1000;
  CalledInPortions() {
    const Query q(other_);
    q.run("DROP TABLE IF EXISTS portal_called");
    q.run("CREATE TABLE portal_called (i int)");
    q.run(
        "CREATE OR REPLACE FUNCTION portal_call(i int) RETURNS text LANGUAGE plpgsql AS "
        "$$BEGIN INSERT INTO portal_called VALUES (i); RETURN repeat('x', 8000); END$$");
  }
  ~CalledInPortions() override {
    const Query q(other_);
    q.run("DROP FUNCTION portal_call");
    q.run("DROP TABLE portal_called");
  }
  // How many calls are still there after one row was read and the result was closed in one way.
  std::string stored(const char* portions, int way) {
    Query(other_).run("TRUNCATE portal_called");
    const Client client(("DSN=negodbc-trust;" + std::string(portions)).c_str());
    client.set(SQL_ATTR_AUTOCOMMIT, GetParam());
    {
      Query q(client);
      q.run("SELECT portal_call(i) FROM generate_series(1, " + std::to_string(all) + ") i");
      EXPECT_EQ(SQLFetch(q.get()), SQL_SUCCESS) << q.error();
      SQLRETURN result = SQL_SUCCESS;
      if (way == 0) result = SQLFreeStmt(q.get(), SQL_CLOSE);
      if (way == 1) result = SQLCloseCursor(q.get());
      if (way == 2 && SQLMoreResults(q.get()) != SQL_NO_DATA) result = SQL_ERROR;
      EXPECT_EQ(result, SQL_SUCCESS) << q.error();
      if (way == 3 && GetParam() == SQL_AUTOCOMMIT_ON) {
        EXPECT_EQ(SQLDisconnect(client.dbc()), SQL_SUCCESS);
        q.forget();
      }
    }  // or by freeing the handle
    SQLEndTran(SQL_HANDLE_DBC, client.dbc(), SQL_COMMIT);
    return Query(other_).value("SELECT count(*) FROM portal_called");
  }

  Client other_{"DSN=negodbc-trust"};
};

INSTANTIATE_TEST_SUITE_P(CommitModes, CalledInPortions,
                         ::testing::Values(SQL_AUTOCOMMIT_ON, SQL_AUTOCOMMIT_OFF),
                         [](const auto& test) {
                           return test.param == SQL_AUTOCOMMIT_ON ? "autocommit" : "manual";
                         });

TEST_P(CalledInPortions, WhatWasDoneForAClosedResultStays) {
  for (int way = 0; way < 5; ++way) {
    EXPECT_EQ(stored("Fetch=500", way), "500") << way;
    EXPECT_EQ(stored("UseDeclareFetch=0", way), std::to_string(all)) << way;
  }
}

}  // namespace
}  // namespace negodbc::odbc
