// {call ...} and {? = call ...}: what is called, and what it gives.
#include <string>

#include "driver/api/testing/odbc_client.h"

namespace negodbc::odbc {
namespace {

using testing::Client;
using testing::Query;

TEST(Calls, TheResultOfAFunction) {
  const Client client;
  const Query q(client);
  SQLINTEGER result = 0;
  SQLLEN indicator = 0;
  SQLINTEGER argument = -5;
  SQLBindParameter(q.get(), 1, SQL_PARAM_OUTPUT, SQL_C_SLONG, SQL_INTEGER, 0, 0, &result, 0,
                   &indicator);
  SQLBindParameter(q.get(), 2, SQL_PARAM_INPUT, SQL_C_SLONG, SQL_INTEGER, 0, 0, &argument, 0,
                   nullptr);
  ASSERT_EQ(q.exec("{? = call abs(?)}"), SQL_SUCCESS) << q.error();
  EXPECT_EQ(result, 5);
  EXPECT_EQ(q.exec("SELECT ?::int + ?"), SQL_ERROR);
  EXPECT_EQ(q.state(), "HYC00");
}

struct Bound {
  SQLINTEGER value = 0;
  SQLLEN indicator = sizeof value;
};

void bind(const Query& q, SQLUSMALLINT number, SQLSMALLINT direction, Bound& bound) {
  ASSERT_EQ(SQLBindParameter(q.get(), number, direction, SQL_C_SLONG, SQL_INTEGER, 0, 0,
                             &bound.value, 0, &bound.indicator),
            SQL_SUCCESS)
      << q.error();
}

// What a name stands for changes: with the search_path, and where something is made anew.
TEST(Calls, OfAnotherRoutineOfTheName) {
  for (const char* settings : {"", "Protocol=7.4-1;"}) {
    const Client client((std::string("DSN=negodbc-trust;") + settings).c_str());
    const Query setup(client);
    const Query q(client);
    Bound a{5};
    Bound b{7};
    bind(q, 1, SQL_PARAM_INPUT, a);
    for (const bool procedure : {true, false, true}) {
      setup.run("DROP ROUTINE IF EXISTS pg_temp.m");
      setup.run(procedure ? "CREATE PROCEDURE pg_temp.m(a int, INOUT b int) LANGUAGE plpgsql AS "
                            "$$BEGIN b := a * 100; END$$"
                          : "CREATE FUNCTION pg_temp.m(a int, OUT b int) LANGUAGE sql AS "
                            "'SELECT a + 1'");
      bind(q, 2, procedure ? SQL_PARAM_INPUT_OUTPUT : SQL_PARAM_OUTPUT, b);
      ASSERT_EQ(q.exec("{call pg_temp.m(?, ?)}"), SQL_SUCCESS)
          << settings << procedure << q.error();
      EXPECT_EQ(b.value, procedure ? 500 : 6);
    }
  }
}

TEST(Calls, OutputsOfAFunction) {
  const Client client;
  const Query q(client);
  q.run(
      "CREATE FUNCTION pg_temp.halves(IN a int, OUT half int, INOUT b int, OUT word text)"
      " LANGUAGE sql AS $$ SELECT a / 2, b / 2, 'word ' || a $$");
  ASSERT_EQ(q.prepare("{call pg_temp.halves(?, ?, ?, ?)}"), SQL_SUCCESS);
  Bound a{10};
  Bound half;
  Bound b{7};
  char word[8] = {};
  SQLLEN length = 0;
  bind(q, 1, SQL_PARAM_INPUT, a);
  bind(q, 2, SQL_PARAM_OUTPUT, half);
  bind(q, 3, SQL_PARAM_INPUT_OUTPUT, b);
  SQLBindParameter(q.get(), 4, SQL_PARAM_OUTPUT, SQL_C_CHAR, SQL_VARCHAR, 7, 0, word, sizeof word,
                   &length);
  ASSERT_EQ(SQLExecute(q.get()), SQL_SUCCESS) << q.error();
  EXPECT_EQ(half.value, 5);
  EXPECT_EQ(b.value, 3);
  EXPECT_STREQ(word, "word 10");
  EXPECT_EQ(length, 7);
  EXPECT_EQ(q.rows(), "5|3|word 10");
  EXPECT_EQ(SQLMoreResults(q.get()), SQL_NO_DATA);
  a.value = 123456;
  ASSERT_EQ(SQLExecute(q.get()), SQL_SUCCESS_WITH_INFO);
  EXPECT_EQ(q.state(), "01004");
  EXPECT_EQ(half.value, 61728);
  EXPECT_EQ(b.value, 1);
  EXPECT_STREQ(word, "word 12");
  EXPECT_EQ(length, 11);
  a.indicator = SQL_NULL_DATA;
  ASSERT_EQ(SQLExecute(q.get()), SQL_SUCCESS);
  EXPECT_EQ(half.indicator, SQL_NULL_DATA);
  EXPECT_EQ(length, SQL_NULL_DATA);
}

TEST(Calls, AResultAndAnOutput) {
  const Client client;
  const Query q(client);
  q.run("CREATE FUNCTION pg_temp.twice(IN a int, OUT b int) LANGUAGE sql AS 'SELECT a * 2'");
  Bound result;
  Bound a{21};
  Bound b;
  bind(q, 1, SQL_PARAM_OUTPUT, result);
  bind(q, 2, SQL_PARAM_INPUT, a);
  bind(q, 3, SQL_PARAM_OUTPUT, b);
  ASSERT_EQ(q.exec("{? = call pg_temp.twice(?, ?)}"), SQL_SUCCESS) << q.error();
  EXPECT_EQ(result.value, 42);
  EXPECT_EQ(b.value, 42);
  ASSERT_EQ(q.exec("{? = call abs(?)}"), SQL_SUCCESS) << q.error();
  EXPECT_EQ(result.value, 21);
  bind(q, 1, SQL_PARAM_INPUT, result);
  EXPECT_EQ(q.exec("{? = call abs(?)}"), SQL_ERROR);
  EXPECT_EQ(q.state(), "HYC00");
}

TEST(Calls, ParametersAreQuestionMarks) {
  const Client client;
  const Query q(client);
  Bound a{1};
  bind(q, 1, SQL_PARAM_INPUT, a);
  for (const char* sql : {"{call abs($5)}", "{call power(?, $0)}", "{call power(?, $2)}"}) {
    EXPECT_EQ(q.exec(sql), SQL_ERROR) << sql;
    EXPECT_EQ(q.state(), "42000") << q.error();
  }
  EXPECT_EQ(q.exec("{call power(?, $1)}"), SQL_SUCCESS) << q.error();
}

TEST(Calls, Procedures) {
  const Client client;
  const Query q(client);
  q.run("CREATE TEMP TABLE noted (i int)");
  q.run("CREATE PROCEDURE pg_temp.note(a int) LANGUAGE sql AS 'INSERT INTO noted VALUES (a)'");
  q.run(
      "CREATE PROCEDURE pg_temp.add_up(a int, INOUT b int, OUT c int) LANGUAGE plpgsql AS"
      " $$ BEGIN b := a + b; c := b * 10; END $$");
  Bound a{5};
  bind(q, 1, SQL_PARAM_INPUT, a);
  ASSERT_EQ(q.exec("{call pg_temp.note(?)}"), SQL_SUCCESS) << q.error();
  EXPECT_EQ(Query(client).value("SELECT i FROM noted"), "5");

  ASSERT_EQ(q.prepare("{call pg_temp.add_up(?, ?, ?)}"), SQL_SUCCESS);
  Bound b{1};
  Bound c;
  bind(q, 2, SQL_PARAM_INPUT_OUTPUT, b);
  bind(q, 3, SQL_PARAM_OUTPUT, c);
  for (int round = 1; round <= 3; ++round) {
    ASSERT_EQ(SQLExecute(q.get()), SQL_SUCCESS) << q.error();
    EXPECT_EQ(b.value, 1 + 5 * round);
    EXPECT_EQ(c.value, 10 * b.value);
  }
  // Bound as inputs they are a result.
  SQLFreeStmt(q.get(), SQL_RESET_PARAMS);
  bind(q, 1, SQL_PARAM_INPUT, b);
  ASSERT_EQ(q.exec("{call pg_temp.add_up(1, ?, NULL)}"), SQL_SUCCESS) << q.error();
  EXPECT_EQ(q.rows(), "17|170");
}

TEST(Calls, AreDescribedByTheRoutine) {
  const Client client;
  const Query q(client);
  q.run(
      "CREATE PROCEDURE pg_temp.typed(a int8, INOUT b text, OUT c date) LANGUAGE plpgsql AS"
      " $$ BEGIN c := '2026-11-24'; END $$");
  q.run(
      "CREATE FUNCTION pg_temp.stamped(a int2, OUT b timestamp) LANGUAGE sql AS"
      " $$ SELECT '2026-11-24'::timestamp $$");
  const auto types = [&](const char* sql) {
    std::string all;
    EXPECT_EQ(q.prepare(sql), SQL_SUCCESS) << q.error();
    SQLSMALLINT count = 0;
    SQLNumParams(q.get(), &count);
    for (SQLSMALLINT i = 1; i <= count; ++i) {
      SQLSMALLINT type = 0;
      EXPECT_EQ(
          SQLDescribeParam(q.get(), static_cast<SQLUSMALLINT>(i), &type, nullptr, nullptr, nullptr),
          SQL_SUCCESS)
          << q.error();
      all += std::to_string(type) + " ";
    }
    return all;
  };
  EXPECT_EQ(types("{call pg_temp.typed(?, ?, ?)}"), "-5 -10 91 ");
  EXPECT_EQ(types("{? = call pg_temp.stamped(?, ?)}"), "93 5 93 ");
  EXPECT_EQ(types("{? = call pg_temp.stamped(?)}"), "93 5 ");
}

// ODBC reference: "Binding Parameters by Name".
void name(const Query& q, SQLSMALLINT number, const char* name) {
  SQLHDESC ipd = nullptr;
  SQLGetStmtAttr(q.get(), SQL_ATTR_IMP_PARAM_DESC, &ipd, 0, nullptr);
  ASSERT_EQ(SQLSetDescField(ipd, number, SQL_DESC_NAME, testing::chars(name), SQL_NTS),
            SQL_SUCCESS);
}

TEST(Calls, ParametersByName) {
  const Client client;
  const Query q(client);
  q.run(
      "CREATE FUNCTION pg_temp.weighed(a int, b int DEFAULT 5, INOUT c int DEFAULT 7, OUT d int)"
      " LANGUAGE sql AS $$ SELECT a * 100 + b * 10 + c, a $$");
  Bound c{3};
  Bound a{1};
  Bound b{2};
  Bound d;
  bind(q, 1, SQL_PARAM_OUTPUT, d);
  bind(q, 2, SQL_PARAM_INPUT_OUTPUT, c);
  bind(q, 3, SQL_PARAM_INPUT, a);
  bind(q, 4, SQL_PARAM_INPUT, b);
  const char* const names[] = {"d", "C", "a", "b"};
  for (SQLSMALLINT i = 0; i < 4; ++i) name(q, static_cast<SQLSMALLINT>(i + 1), names[i]);
  ASSERT_EQ(q.exec("{call pg_temp.weighed(?, ?, ?, ?)}"), SQL_SUCCESS) << q.error();
  EXPECT_EQ(c.value, 123);
  EXPECT_EQ(d.value, 1);
  name(q, 4, "nobody");
  EXPECT_EQ(q.exec("{call pg_temp.weighed(?, ?, ?, ?)}"), SQL_ERROR);
  EXPECT_EQ(q.state(), "42000");
}

TEST(Calls, WithoutBracesGiveOutputsWhereSomeAreBound) {
  const Client client;
  const Query q(client);
  q.run(
      "CREATE PROCEDURE pg_temp.doubled(INOUT n int, IN plus int) LANGUAGE plpgsql AS"
      " 'BEGIN n := n * 2 + plus; END'");
  Bound n{20};
  Bound plus{1};
  ASSERT_EQ(q.prepare("CALL pg_temp.doubled(?, ?)"), SQL_SUCCESS);
  bind(q, 1, SQL_PARAM_INPUT_OUTPUT, n);
  bind(q, 2, SQL_PARAM_INPUT, plus);
  ASSERT_EQ(SQLExecute(q.get()), SQL_SUCCESS) << q.error();
  EXPECT_EQ(n.value, 41);
  // Without one it gives a row, as any statement.
  bind(q, 1, SQL_PARAM_INPUT, n);
  ASSERT_EQ(SQLExecute(q.get()), SQL_SUCCESS) << q.error();
  EXPECT_EQ(q.rows(), "83");
}

// As psqlodbc has it: what is returned is no result, but the row is there to be fetched, and to be
// left.
TEST(Calls, TheReturnedValueIsARow) {
  const Client client;
  const Query q(client);
  Bound result;
  Bound argument{-5};
  ASSERT_EQ(q.prepare("{? = call abs(?)}"), SQL_SUCCESS);
  bind(q, 1, SQL_PARAM_OUTPUT, result);
  bind(q, 2, SQL_PARAM_INPUT, argument);
  SQLSMALLINT columns = -1;
  EXPECT_EQ(SQLNumResultCols(q.get(), &columns), SQL_SUCCESS) << q.error();
  EXPECT_EQ(columns, 0);
  for (int execution = 0; execution < 3; ++execution) {
    ASSERT_EQ(SQLExecute(q.get()), SQL_SUCCESS) << q.error();
    EXPECT_EQ(result.value, 5);
    EXPECT_EQ(SQLNumResultCols(q.get(), &columns), SQL_SUCCESS);
    EXPECT_EQ(columns, 0);
    if (execution == 1) continue;
    ASSERT_EQ(SQLFetch(q.get()), SQL_SUCCESS) << q.error();
    EXPECT_EQ(q.text(1), "5");
    EXPECT_EQ(SQLFetch(q.get()), SQL_NO_DATA);
  }
  EXPECT_EQ(SQLCloseCursor(q.get()), SQL_SUCCESS);
}

class Refcursors : public ::testing::Test {
 protected:
  void SetUp() override {
    q_.run(
        "CREATE PROCEDURE pg_temp.open_two(INOUT n int, INOUT a refcursor DEFAULT 'the \"first',"
        " INOUT b refcursor DEFAULT 'second') LANGUAGE plpgsql AS $$ BEGIN"
        " OPEN a FOR SELECT i, 'row ' || i FROM generate_series(1, n) i;"
        " OPEN b FOR SELECT 'one' WHERE n > 0; n := 2 * n; END $$");
    bind(q_, 1, SQL_PARAM_INPUT_OUTPUT, n_);
  }

