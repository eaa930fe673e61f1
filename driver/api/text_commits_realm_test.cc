// A COMMIT that is sent as a text and that the server answers with ROLLBACK is an error, as that of
// SQLEndTran is.
#include <string>
#include <tuple>

#include "driver/api/testing/odbc_client.h"

namespace negodbc::odbc {
namespace {

using testing::Client;
using testing::Query;

// Protocol, commit mode
class TextCommits : public ::testing::TestWithParam<std::tuple<const char*, SQLULEN>> {
 protected:
  TextCommits() {
    q_.run("CREATE TEMP TABLE kept (k int)");
    client_.set(SQL_ATTR_AUTOCOMMIT, mode_);
  }
  // A transaction with a row, that has failed by a text whose errors no savepoint undoes.
  void fail_transaction() const {
    if (mode_ == SQL_AUTOCOMMIT_ON) q_.run("BEGIN");
    q_.run("INSERT INTO kept VALUES (1)");
    EXPECT_EQ(q_.exec("RELEASE SAVEPOINT no_such"), SQL_ERROR);
    EXPECT_EQ(q_.exec("SELECT 1"), SQL_ERROR);
    EXPECT_EQ(q_.state(), "25P02");
  }
  void expect_rolled_back(const std::string& how) const {
    EXPECT_EQ(q_.state(), "25S03") << how << ": " << q_.error();
    EXPECT_NE(q_.error().find("the transaction was rolled back: a statement in it had failed"),
              std::string::npos)
        << q_.error();
    EXPECT_EQ(SQLMoreResults(q_.get()), SQL_NO_DATA);
    EXPECT_EQ(q_.value("SELECT count(*) FROM kept"), "0") << how;
    EXPECT_EQ(SQLEndTran(SQL_HANDLE_DBC, client_.dbc(), SQL_ROLLBACK), SQL_SUCCESS);
  }

  const SQLULEN mode_ = std::get<SQLULEN>(GetParam());
  const Client client_{
      (std::string("DSN=negodbc-trust;Protocol=") + std::get<const char*>(GetParam())).c_str()};
  const Query q_{client_};
};

INSTANTIATE_TEST_SUITE_P(Modes, TextCommits,
                         ::testing::Combine(::testing::Values("7.4-2", "7.4-0"),
                                            ::testing::Values(SQLULEN{SQL_AUTOCOMMIT_ON},
                                                              SQLULEN{SQL_AUTOCOMMIT_OFF})));

TEST_P(TextCommits, ThatRolledBackAreErrors) {
  for (const char* const text :
       {"COMMIT", "/* c */ end -- c\n work", "COMMIT AND CHAIN", "commit; select 1",
        "commit; insert into kept select 1 where false; select 2", "PREPARE TRANSACTION 'kept'"}) {
    fail_transaction();
    EXPECT_EQ(q_.exec(text), SQL_ERROR) << text;
    expect_rolled_back(text);
    fail_transaction();
    ASSERT_EQ(q_.prepare(text), SQL_SUCCESS) << text << ": " << q_.error();
    EXPECT_EQ(SQLExecute(q_.get()), SQL_ERROR) << text;
    expect_rolled_back(std::string("prepared ") + text);
  }
}

// Known by name from its second execution on.
TEST_P(TextCommits, ThatAreExecutedAgain) {
  const Query commit(client_);
  ASSERT_EQ(commit.prepare("commit"), SQL_SUCCESS) << commit.error();
  for (int i = 0; i < 4; ++i) {
    fail_transaction();
    EXPECT_EQ(SQLExecute(commit.get()), SQL_ERROR) << i;
    EXPECT_EQ(commit.state(), "25S03") << commit.error();
    EXPECT_EQ(q_.value("SELECT count(*) FROM kept"), "0");
    EXPECT_EQ(SQLEndTran(SQL_HANDLE_DBC, client_.dbc(), SQL_ROLLBACK), SQL_SUCCESS);
  }
}

// What asks for no commit, and a COMMIT of what is whole.
TEST_P(TextCommits, OtherwiseSucceed) {
  for (const char* const text : {"ROLLBACK", "abort", "rollback and chain; commit"}) {
    fail_transaction();
    EXPECT_EQ(q_.exec(text), SQL_SUCCESS) << text << ": " << q_.error();
    EXPECT_EQ(q_.value("SELECT count(*) FROM kept"), "0");
    EXPECT_EQ(SQLEndTran(SQL_HANDLE_DBC, client_.dbc(), SQL_ROLLBACK), SQL_SUCCESS);
  }
  if (mode_ == SQL_AUTOCOMMIT_ON) q_.run("BEGIN");
  q_.run("INSERT INTO kept VALUES (1)");
  q_.run("COMMIT");
  EXPECT_EQ(q_.value("SELECT count(*) FROM kept"), "1");
}

}  // namespace
}  // namespace negodbc::odbc
