// Arrays of parameters, larger than a flight: every set executed once, and told truly.
#include <algorithm>
#include <string>
#include <vector>

#include "driver/api/testing/odbc_client.h"

namespace negodbc::odbc {
namespace {

using testing::Client;
using testing::Query;

class Arrays : public ::testing::TestWithParam<const char*> {
 protected:
  static constexpr std::size_t sets = 2500;

  explicit Arrays(const char* settings = "")
      : client_((std::string("DSN=negodbc-trust;") + settings).c_str()), q_(client_) {
    q_.run("CREATE TEMP TABLE filled (id int PRIMARY KEY, words varchar(8) DEFAULT 'none')");
    for (std::size_t i = 0; i < sets; ++i) {
      ids_[i] = static_cast<SQLINTEGER>(i);
      std::snprintf(words_[i], sizeof words_[i], "w%zu", i);
      lengths_[i] = i % 7 == 0 ? SQL_NULL_DATA : SQL_NTS;
    }
    q_.set(SQL_ATTR_PARAMSET_SIZE, sets);
    q_.set(SQL_ATTR_PARAM_STATUS_PTR, status_.data());
    q_.set(SQL_ATTR_PARAMS_PROCESSED_PTR, &processed_);
    SQLBindParameter(q_.get(), 1, SQL_PARAM_INPUT, SQL_C_SLONG, SQL_INTEGER, 0, 0, ids_.data(), 0,
                     nullptr);
    SQLBindParameter(q_.get(), 2, SQL_PARAM_INPUT, SQL_C_CHAR, SQL_VARCHAR, 0, 0, words_,
                     sizeof words_[0], lengths_);
  }
  [[nodiscard]] std::ptrdiff_t of_status(SQLUSMALLINT value) const {
    return std::count(status_.begin(), status_.end(), value);
  }
  [[nodiscard]] SQLLEN count() const {
    SQLLEN rows = 0;
    EXPECT_EQ(SQLRowCount(q_.get(), &rows), SQL_SUCCESS);
    return rows;
  }
  [[nodiscard]] std::string stored() const {
    const Query check(client_);
    return check.value("SELECT count(*), count(words), sum(id) FROM filled");
  }
  [[nodiscard]] SQLLEN failed_row(SQLSMALLINT record) const {
    SQLLEN row = -1;
    SQLGetDiagField(SQL_HANDLE_STMT, q_.get(), record, SQL_DIAG_ROW_NUMBER, &row, 0, nullptr);
    return row;
  }