  Client client_{"DSN=negodbc-trust;FetchRefcursors=1"};
  Query q_{client_};
  Bound n_{2};
};

TEST_F(Refcursors, AreFetchedInTheirTransaction) {
  client_.set(SQL_ATTR_AUTOCOMMIT, SQL_AUTOCOMMIT_OFF);
  ASSERT_EQ(q_.prepare("CALL pg_temp.open_two(?)"), SQL_SUCCESS);
  for (int execution = 1; execution <= 2; ++execution) {
    ASSERT_EQ(SQLExecute(q_.get()), SQL_SUCCESS) << q_.error();
    EXPECT_EQ(n_.value, execution == 1 ? 4 : 8);
    EXPECT_EQ(q_.rows(), execution == 1 ? "1|row 1;2|row 2" : "1|row 1;2|row 2;3|row 3;4|row 4");
    ASSERT_EQ(SQLMoreResults(q_.get()), SQL_SUCCESS) << q_.error();
    EXPECT_EQ(q_.rows(), "one");
    EXPECT_EQ(SQLMoreResults(q_.get()), SQL_NO_DATA);
    ASSERT_EQ(SQLEndTran(SQL_HANDLE_DBC, client_.dbc(), SQL_COMMIT), SQL_SUCCESS);
  }
}

TEST_F(Refcursors, HaveEndedWithACallThatIsItsOwnTransaction) {
  ASSERT_EQ(q_.exec("{call pg_temp.open_two(?)}"), SQL_SUCCESS_WITH_INFO);
  EXPECT_EQ(q_.state(), "01000") << q_.error();
  EXPECT_EQ(n_.value, 4);
  EXPECT_EQ(q_.rows(), "4|the \"first|second");
}

TEST_F(Refcursors, AreNamesWhereTheDsnDoesNotWantThem) {
  const Client client("DSN=negodbc-trust");
  client.set(SQL_ATTR_AUTOCOMMIT, SQL_AUTOCOMMIT_OFF);
  const Query q(client);
  q.run(
      "CREATE FUNCTION pg_temp.opened(OUT n int, OUT a refcursor) LANGUAGE plpgsql AS"
      " $$ BEGIN n := 1; OPEN a FOR SELECT 1; END $$");
  Bound n;
  bind(q, 1, SQL_PARAM_OUTPUT, n);
  ASSERT_EQ(q.exec("{call pg_temp.opened(?, ?)}"), SQL_ERROR);
  char name[64] = {};
  SQLBindParameter(q.get(), 2, SQL_PARAM_OUTPUT, SQL_C_CHAR, SQL_VARCHAR, 63, 0, name, sizeof name,
                   nullptr);
  ASSERT_EQ(q.exec("{call pg_temp.opened(?, ?)}"), SQL_SUCCESS) << q.error();
  EXPECT_EQ(q.rows(), "1|" + std::string(name));
}

// As psqlodbc and SQL Server have it.
TEST(Identity, IsTheLastInsertsNumber) {
  const Client client;
  const Query q(client);
  q.run("CREATE TEMP TABLE \"Numbered\" (t text, k serial)");
  q.run("CREATE TEMP TABLE plain (t text)");
  const Query asking(client);
  ASSERT_EQ(asking.prepare("SELECT @@IDENTITY"), SQL_SUCCESS) << asking.error();
  const auto asked = [&] {
    EXPECT_EQ(SQLExecute(asking.get()), SQL_SUCCESS) << asking.error();
    std::string rows = asking.rows();
    SQLFreeStmt(asking.get(), SQL_CLOSE);
    return rows;
  };
  EXPECT_EQ(asked(), "NULL");
  q.run("INSERT INTO \"Numbered\" (t) VALUES ('a'), ('b')");
  EXPECT_EQ(asked(), "2");
  q.run("INSERT INTO plain VALUES ('c')");
  EXPECT_EQ(asked(), "NULL");
  q.run("INSERT INTO \"Numbered\" (t) VALUES ('d')");
  EXPECT_EQ(asked(), "3");
}

}  // namespace
}  // namespace negodbc::odbc
