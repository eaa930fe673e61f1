// Executing through the driver manager: direct, prepared, again and again.
#include <string>
#include <utility>

#include "driver/api/testing/odbc_client.h"

namespace negodbc::odbc {
namespace {

using testing::Client;
using testing::Query;

TEST(Execute, DirectAndSeveralResults) {
  const Client client;
  const Query q(client);
  ASSERT_EQ(q.exec("SELECT 1 AS a, 'x'::text AS b, NULL::int; SELECT 'second'; CREATE TEMP TABLE "
                   "several (i int);"
                   " INSERT INTO several VALUES (1), (2)"),
            SQL_SUCCESS)
      << q.error();
  EXPECT_EQ(q.rows(), "1|x|NULL");
  ASSERT_EQ(SQLMoreResults(q.get()), SQL_SUCCESS);
  EXPECT_EQ(q.rows(), "second");
  ASSERT_EQ(SQLMoreResults(q.get()), SQL_SUCCESS);
  SQLSMALLINT columns = -1;
  ASSERT_EQ(SQLNumResultCols(q.get(), &columns), SQL_SUCCESS);
  EXPECT_EQ(columns, 0);
  ASSERT_EQ(SQLMoreResults(q.get()), SQL_SUCCESS);
  SQLLEN count = 0;
  ASSERT_EQ(SQLRowCount(q.get(), &count), SQL_SUCCESS);
  EXPECT_EQ(count, 2);
  EXPECT_EQ(SQLMoreResults(q.get()), SQL_NO_DATA);
}

TEST(Execute, NothingAffectedIsNoData) {
  const Client client;
  const Query q(client);
  q.run("CREATE TEMP TABLE t (i int)");
  EXPECT_EQ(q.exec("DELETE FROM t"), SQL_NO_DATA);
  EXPECT_EQ(q.exec("INSERT INTO t VALUES (1), (2), (3)"), SQL_SUCCESS);
  SQLLEN count = 0;
  SQLRowCount(q.get(), &count);
  EXPECT_EQ(count, 3);
  EXPECT_EQ(q.exec("UPDATE t SET i = i"), SQL_SUCCESS);
  EXPECT_EQ(q.exec("UPDATE t SET i = 9 WHERE i = 7"), SQL_NO_DATA);
}

TEST(Execute, PreparedAgainAndAgain) {
  const Client client;
  const Query q(client);
  ASSERT_EQ(q.prepare("SELECT ? + 1, ?::text"), SQL_SUCCESS) << q.error();
  SQLSMALLINT parameters = 0;
  ASSERT_EQ(SQLNumParams(q.get(), &parameters), SQL_SUCCESS);
  EXPECT_EQ(parameters, 2);
  EXPECT_EQ(SQLExecute(q.get()), SQL_ERROR);
  EXPECT_EQ(q.state(), "07002");
  SQLINTEGER number = 0;
  char words[32] = {};
  SQLLEN length = SQL_NTS;
  SQLBindParameter(q.get(), 1, SQL_PARAM_INPUT, SQL_C_SLONG, SQL_INTEGER, 0, 0, &number, 0,
                   nullptr);
  SQLBindParameter(q.get(), 2, SQL_PARAM_INPUT, SQL_C_CHAR, SQL_VARCHAR, 31, 0, words, sizeof words,
                   &length);
  for (int i = 0; i < 5; ++i) {
    number = i;
    std::snprintf(words, sizeof words, "round %d ü", i);
    ASSERT_EQ(SQLExecute(q.get()), SQL_SUCCESS) << q.error();
    EXPECT_EQ(q.rows(), std::to_string(i + 1) + "|round " + std::to_string(i) + " ü");
    ASSERT_EQ(SQLCloseCursor(q.get()), SQL_SUCCESS);
  }
  length = SQL_NULL_DATA;
  ASSERT_EQ(SQLExecute(q.get()), SQL_SUCCESS);
  EXPECT_EQ(q.rows(), "5|NULL");
}

TEST(Execute, StaysPreparedWhenTheTableChanges) {
  const Client client;
  const Query ddl(client);
  const Query q(client);
  ddl.run("CREATE TEMP TABLE changing (a int)");
  ddl.run("INSERT INTO changing VALUES (1)");
  ASSERT_EQ(q.prepare("SELECT * FROM changing"), SQL_SUCCESS);
  for (int i = 0; i < 3; ++i) {
    ASSERT_EQ(SQLExecute(q.get()), SQL_SUCCESS) << q.error();
    EXPECT_EQ(q.rows(), "1");
    SQLFreeStmt(q.get(), SQL_CLOSE);
  }
  ddl.run("ALTER TABLE changing ADD b text DEFAULT 'new'");
  ASSERT_EQ(SQLExecute(q.get()), SQL_SUCCESS) << q.error();
  EXPECT_EQ(q.rows(), "1|new");
  SQLFreeStmt(q.get(), SQL_CLOSE);
  ddl.run("DEALLOCATE ALL");
  ASSERT_EQ(SQLExecute(q.get()), SQL_SUCCESS) << q.error();
  EXPECT_EQ(q.rows(), "1|new");
}

std::string named_statements(const Query& q) {
  return q.value("SELECT count(*) FROM pg_prepared_statements WHERE name <> ''");
}

TEST(Execute, AStatementIsNamedAsLongAsItIsPrepared) {
  const Client client;
  const Query watch(client);
  SQLINTEGER number = 5;
  for (int handles = 0; handles < 2; ++handles) {
    const Query q(client);
    SQLBindParameter(q.get(), 1, SQL_PARAM_INPUT, SQL_C_SLONG, SQL_INTEGER, 0, 0, &number, 0,
                     nullptr);
    ASSERT_EQ(q.prepare("SELECT ? + 1"), SQL_SUCCESS) << q.error();
    for (int i = 0; i < 4; ++i) {
      ASSERT_EQ(SQLExecute(q.get()), SQL_SUCCESS) << q.error();
      EXPECT_EQ(q.rows(), "6");
      EXPECT_EQ(named_statements(watch), i == 0 ? "0" : "1") << handles;
    }
  }
}

// What it means for another one may be another thing by then (changed_types_realm_test.cc).
TEST(Execute, ATextIsAskedForAnewByEachHandle) {
  const Client client;
  const Query watch(client);
  SQLINTEGER number = 5;
  for (int i = 0; i < 4; ++i) {
    const Query q(client);
    SQLBindParameter(q.get(), 1, SQL_PARAM_INPUT, SQL_C_SLONG, SQL_INTEGER, 0, 0, &number, 0,
                     nullptr);
    ASSERT_EQ(q.exec("SELECT ? + 1"), SQL_SUCCESS) << q.error();
    EXPECT_EQ(q.rows(), "6");
    EXPECT_EQ(named_statements(watch), "0");
  }
}

TEST(Execute, NamesNoStatementWhenToldSo) {
  const Client client("DSN=negodbc-trust;UseServerSidePrepare=0");
  const Query q(client);
  const Query watch(client);
  ASSERT_EQ(q.prepare("SELECT ?::int + 1"), SQL_SUCCESS);
  SQLSMALLINT type = 0;
  ASSERT_EQ(SQLDescribeParam(q.get(), 1, &type, nullptr, nullptr, nullptr), SQL_SUCCESS);
  EXPECT_EQ(type, SQL_INTEGER);
  SQLINTEGER number = 1;
  SQLBindParameter(q.get(), 1, SQL_PARAM_INPUT, SQL_C_SLONG, SQL_INTEGER, 0, 0, &number, 0,
                   nullptr);
  for (int i = 0; i < 4; ++i) {
    ASSERT_EQ(SQLExecute(q.get()), SQL_SUCCESS) << q.error();
    EXPECT_EQ(q.rows(), "2");
    SQLFreeStmt(q.get(), SQL_CLOSE);
    EXPECT_EQ(named_statements(watch), "0");
  }
}

TEST(Execute, StatesInWrongOrder) {
  const Client client;
  const Query q(client);
  EXPECT_EQ(SQLExecute(q.get()), SQL_ERROR);
  EXPECT_EQ(q.state(), "HY010");
  EXPECT_EQ(SQLFetch(q.get()), SQL_ERROR);
  EXPECT_EQ(q.state(), "HY010");
  EXPECT_EQ(SQLCloseCursor(q.get()), SQL_ERROR);
  EXPECT_EQ(q.state(), "24000");
  q.run("SELECT 1");
  EXPECT_EQ(q.exec("SELECT 2"), SQL_ERROR);
  EXPECT_EQ(q.state(), "24000");
  char buffer[8];
  EXPECT_EQ(SQLGetData(q.get(), 1, SQL_C_CHAR, buffer, sizeof buffer, nullptr), SQL_ERROR);
  EXPECT_EQ(q.state(), "24000");
  EXPECT_EQ(SQLCloseCursor(q.get()), SQL_SUCCESS);
  q.run("CREATE TEMP TABLE none (i int)");
  EXPECT_EQ(SQLFetch(q.get()), SQL_ERROR);
  EXPECT_EQ(q.state(), "24000");
}

// As psqlodbc has it: who has read all rows need not close.
TEST(Execute, AgainWhenAllRowsAreRead) {
  const Client client;
  const Query q(client);
  for (const SQLULEN type : {SQL_CURSOR_FORWARD_ONLY, SQL_CURSOR_STATIC}) {
    q.set(SQL_ATTR_CURSOR_TYPE, type);
    q.run("SELECT 1 WHERE false");
    EXPECT_EQ(q.rows(), "");
    q.run("SELECT 1 WHERE false");
    q.run("SELECT 2");
    EXPECT_EQ(q.rows(), "2");
    // The driver manager asks for this before SQLPrepare.
    SQLFreeStmt(q.get(), SQL_CLOSE);
    ASSERT_EQ(q.prepare("SELECT 3"), SQL_SUCCESS) << q.error();
    for (int execution = 0; execution < 3; ++execution) {
      ASSERT_EQ(SQLExecute(q.get()), SQL_SUCCESS) << q.error();
      EXPECT_EQ(q.rows(), "3");
    }
    EXPECT_EQ(SQLGetTypeInfo(q.get(), SQL_BIT), SQL_SUCCESS) << q.error();
    EXPECT_EQ(SQLFreeStmt(q.get(), SQL_CLOSE), SQL_SUCCESS);
  }
}

// What is known of a result stays known when others use the session meanwhile.
TEST(Execute, AResultIsEmptyWhateverIsAskedInBetween) {
  const Client client;
  const Query q(client);
  const Query other(client);
  q.run("CREATE TEMP TABLE nothing (i int)");
  SQLLEN count = -9;
  char name[20];
  for (const bool prepared : {false, true}) {
    constexpr const char* sql = "SELECT i FROM nothing";
    ASSERT_EQ(prepared ? q.prepare(sql) : q.exec(sql), SQL_SUCCESS) << q.error();
    if (prepared) {
      ASSERT_EQ(SQLExecute(q.get()), SQL_SUCCESS) << q.error();
    }
    ASSERT_EQ(
        SQLColAttribute(q.get(), 1, SQL_DESC_BASE_TABLE_NAME, name, sizeof name, nullptr, nullptr),
        SQL_SUCCESS);
    EXPECT_EQ(SQLRowCount(q.get(), &count), SQL_SUCCESS);
    EXPECT_EQ(count, 0);
    q.run("SELECT i FROM nothing");
    EXPECT_EQ(other.value("SELECT 1"), "1");
    ASSERT_EQ(q.exec("SELECT 1 UNION ALL SELECT 2"), SQL_SUCCESS) << q.error();
    EXPECT_EQ(other.value("SELECT 1"), "1");
    EXPECT_EQ(SQLRowCount(q.get(), &count), SQL_SUCCESS);
    EXPECT_EQ(count, 2);
    EXPECT_EQ(q.rows(), "1;2");
    SQLFreeStmt(q.get(), SQL_CLOSE);
  }
}

TEST(Execute, RowsThatAreCounted) {
  const Client client;
  const Query q(client);
  for (const auto& [sql, rows] : std::initializer_list<std::pair<const char*, SQLLEN>>{
           {"BEGIN", 0},
           {"CREATE TEMP TABLE counted (i int)", 0},
           {"SET LOCAL work_mem = '4MB'", 0},
           {"INSERT INTO counted VALUES (1), (2)", 2},
           {"SELECT i FROM counted WHERE i > 2", 0},
           {"SELECT i FROM counted", 2},
           {"ROLLBACK", 0}}) {
    q.run(sql);
    SQLLEN count = -9;
    EXPECT_EQ(SQLRowCount(q.get(), &count), SQL_SUCCESS);
    EXPECT_EQ(count, rows) << sql;
    SQLFreeStmt(q.get(), SQL_CLOSE);
  }
}

TEST(Execute, ServersErrorsGetOdbcStates) {
  const Client client;
  const Query q(client);
  q.run("CREATE TEMP TABLE present (i int PRIMARY KEY)");
  q.run("INSERT INTO present VALUES (1)");
  const std::pair<const char*, const char*> cases[] = {
      {"SELECT * FROM absent", "42S02"},
      {"SELECT absent FROM present", "42S22"},
      {"CREATE TABLE present (i int)", ""},
      {"CREATE TEMP TABLE present (i int)", "42S01"},
      {"SELEC 1", "42000"},
      {"INSERT INTO present VALUES (1)", "23000"},
      {"INSERT INTO present VALUES (NULL)", "23000"},
      {"SELECT 1/0", "22012"},
      {"SELECT 'x'::int", "22018"},
      {"ALTER TABLE present ADD i int", "42S21"},
      {"SELECT 99999::int2", "22003"},
      {"SELECT {fn nonsense", "42000"},
  };
  for (const auto& [sql, state] : cases) {
    if (*state == '\0') continue;
    EXPECT_EQ(q.exec(sql), SQL_ERROR) << sql;
    EXPECT_EQ(q.state(), state) << q.error();
    EXPECT_EQ(q.value("SELECT 1"), "1") << "after " << sql;
  }
}

// As psqlodbc has it; what the driver itself says has none.
TEST(Execute, ServersErrorsHaveANativeCode) {
  const Client client;
  const Query q(client);
  const auto native = [&](const char* sql) {
    EXPECT_EQ(q.exec(sql), SQL_ERROR) << sql;
    SQLINTEGER code = -1;
    EXPECT_EQ(SQLGetDiagField(SQL_HANDLE_STMT, q.get(), 1, SQL_DIAG_NATIVE, &code, 0, nullptr),
              SQL_SUCCESS);
    return code;
  };
  for (const char* sql : {"SELEC 1", "SELECT * FROM absent", "SELECT 1/0"})
    EXPECT_EQ(native(sql), 1) << sql;
  EXPECT_EQ(native("SELECT {fn nonsense"), 0);
}

// Each of COPY's ways, in each protocol: an error, and the connection goes on.
TEST(Execute, CopyIsRefused) {
  const Client client;
  const Query q(client);
  q.run("CREATE TEMP TABLE copied (i int)");
  q.run("INSERT INTO copied VALUES (1)");
  for (const char* sql : {"COPY copied FROM STDIN", "COPY copied TO STDOUT",
                          "COPY (SELECT i FROM copied) TO STDOUT (FORMAT binary)"}) {
    EXPECT_EQ(q.exec(sql), SQL_ERROR) << sql;
    EXPECT_EQ(q.state(), "HYC00") << q.error();
    ASSERT_EQ(q.prepare(sql), SQL_SUCCESS) << q.error();
    for (int i = 0; i < 3; ++i) {
      EXPECT_EQ(SQLExecute(q.get()), SQL_ERROR) << sql;
      EXPECT_EQ(q.state(), "HYC00") << q.error();
    }
    EXPECT_EQ(q.value("SELECT i FROM copied"), "1") << "after " << sql;
  }
}

// Nothing is told to have failed that was done.
TEST(Execute, CopyToTheClientIsNotSent) {
  const Client client;
  const Query q(client);
  q.run("CREATE TEMP TABLE copied (i int)");
  for (const SQLULEN mode : {SQL_AUTOCOMMIT_ON, SQL_AUTOCOMMIT_OFF}) {
    ASSERT_EQ(client.set(SQL_ATTR_AUTOCOMMIT, mode), SQL_SUCCESS);
    for (const char* sql :
         {"COPY (INSERT INTO copied VALUES (2) RETURNING i) TO STDOUT",
          "INSERT INTO copied VALUES (1); /* c */ copy (SELECT 1) TO stdout; SELECT 2",
          "SELECT 1; COPY (SELECT 1) TO STDOUT; INSERT INTO copied VALUES (1)"}) {
      EXPECT_EQ(q.exec(sql), SQL_ERROR) << sql;
      EXPECT_EQ(q.state(), "HYC00") << q.error();
      ASSERT_EQ(q.prepare(sql), SQL_SUCCESS) << q.error();
      EXPECT_EQ(SQLExecute(q.get()), SQL_ERROR) << sql;
      EXPECT_EQ(q.state(), "HYC00") << q.error();
      EXPECT_EQ(q.value("SELECT count(*) FROM copied"), "0") << sql;
    }
  }
}

TEST(Execute, AttributesThatChangeWhatIsSentAndFetched) {
  const Client client;
  const Query q(client);
  ASSERT_EQ(q.set(SQL_ATTR_NOSCAN, SQL_NOSCAN_ON), SQL_SUCCESS);
  EXPECT_EQ(q.exec("SELECT {fn abs(-1)}"), SQL_ERROR);
  EXPECT_EQ(q.state(), "42000");
  EXPECT_EQ(q.error().find("escape"), std::string::npos);
  ASSERT_EQ(q.set(SQL_ATTR_NOSCAN, SQLULEN{SQL_NOSCAN_OFF}), SQL_SUCCESS);
  EXPECT_EQ(q.value("SELECT {fn abs(-1)}"), "1");

  q.set(SQL_ATTR_RETRIEVE_DATA, SQLULEN{SQL_RD_OFF});
  SQLINTEGER value = 77;
  SQLLEN length = 77;
  SQLBindCol(q.get(), 1, SQL_C_SLONG, &value, 0, &length);
  ASSERT_EQ(q.exec("SELECT 1"), SQL_SUCCESS) << q.error();
  ASSERT_EQ(SQLFetch(q.get()), SQL_SUCCESS);
  EXPECT_EQ(value, 77);
  EXPECT_EQ(length, 77);
  EXPECT_EQ(q.text(1), "1");
  SQLFreeStmt(q.get(), SQL_CLOSE);
  q.set(SQL_ATTR_RETRIEVE_DATA, SQL_RD_ON);
  ASSERT_EQ(q.exec("SELECT 1"), SQL_SUCCESS);
  ASSERT_EQ(SQLFetch(q.get()), SQL_SUCCESS);
  EXPECT_EQ(value, 1);
}

TEST(Execute, NoticesAreWarnings) {
  const Client client;
  const Query q(client);
  EXPECT_EQ(q.exec("DO $$ BEGIN RAISE NOTICE 'hear me'; END $$"), SQL_SUCCESS_WITH_INFO);
  EXPECT_EQ(q.state(), "01000");
  EXPECT_NE(q.error().find("hear me"), std::string::npos);
}

// As pyodbc reads it: once to know the length, then into a buffer made from that.
TEST(Execute, AnErrorOfAnyLengthCanBeRead) {
  const Client client;
  const Query q(client);
  for (const char* unit : {"x", "ü", "😀"}) {
    EXPECT_EQ(
        q.exec("DO $$BEGIN RAISE EXCEPTION '%', repeat('" + std::string(unit) + "', 40000); END$$"),
        SQL_ERROR);
    SQLCHAR state[6] = {};
    SQLSMALLINT length = 0;
    ASSERT_TRUE(SQL_SUCCEEDED(
        SQLGetDiagRec(SQL_HANDLE_STMT, q.get(), 1, state, nullptr, nullptr, 0, &length)));
    ASSERT_GT(length, 30000) << unit;
    std::string text(static_cast<std::size_t>(length) + 1, '\0');
    EXPECT_EQ(SQLGetDiagRec(SQL_HANDLE_STMT, q.get(), 1, state, nullptr,
                            reinterpret_cast<SQLCHAR*>(text.data()),
                            static_cast<SQLSMALLINT>(length + 1), &length),
              SQL_SUCCESS);
    EXPECT_STREQ(reinterpret_cast<char*>(state), "P0001");
    EXPECT_TRUE(text.starts_with("[")) << text.substr(0, 40);
    text.pop_back();
    EXPECT_TRUE(text.ends_with(std::string(unit) + "...")) << text.substr(text.size() - 20);
  }
}

}  // namespace
}  // namespace negodbc::odbc
