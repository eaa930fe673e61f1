// Parameters whose declared type is not what the server wants: what is tried, what it costs, and
// that nothing is executed twice and no transaction lost by it.
#include <cstdint>
#include <string>
#include <vector>

#include "driver/api/testing/odbc_client.h"

namespace negodbc::odbc {
namespace {

using testing::Client;
using testing::Query;

void bind(const Query& q, SQLUSMALLINT number, SQLINTEGER& value,
          SQLSMALLINT sql_type = SQL_INTEGER) {
  ASSERT_EQ(SQLBindParameter(q.get(), number, SQL_PARAM_INPUT, SQL_C_SLONG, sql_type, 0, 0, &value,
                             0, nullptr),
            SQL_SUCCESS)
      << q.error();
}

void bind(const Query& q, SQLUSMALLINT number, const char* text,
          SQLSMALLINT sql_type = SQL_VARCHAR) {
  ASSERT_EQ(SQLBindParameter(q.get(), number, SQL_PARAM_INPUT, SQL_C_CHAR, sql_type, 0, 0,
                             testing::chars(text), 0, nullptr),
            SQL_SUCCESS)
      << q.error();
}

// In each way of sending: without names at the server, and where an error loses the transaction.
class ParameterTypes : public ::testing::TestWithParam<const char*> {
 protected:
  Client client_{(std::string("DSN=negodbc-trust;") + GetParam()).c_str()};
  Query q_{client_};
  SQLINTEGER one_ = 1;
};

INSTANTIATE_TEST_SUITE_P(Ways, ParameterTypes,
                         ::testing::Values("", "UseServerSidePrepare=0", "Protocol=7.4-0",
                                           "Protocol=7.4-1"));

TEST_P(ParameterTypes, OfIntegersForOtherColumns) {
  q_.run("CREATE TEMP TABLE kinds (b bool, i bit, t text, m money, v interval, j json)");
  for (const char* column : {"b", "i", "t", "m", "v", "j"}) {
    bind(q_, 1, one_);
    EXPECT_EQ(q_.exec(std::string("INSERT INTO kinds (") + column + ") VALUES (?)"), SQL_SUCCESS)
        << column << q_.error();
  }
  SQLFreeStmt(q_.get(), SQL_RESET_PARAMS);
  EXPECT_EQ(q_.value("SELECT string_agg(concat(b, i, t, m::numeric, v, j), ' ' ORDER BY b, i, t, m,"
                     " v) FROM kinds"),
            "t 1 1 1.00 00:00:01 1");
}

TEST_P(ParameterTypes, OfArgumentsAndComparisons) {
  SQLDOUBLE number = 1.26;
  SQLBindParameter(q_.get(), 1, SQL_PARAM_INPUT, SQL_C_DOUBLE, SQL_DOUBLE, 0, 0, &number, 0,
                   nullptr);
  EXPECT_EQ(q_.value("SELECT round(?, 1)"), "1.3");
  SQL_DATE_STRUCT day{2026, 11, 22};
  SQLBindParameter(q_.get(), 1, SQL_PARAM_INPUT, SQL_C_TYPE_DATE, SQL_TYPE_DATE, 0, 0, &day, 0,
                   nullptr);
  EXPECT_EQ(q_.value("SELECT 1 WHERE '2026-11-22'::text = ?"), "1");
  bind(q_, 1, one_, SQL_BIGINT);
  EXPECT_EQ(q_.value("SELECT left('xyz', ?)"), "x");
  bind(q_, 1, one_);
  EXPECT_EQ(q_.value("SELECT upper(?)"), "1");
  EXPECT_EQ(q_.value("SELECT coalesce(?, 'none')"), "1");
  EXPECT_EQ(q_.value("SELECT json_build_object('k', ?)"), "{\"k\" : 1}");
}

TEST_P(ParameterTypes, OfTextThatNothingIsKnownOf) {
  bind(q_, 1, "a");
  bind(q_, 2, "b");
  EXPECT_EQ(q_.value("SELECT concat(?, ?)"), "ab");
  SQLFreeStmt(q_.get(), SQL_RESET_PARAMS);
  bind(q_, 1, "a");
  EXPECT_EQ(q_.value("SELECT ? IS NULL"), "0");
  EXPECT_EQ(q_.value("SELECT json_build_object('k', ?)"), "{\"k\" : \"a\"}");
}

// What a declared type is good for.
TEST_P(ParameterTypes, AreDeclaredFirst) {
  bind(q_, 1, one_);
  EXPECT_EQ(q_.value("SELECT date '2026-11-22' + ?"), "2026-11-23");
  SQL_DATE_STRUCT day{2026, 11, 22};
  SQLBindParameter(q_.get(), 1, SQL_PARAM_INPUT, SQL_C_TYPE_DATE, SQL_TYPE_DATE, 0, 0, &day, 0,
                   nullptr);
  EXPECT_EQ(q_.value("SELECT extract(year FROM ?)"), "2026");
  bind(q_, 1, one_);
  bind(q_, 2, one_);
  EXPECT_EQ(q_.value("SELECT ? + ?"), "2");
}

TEST_P(ParameterTypes, OfWhatWasBoundTooSmall) {
  q_.run("CREATE TEMP TABLE wide (i int8, n numeric, f float8)");
  SQLUSMALLINT word = 65535;
  SQLUBIGINT largest = UINT64_MAX;
  SQLBindParameter(q_.get(), 1, SQL_PARAM_INPUT, SQL_C_USHORT, SQL_SMALLINT, 0, 0, &word, 0,
                   nullptr);
  SQLBindParameter(q_.get(), 2, SQL_PARAM_INPUT, SQL_C_UBIGINT, SQL_BIGINT, 0, 0, &largest, 0,
                   nullptr);
  bind(q_, 3, "2.5", SQL_INTEGER);
  ASSERT_EQ(q_.exec("INSERT INTO wide VALUES (?, ?, ?)"), SQL_SUCCESS) << q_.error();
  SQLFreeStmt(q_.get(), SQL_RESET_PARAMS);
  EXPECT_EQ(q_.value("SELECT concat_ws(' ', i, n, f) FROM wide"), "65535 18446744073709551615 2.5");
  // And what its column does not take is still told.
  q_.run("CREATE TEMP TABLE narrow (i int2)");
  SQLBindParameter(q_.get(), 1, SQL_PARAM_INPUT, SQL_C_USHORT, SQL_SMALLINT, 0, 0, &word, 0,
                   nullptr);
  EXPECT_EQ(q_.exec("INSERT INTO narrow VALUES (?)"), SQL_ERROR);
  EXPECT_EQ(q_.state(), "22003");
}

// A value of the type that was declared is assigned as SQL assigns it.
TEST_P(ParameterTypes, FractionsForIntegerColumnsAreTheServers) {
  q_.run("CREATE TEMP TABLE whole (i int)");
  SQLDOUBLE number = 1.5;
  for (const SQLSMALLINT type : {SQLSMALLINT{SQL_DOUBLE}, SQLSMALLINT{SQL_NUMERIC}}) {
    SQLBindParameter(q_.get(), 1, SQL_PARAM_INPUT, SQL_C_DOUBLE, type, 0, 0, &number, 0, nullptr);
    EXPECT_EQ(q_.value("INSERT INTO whole VALUES (?) RETURNING i"), "2");
    bind(q_, 1, "1.5", type);
    EXPECT_EQ(q_.value("INSERT INTO whole VALUES (?) RETURNING i"), "2");
  }
  EXPECT_EQ(q_.value("INSERT INTO whole VALUES (1.5) RETURNING i"), "2");
  for (const SQLSMALLINT type : {SQLSMALLINT{SQL_INTEGER}, SQLSMALLINT{SQL_VARCHAR}}) {
    bind(q_, 1, "1.5", type);
    EXPECT_EQ(q_.exec("INSERT INTO whole VALUES (?)"), SQL_ERROR);
    EXPECT_EQ(q_.state(), "22018") << q_.error();
  }
}

TEST_P(ParameterTypes, OfArrays) {
  constexpr std::size_t sets = 300;
  q_.run("CREATE TEMP TABLE many (b bool, i int8)");
  std::vector<SQLINTEGER> bools(sets);
  std::vector<SQLUINTEGER> numbers(sets);
  for (std::size_t i = 0; i < sets; ++i) {
    bools[i] = static_cast<SQLINTEGER>(i % 2);
    numbers[i] = i % 100 == 50 ? 4000000000U : static_cast<SQLUINTEGER>(i);
  }
  q_.set(SQL_ATTR_PARAMSET_SIZE, sets);
  SQLBindParameter(q_.get(), 1, SQL_PARAM_INPUT, SQL_C_SLONG, SQL_INTEGER, 0, 0, bools.data(), 0,
                   nullptr);
  SQLBindParameter(q_.get(), 2, SQL_PARAM_INPUT, SQL_C_ULONG, SQL_INTEGER, 0, 0, numbers.data(), 0,
                   nullptr);
  ASSERT_EQ(q_.exec("INSERT INTO many VALUES (?, ?)"), SQL_SUCCESS) << q_.error();
  q_.set(SQL_ATTR_PARAMSET_SIZE, SQLULEN{1});
  SQLFreeStmt(q_.get(), SQL_RESET_PARAMS);
  EXPECT_EQ(q_.value("SELECT concat_ws(' ', count(*), count(*) FILTER (WHERE b), max(i),"
                     " sum(i)) FROM many"),
            "300 150 4000000000 12000044400");
  // Where a column takes none of it, each such set is told.
  q_.run("CREATE TEMP TABLE few (b bool, i int4)");
  SQLUSMALLINT status[sets] = {};
  q_.set(SQL_ATTR_PARAM_STATUS_PTR, status);
  q_.set(SQL_ATTR_PARAMSET_SIZE, sets);
  SQLBindParameter(q_.get(), 1, SQL_PARAM_INPUT, SQL_C_SLONG, SQL_INTEGER, 0, 0, bools.data(), 0,
                   nullptr);
  SQLBindParameter(q_.get(), 2, SQL_PARAM_INPUT, SQL_C_ULONG, SQL_INTEGER, 0, 0, numbers.data(), 0,
                   nullptr);
  EXPECT_EQ(q_.exec("INSERT INTO few VALUES (?, ?)"), SQL_SUCCESS_WITH_INFO);
  EXPECT_EQ(q_.state(), "22003");
  for (std::size_t i = 0; i < sets; ++i)
    EXPECT_EQ(status[i], i % 100 == 50 ? SQL_PARAM_ERROR : SQL_PARAM_SUCCESS) << i;
  q_.set(SQL_ATTR_PARAMSET_SIZE, SQLULEN{1});
  SQLFreeStmt(q_.get(), SQL_RESET_PARAMS);
  EXPECT_EQ(q_.value("SELECT count(*) FROM few"), "297");
}

TEST_P(ParameterTypes, AreDescribed) {
  q_.run("CREATE TEMP TABLE described (b bool)");
  bind(q_, 1, one_);
  ASSERT_EQ(q_.prepare("SELECT b FROM described WHERE b = ?"), SQL_SUCCESS);
  SQLSMALLINT columns = 0;
  ASSERT_EQ(SQLNumResultCols(q_.get(), &columns), SQL_SUCCESS) << q_.error();
  EXPECT_EQ(columns, 1);
  SQLSMALLINT type = 0;
  ASSERT_EQ(SQLDescribeParam(q_.get(), 1, &type, nullptr, nullptr, nullptr), SQL_SUCCESS);
  EXPECT_EQ(type, SQL_BIT);
  EXPECT_EQ(SQLExecute(q_.get()), SQL_SUCCESS) << q_.error();
}

// A transaction is as it was, whatever is tried.
TEST_P(ParameterTypes, CostNoTransaction) {
  q_.run("CREATE TEMP TABLE kept (b bool, d date)");
  client_.set(SQL_ATTR_AUTOCOMMIT, SQL_AUTOCOMMIT_OFF);
  for (int round = 0; round < 3; ++round) {
    q_.run("INSERT INTO kept VALUES (true, '2026-11-22')");
    for (int execution = 0; execution < 3; ++execution) {
      bind(q_, 1, one_);
      EXPECT_EQ(q_.exec("INSERT INTO kept (b) VALUES (?)"), SQL_SUCCESS) << q_.error();
      EXPECT_EQ(q_.exec("UPDATE kept SET d = d + ?"), SQL_SUCCESS) << q_.error();
    }
    SQLFreeStmt(q_.get(), SQL_RESET_PARAMS);
    EXPECT_EQ(SQLEndTran(SQL_HANDLE_DBC, client_.dbc(), SQL_COMMIT), SQL_SUCCESS);
    // The next begins with a parameter.
    bind(q_, 1, one_);
    EXPECT_EQ(q_.exec(std::string("DELETE FROM kept WHERE ") + (round == 0 ? "b" : "NOT b") +
                      " = ? AND d IS NULL"),
              round == 0 ? SQL_SUCCESS : SQL_NO_DATA)
        << q_.error();
    SQLFreeStmt(q_.get(), SQL_RESET_PARAMS);
    EXPECT_EQ(SQLEndTran(SQL_HANDLE_DBC, client_.dbc(), SQL_COMMIT), SQL_SUCCESS);
  }
  EXPECT_EQ(q_.value("SELECT concat_ws(' ', count(*), max(d)) FROM kept"), "9 2026-12-01");
}

// Errors of the same codes while it runs are its own: it is not executed again.
TEST_P(ParameterTypes, AreNotToBlameForWhatFailsLater) {
  q_.run("CREATE TEMP SEQUENCE calls");
  for (const char* state : {"42804", "42883", "42P18", "22018"}) {
    q_.run(std::string("CREATE OR REPLACE FUNCTION pg_temp.fails(i int) RETURNS int AS $$ BEGIN "
                       "PERFORM nextval('calls'); RAISE EXCEPTION '$1' USING ERRCODE = '") +
           (std::string(state) == "22018" ? "22P02" : state) + "'; END $$ LANGUAGE plpgsql");
    bind(q_, 1, one_);
    for (int execution = 0; execution < 3; ++execution)
      EXPECT_EQ(q_.exec("SELECT pg_temp.fails(?)"), SQL_ERROR);
    SQLFreeStmt(q_.get(), SQL_RESET_PARAMS);
  }
  EXPECT_EQ(q_.value("SELECT last_value FROM calls"), "12");
}

TEST_P(ParameterTypes, OfAWrongStatementAreTold) {
  bind(q_, 1, one_);
  EXPECT_EQ(q_.exec("SELECT nothing_of_the_kind(?)"), SQL_ERROR);
  EXPECT_NE(q_.error().find("nothing_of_the_kind(integer)"), std::string::npos) << q_.error();
}

// A table that was changed, for a statement that is known.
TEST_P(ParameterTypes, AreFoundAnewWhenTheSchemaChanges) {
  const Client elsewhere;
  const Query other(elsewhere);
  other.run("DROP TABLE IF EXISTS changing");
  other.run("CREATE TABLE changing (v bool)");
  bind(q_, 1, one_);
  ASSERT_EQ(q_.prepare("INSERT INTO changing VALUES (?)"), SQL_SUCCESS);
  for (const char* type : {"date USING NULL", "int USING 1", "bool USING true", "json USING '1'"}) {
    for (int execution = 0; execution < 3 && type[0] != 'i'; ++execution)
      EXPECT_EQ(SQLExecute(q_.get()), SQL_SUCCESS) << type << q_.error();
    other.run(std::string("ALTER TABLE changing ALTER v TYPE ") + type);
  }
  EXPECT_EQ(SQLExecute(q_.get()), SQL_SUCCESS) << q_.error();
  other.run("DROP TABLE changing");
}

// 16 types that a NULL is bound as, into 12 types of columns.
TEST_P(ParameterTypes, OfNull) {
  SQLLEN null = SQL_NULL_DATA;
  for (const char* column : {"bool", "int2", "int8", "float8", "numeric", "text", "bytea", "date",
                             "timestamp", "uuid", "json", "interval"}) {
    q_.run("DROP TABLE IF EXISTS nulls");
    q_.run(std::string("CREATE TEMP TABLE nulls (v ") + column + ")");
    for (const int type :
         {SQL_CHAR, SQL_VARCHAR, SQL_WVARCHAR, SQL_BIT, SQL_TINYINT, SQL_SMALLINT, SQL_INTEGER,
          SQL_BIGINT, SQL_REAL, SQL_DOUBLE, SQL_NUMERIC, SQL_VARBINARY, SQL_LONGVARBINARY,
          SQL_TYPE_DATE, SQL_TYPE_TIMESTAMP, SQL_GUID}) {
      char nothing = 0;
      SQLBindParameter(q_.get(), 1, SQL_PARAM_INPUT, SQL_C_CHAR, static_cast<SQLSMALLINT>(type), 0,
                       0, &nothing, 0, &null);
      EXPECT_EQ(q_.exec("INSERT INTO nulls VALUES (?)"), SQL_SUCCESS)
          << column << ' ' << type << q_.error();
    }
    SQLFreeStmt(q_.get(), SQL_RESET_PARAMS);
    EXPECT_EQ(q_.value("SELECT count(*) FROM nulls WHERE v IS NULL"), "16");
  }
}

TEST_P(ParameterTypes, OfPositionedUpdates) {
  const Query cursor(client_);
  q_.run("CREATE TEMP TABLE placed (k int PRIMARY KEY, b bool)");
  q_.run("INSERT INTO placed VALUES (1, false), (2, false)");
  cursor.set(SQL_ATTR_CURSOR_TYPE, SQL_CURSOR_STATIC);
  cursor.set(SQL_ATTR_CONCURRENCY, SQL_CONCUR_VALUES);
  SQLSetCursorName(cursor.get(), testing::chars("placing"), SQL_NTS);
  ASSERT_EQ(cursor.exec("SELECT k, b FROM placed ORDER BY k"), SQL_SUCCESS) << cursor.error();
  bind(q_, 1, one_);
  while (SQLFetch(cursor.get()) == SQL_SUCCESS)
    EXPECT_EQ(q_.exec("UPDATE placed SET b = ? WHERE CURRENT OF placing"), SQL_SUCCESS)
        << q_.error();
  SQLFreeStmt(q_.get(), SQL_RESET_PARAMS);
  EXPECT_EQ(q_.value("SELECT count(*) FROM placed WHERE b"), "2");
}

TEST_P(ParameterTypes, WithDataAtExecution) {
  q_.run("CREATE TEMP TABLE late (b bool)");
  SQLLEN late = SQL_DATA_AT_EXEC;
  SQLBindParameter(q_.get(), 1, SQL_PARAM_INPUT, SQL_C_SLONG, SQL_INTEGER, 0, 0, &one_, 0, &late);
  ASSERT_EQ(q_.exec("INSERT INTO late VALUES (?)"), SQL_NEED_DATA);
  SQLPOINTER token = nullptr;
  ASSERT_EQ(SQLParamData(q_.get(), &token), SQL_NEED_DATA);
  ASSERT_EQ(SQLPutData(q_.get(), token, 0), SQL_SUCCESS);
  EXPECT_EQ(SQLParamData(q_.get(), &token), SQL_SUCCESS) << q_.error();
}

// FoxPro has no NULL dates; psqlodbc's AB=8.
TEST(NullDates, AreEmptyText) {
  for (const char* settings : {"NullDates=1", "AB=8"}) {
    const Client client(("DSN=negodbc-trust;" + std::string(settings)).c_str());
    const Query q(client);
    q.run("CREATE TEMP TABLE dates (d date, ts timestamp, z timestamptz, t text)");
    char empty[] = "";
    for (SQLUSMALLINT number = 1; number <= 4; ++number)
      SQLBindParameter(q.get(), number, SQL_PARAM_INPUT, SQL_C_CHAR, SQL_CHAR, 5, 0, empty, 1,
                       nullptr);
    ASSERT_EQ(q.exec("INSERT INTO dates VALUES (?, ?, ?, ?)"), SQL_SUCCESS) << q.error();
    const Query other(client);
    EXPECT_EQ(other.value("SELECT d IS NULL, ts IS NULL, z IS NULL, t IS NULL FROM dates"),
              "1|1|1|0");
    EXPECT_EQ(other.value("SELECT d, ts, z, t, NULL::time FROM dates"), "||||NULL");
    q.run("SELECT d, d, ts FROM dates");
    SQL_DATE_STRUCT date{1, 2, 3};
    char text[8] = "before";
    SQL_TIMESTAMP_STRUCT stamp{};
    SQLLEN lengths[3] = {-9, -9, -9};
    SQLBindCol(q.get(), 1, SQL_C_TYPE_DATE, &date, 0, &lengths[0]);
    SQLBindCol(q.get(), 2, SQL_C_CHAR, text, sizeof text, &lengths[1]);
    SQLBindCol(q.get(), 3, SQL_C_TYPE_TIMESTAMP, &stamp, 0, &lengths[2]);
    ASSERT_EQ(SQLFetch(q.get()), SQL_SUCCESS) << q.error();
    EXPECT_EQ(date.year + date.month + date.day, 0);
    EXPECT_EQ(lengths[0], SQLLEN{sizeof date});
    EXPECT_STREQ(text, "");
    EXPECT_EQ(lengths[1], 0);
    EXPECT_EQ(lengths[2], SQL_NULL_DATA);
  }
  const Client client("DSN=negodbc-trust");
  EXPECT_EQ(Query(client).value("SELECT NULL::date"), "NULL");
}

}  // namespace
}  // namespace negodbc::odbc