  Client client_;
  Query q_;
  std::vector<SQLINTEGER> ids_ = std::vector<SQLINTEGER>(sets);
  char words_[sets][12] = {};
  SQLLEN lengths_[sets] = {};
  std::vector<SQLUSMALLINT> status_ = std::vector<SQLUSMALLINT>(sets, 99);
  SQLULEN processed_ = 0;
};

class EveryStatement : public Arrays {};

// A statement that is several rows at once, one that is not, and one without named statements.
TEST_P(EveryStatement, IsExecutedWithEverySet) {
  ASSERT_EQ(q_.exec(GetParam()), SQL_SUCCESS) << q_.error();
  EXPECT_EQ(processed_, sets);
  EXPECT_EQ(of_status(SQL_PARAM_SUCCESS), long{sets});
  EXPECT_EQ(count(), SQLLEN{sets});
  EXPECT_EQ(stored(), "2500|2142|3123750");
}

// What lies behind an element is the next one.
TEST_P(EveryStatement, ALengthBeyondItsElementIsRefused) {
  lengths_[4] = sizeof words_[0] + 1;
  EXPECT_EQ(q_.exec(GetParam()), SQL_SUCCESS_WITH_INFO);
  EXPECT_EQ(q_.state(), "HY090") << q_.error();
  EXPECT_EQ(status_[4], SQL_PARAM_ERROR);
  EXPECT_EQ(of_status(SQL_PARAM_ERROR), 1);
}

TEST_P(EveryStatement, TellsWhichSetsHaveFailed) {
  ids_[3] = 1;      // a duplicate in the first flight
  ids_[700] = 699;  // and another one
  ids_[sets - 1] = 5;
  std::snprintf(words_[1201], sizeof words_[0], "too long it");
  EXPECT_EQ(q_.exec(GetParam()), SQL_SUCCESS_WITH_INFO);
  EXPECT_EQ(processed_, sets);
  EXPECT_EQ(of_status(SQL_PARAM_ERROR), 4);
  EXPECT_EQ(of_status(SQL_PARAM_SUCCESS), long{sets} - 4);
  for (const std::size_t set : {std::size_t{3}, std::size_t{700}, std::size_t{1201}, sets - 1})
    EXPECT_EQ(status_[set], SQL_PARAM_ERROR) << set;
  EXPECT_EQ(failed_row(1), 4);
  EXPECT_EQ(failed_row(3), 1202);
  EXPECT_EQ(q_.state(), "23000");
  EXPECT_EQ(count(), SQLLEN{sets} - 4);
  EXPECT_EQ(stored().substr(0, 4), "2496");
}

INSTANTIATE_TEST_SUITE_P(Statements, EveryStatement,
                         ::testing::Values("INSERT INTO filled VALUES (?, ?)",
                                           "INSERT INTO filled (id, words) SELECT ?::int, ?"));

// The time-out cancels a flight whose first sets are executed already, and counts for all of it.
TEST_P(EveryStatement, IsCancelledInTheMiddleOfTheSets) {
  const Query trigger(client_);
  trigger.run(
      "CREATE FUNCTION pg_temp.dawdle() RETURNS trigger LANGUAGE plpgsql AS "
      "'BEGIN PERFORM pg_sleep(0.05); RETURN NEW; END'");
  trigger.run(
      "CREATE TRIGGER slow BEFORE INSERT ON filled FOR EACH ROW EXECUTE FUNCTION "
      "pg_temp.dawdle()");
  q_.set(SQL_ATTR_QUERY_TIMEOUT, 1);
  EXPECT_EQ(q_.exec(GetParam()), SQL_ERROR);
  EXPECT_EQ(q_.state(), "HYT00");
  trigger.run("DROP TRIGGER slow ON filled");
  EXPECT_EQ(stored().substr(0, 2), "0|");  // and the session goes on
  ASSERT_EQ(q_.exec(GetParam()), SQL_SUCCESS) << q_.error();
  EXPECT_EQ(stored(), "2500|2142|3123750");
}

class InATransaction : public Arrays {
 protected:
  explicit InATransaction(const char* settings = "") : Arrays(settings) {
    client_.set(SQL_ATTR_AUTOCOMMIT, SQL_AUTOCOMMIT_OFF);
  }
};

TEST_F(InATransaction, FailedSetsAreUndoneAlone) {
  ids_[10] = 1;
  EXPECT_EQ(q_.exec("INSERT INTO filled VALUES (?, ?)"), SQL_SUCCESS_WITH_INFO);
  EXPECT_EQ(of_status(SQL_PARAM_ERROR), 1);
  ASSERT_EQ(SQLEndTran(SQL_HANDLE_DBC, client_.dbc(), SQL_COMMIT), SQL_SUCCESS);
  EXPECT_EQ(stored().substr(0, 4), "2499");
}

class InAFailedTransaction : public InATransaction {
 protected:
  InAFailedTransaction() : InATransaction("Protocol=7.4-0;") {}
};

TEST_F(InAFailedTransaction, TheRestIsNotTried) {
  ids_[10] = 1;
  EXPECT_EQ(q_.exec("INSERT INTO filled VALUES (?, ?)"), SQL_SUCCESS_WITH_INFO);
  EXPECT_EQ(processed_, 11U);
  EXPECT_EQ(of_status(SQL_PARAM_SUCCESS), 10);
  EXPECT_EQ(status_[10], SQL_PARAM_ERROR);
  EXPECT_EQ(of_status(SQL_PARAM_UNUSED), long{sets} - 11);
  EXPECT_EQ(failed_row(1), 11);
  EXPECT_EQ(SQLEndTran(SQL_HANDLE_DBC, client_.dbc(), SQL_ROLLBACK), SQL_SUCCESS);
}

class InTheApplicationsOwnTransaction : public Arrays {
 protected:
  InTheApplicationsOwnTransaction() : Arrays("Protocol=7.4-0;") {}
};

TEST_F(InTheApplicationsOwnTransaction, TheFailedSetIsTheOneThatIsTold) {
  const Query begin(client_);
  begin.run("BEGIN");
  ids_[10] = 1;
  EXPECT_EQ(q_.exec("INSERT INTO filled VALUES (?, ?)"), SQL_SUCCESS_WITH_INFO);
  EXPECT_EQ(failed_row(1), 11);
  EXPECT_EQ(of_status(SQL_PARAM_UNUSED), long{sets} - 11);
  begin.run("ROLLBACK");
}

class WithoutNames : public Arrays {
 protected:
  WithoutNames() : Arrays("UseServerSidePrepare=0;") {}
};

TEST_F(WithoutNames, AllSetsAreExecuted) {
  std::vector<SQLUSMALLINT> operation(sets, SQL_PARAM_PROCEED);
  operation[0] = operation[sets - 1] = SQL_PARAM_IGNORE;
  q_.set(SQL_ATTR_PARAM_OPERATION_PTR, operation.data());
  ids_[20] = 1;
  EXPECT_EQ(q_.exec("INSERT INTO filled VALUES (?, ?)"), SQL_SUCCESS_WITH_INFO);
  EXPECT_EQ(of_status(SQL_PARAM_SUCCESS), long{sets} - 3);
  EXPECT_EQ(of_status(SQL_PARAM_UNUSED), 2);
  EXPECT_EQ(status_[20], SQL_PARAM_ERROR);
  EXPECT_EQ(stored().substr(0, 4), "2497");
}

// Who has no array of states would not hear of one set among others.
TEST(WithoutStates, AFailedSetFailsTheExecution) {
  for (const SQLULEN autocommit : {SQL_AUTOCOMMIT_ON, SQL_AUTOCOMMIT_OFF}) {
    const Client client;
    client.set(SQL_ATTR_AUTOCOMMIT, autocommit);
    const Query q(client);
    q.run("CREATE TEMP TABLE stated (id int PRIMARY KEY)");
    SQLINTEGER ids[] = {1, 2, 2, 4};
    q.set(SQL_ATTR_PARAMSET_SIZE, std::size(ids));
    SQLBindParameter(q.get(), 1, SQL_PARAM_INPUT, SQL_C_SLONG, SQL_INTEGER, 0, 0, ids, 0, nullptr);
    EXPECT_EQ(q.exec("INSERT INTO stated VALUES (?)"), SQL_ERROR);
    EXPECT_EQ(q.state(), "23000") << q.error();
    SQLFreeStmt(q.get(), SQL_RESET_PARAMS);
    q.set(SQL_ATTR_PARAMSET_SIZE, 1);
    EXPECT_EQ(q.value("SELECT count(*) FROM stated WHERE id > 2"), "0") << "the rest is not tried";
  }
}

class NothingWorks : public Arrays {};

TEST_F(NothingWorks, IsAnError) {
  EXPECT_EQ(q_.exec("INSERT INTO absent VALUES (?, ?)"), SQL_ERROR);
  EXPECT_EQ(q_.state(), "42S02");
  std::fill(ids_.begin(), ids_.end(), 1);
  q_.run("DELETE FROM filled WHERE id = ? AND words = ?");
  q_.set(SQL_ATTR_PARAMSET_SIZE, 40);
  ids_[0] = 1;
  EXPECT_EQ(q_.exec("INSERT INTO filled VALUES (?, ?)"), SQL_SUCCESS_WITH_INFO);
  EXPECT_EQ(q_.exec("INSERT INTO filled VALUES (?, ?)"), SQL_ERROR);
  EXPECT_EQ(processed_, 40U);
  EXPECT_EQ(stored(), "1|0|1");
}

}  // namespace
}  // namespace negodbc::odbc
