// The driver's own queries on a search path whose first schema has every operator, function, type
// and relation of pg_catalog: what would take one of them fails, because nobody may call them.
#include <cstdlib>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "driver/api/testing/odbc_client.h"

namespace negodbc::odbc {
namespace {

using testing::chars;
using testing::Client;
using testing::Query;

constexpr char database[] = "DSN=negodbc;Database=hostile_names";

std::string administrator() {
  const char* const password = std::getenv("NEGODBC_ADMIN_PASSWORD");
  return "DSN=negodbc-scram;UID=admin;PWD=" + std::string(password == nullptr ? "" : password);
}

// What cannot be made (arguments that only C functions take, names that are keywords) is left out.
constexpr char make_hostile_schema[] = R"(
CREATE FUNCTION public.try(command text) RETURNS void LANGUAGE plpgsql AS $try$
BEGIN EXECUTE command; EXCEPTION WHEN OTHERS THEN NULL; END $try$;
SET check_function_bodies = off;
DO $do$ DECLARE each record; body text := $body$'BEGIN RAISE ''a hostile function was called''; END'$body$;
BEGIN
  FOR each IN SELECT o.oid, o.oprname, NULLIF(o.oprleft, 0)::regtype AS l, o.oprright::regtype AS r,
      o.oprresult::regtype AS result
      FROM pg_operator o WHERE o.oprnamespace = 'pg_catalog'::regnamespace AND o.oprright <> 0 LOOP
    PERFORM public.try(format('CREATE FUNCTION hostile.%I(%s) RETURNS %s LANGUAGE plpgsql AS %s',
      'operator_' || each.oid, concat_ws(', ', each.l, each.r), each.result, body));
    PERFORM public.try(format('CREATE OPERATOR hostile.%s (FUNCTION = hostile.%I, %s RIGHTARG = %s)',
      each.oprname, 'operator_' || each.oid, 'LEFTARG = ' || each.l || ',', each.r));
  END LOOP;
  FOR each IN SELECT p.proname, p.oid, p.prorettype::regtype AS result, p.proretset
      FROM pg_proc p WHERE p.pronamespace = 'pg_catalog'::regnamespace LOOP
    PERFORM public.try(format('CREATE FUNCTION hostile.%I(%s) RETURNS %s %s LANGUAGE plpgsql AS %s',
      each.proname, pg_get_function_identity_arguments(each.oid),
      CASE WHEN each.proretset THEN 'SETOF' END, each.result, body));
  END LOOP;
  FOR each IN SELECT t.typname, t.typtype FROM pg_type t
      WHERE t.typnamespace = 'pg_catalog'::regnamespace AND t.typelem = 0 AND t.typname !~ '^_' LOOP
    PERFORM public.try(format(CASE WHEN each.typtype = 'c' THEN 'CREATE TABLE hostile.%I ()'
      ELSE 'CREATE TYPE hostile.%I AS (hostile pg_catalog.int4)' END, each.typname));
  END LOOP;
END $do$;
REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA hostile FROM PUBLIC, alice)";

// What programs have.
constexpr char make_tables[] = R"(
CREATE SCHEMA names;
CREATE TYPE names.kind AS ENUM ('small', 'large');
CREATE DOMAIN names.short AS varchar(12) NOT NULL;
CREATE TABLE names.parent (a int, b text, s names.short DEFAULT '', PRIMARY KEY (b, a));
CREATE TABLE names.child (id serial PRIMARY KEY, a int, b text, k names.kind, m money,
  FOREIGN KEY (b, a) REFERENCES names.parent (b, a));
CREATE INDEX child_kind ON names.child (k DESC, (id + 1));
CREATE TABLE names.kinds (k names.kind PRIMARY KEY, v text);
CREATE TABLE names.versions (v text);
CREATE TABLE names.parts (i int PRIMARY KEY, v text) PARTITION BY RANGE (i);
CREATE TABLE names.part PARTITION OF names.parts DEFAULT;
CREATE VIEW names.some AS SELECT id FROM names.child;
CREATE FUNCTION names.twice(a int, OUT head int, INOUT tail names.short DEFAULT 'x')
  LANGUAGE sql AS 'SELECT $1, $2';
CREATE FUNCTION names.listing() RETURNS TABLE (id bigint, label text) LANGUAGE sql AS
  $$SELECT 1::bigint, 'x'$$;
CREATE PROCEDURE names.work(INOUT a int) LANGUAGE sql AS 'SELECT $1';
COMMENT ON TABLE names.child IS 'a child';
GRANT SELECT ON names.child TO bob;
GRANT UPDATE (a) ON names.child TO bob;
CREATE EXTENSION lo SCHEMA names;
CREATE TABLE names.pictures (k int PRIMARY KEY, l names.lo);
INSERT INTO names.parent VALUES (1, 'x', 's');
INSERT INTO names.child (a, b, k, m) VALUES (1, 'x', 'large', 1.5), (1, 'x', 'small', 2);
INSERT INTO names.kinds VALUES ('small', 'one'), ('large', 'two');
INSERT INTO names.versions VALUES ('one'), ('two');
INSERT INTO names.parts VALUES (1, 'one'), (2, 'two');
INSERT INTO names.pictures VALUES (1, lo_from_bytea(0, 'abc')))";

class SystemNames : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    const Client admin(administrator().c_str());
    Query(admin).run("DROP DATABASE IF EXISTS hostile_names WITH (FORCE)");
    Query(admin).run("CREATE DATABASE hostile_names OWNER alice");
    const Client owner(database);
    const Query q(owner);
    q.run(make_tables);
    q.run("CREATE SCHEMA hostile");
    q.run(make_hostile_schema);
  }
  static void TearDownTestSuite() {
    const Client admin(administrator().c_str());
    Query(admin).run("DROP DATABASE hostile_names WITH (FORCE)");
  }

  // What stands first on the path has everything; then pg_catalog is not named, so that it comes
  // first and the others can only fit better.
  static void each_path(const std::function<void(const Client&)>& work) {
    for (const char* path : {"hostile, pg_catalog, names", "hostile, names"}) {
      SCOPED_TRACE(path);
      const Client client(database);
      Query(client).run("SET search_path = " + std::string(path));
      work(client);
    }
  }
};

struct CatalogueCall {
  const char* name;
  std::function<SQLRETURN(SQLHSTMT)> call;
  SQLUSMALLINT but = 0;  // a column that tells an expression, whose words the path may change
};

std::vector<CatalogueCall> catalogue_calls() {
  const auto text = [](const char* name) { return name == nullptr ? nullptr : chars(name); };
  std::vector<CatalogueCall> all;
  for (const char* types : {static_cast<const char*>(nullptr), "TABLE,VIEW"})
    all.push_back({"SQLTables", [=](SQLHSTMT s) {
                     return SQLTables(s, nullptr, 0, chars("name_"), SQL_NTS, chars("%"), SQL_NTS,
                                      text(types), SQL_NTS);
                   }});
  all.push_back({"SQLTables of all", [](SQLHSTMT s) {
                   return SQLTables(s, nullptr, 0, nullptr, 0, chars("c%d"), SQL_NTS, nullptr, 0);
                 }});
  for (const char* column : {static_cast<const char*>(nullptr), "%", "a", "_"})
    all.push_back({"SQLColumns",
                   [=](SQLHSTMT s) {
                     return SQLColumns(s, chars("hostile%"), SQL_NTS, chars("name_"), SQL_NTS,
                                       nullptr, 0, text(column), SQL_NTS);
                   },
                   13});
  all.push_back({"SQLPrimaryKeys", [](SQLHSTMT s) {
                   return SQLPrimaryKeys(s, nullptr, 0, chars("names"), SQL_NTS, chars("parent"),
                                         SQL_NTS);
                 }});
  all.push_back({"SQLForeignKeys", [](SQLHSTMT s) {
                   return SQLForeignKeys(s, nullptr, 0, chars("names"), SQL_NTS, chars("parent"),
                                         SQL_NTS, nullptr, 0, nullptr, 0, nullptr, 0);
                 }});
  all.push_back({"SQLForeignKeys", [](SQLHSTMT s) {
                   return SQLForeignKeys(s, nullptr, 0, nullptr, 0, nullptr, 0, nullptr, 0,
                                         chars("names"), SQL_NTS, chars("child"), SQL_NTS);
                 }});
  for (const SQLUSMALLINT unique : {SQLUSMALLINT{SQL_INDEX_UNIQUE}, SQLUSMALLINT{SQL_INDEX_ALL}})
    all.push_back({"SQLStatistics",
                   [=](SQLHSTMT s) {
                     return SQLStatistics(s, nullptr, 0, chars("names"), SQL_NTS, chars("child"),
                                          SQL_NTS, unique, SQL_QUICK);
                   },
                   9});
  for (const SQLUSMALLINT kind : {SQLUSMALLINT{SQL_BEST_ROWID}, SQLUSMALLINT{SQL_ROWVER}})
    all.push_back({"SQLSpecialColumns", [=](SQLHSTMT s) {
                     return SQLSpecialColumns(s, kind, nullptr, 0, chars("names"), SQL_NTS,
                                              chars("parent"), SQL_NTS, SQL_SCOPE_CURROW,
                                              SQL_NULLABLE);
                   }});
  all.push_back({"SQLProcedures", [](SQLHSTMT s) {
                   return SQLProcedures(s, nullptr, 0, chars("names"), SQL_NTS, nullptr, 0);
                 }});
  for (const char* column : {static_cast<const char*>(nullptr), "h%"})
    all.push_back({"SQLProcedureColumns",
                   [=](SQLHSTMT s) {
                     return SQLProcedureColumns(s, nullptr, 0, chars("names"), SQL_NTS, nullptr, 0,
                                                text(column), SQL_NTS);
                   },
                   14});
  all.push_back({"SQLTablePrivileges", [](SQLHSTMT s) {
                   return SQLTablePrivileges(s, nullptr, 0, chars("names"), SQL_NTS, nullptr, 0);
                 }});
  all.push_back({"SQLColumnPrivileges", [](SQLHSTMT s) {
                   return SQLColumnPrivileges(s, nullptr, 0, chars("names"), SQL_NTS,
                                              chars("child"), SQL_NTS, nullptr, 0);
                 }});
  return all;
}

std::string answer(const Client& client, const CatalogueCall& asked) {
  const Query q(client);
  if (!SQL_SUCCEEDED(asked.call(q.get()))) return q.error();
  SQLSMALLINT columns = 0;
  SQLNumResultCols(q.get(), &columns);
  std::string all;
  while (SQL_SUCCEEDED(SQLFetch(q.get()))) {
    for (SQLUSMALLINT i = 1; i <= columns; ++i) all += (i == asked.but ? "" : q.text(i)) + "|";
    all += "\n";
  }
  return all;
}

TEST_F(SystemNames, HostileOnesAreThere) {
  each_path([](const Client& client) {
    const Query q(client);
    EXPECT_EQ(q.exec("SELECT hostile.upper('x'::pg_catalog.text)"), SQL_ERROR);
    EXPECT_NE(q.error().find("permission denied for function"), std::string::npos) << q.error();
    EXPECT_EQ(q.exec("SELECT 1 OPERATOR(hostile.=) 1"), SQL_ERROR);
    EXPECT_NE(q.error().find("permission denied for function"), std::string::npos) << q.error();
  });
  const Client client(database);
  const Query q(client);
  q.run("SET search_path = hostile, pg_catalog");
  for (const char* taken : {"SELECT 1 = 1", "SELECT oid FROM pg_class WHERE relname LIKE 'x'",
                            "SELECT '1'::text::int", "SELECT 'x' IN ('a')"})
    EXPECT_EQ(q.exec(taken), SQL_ERROR) << taken;
}

TEST_F(SystemNames, OfTheCatalogueFunctions) {
  const Client plain(database);
  each_path([&](const Client& client) {
    for (const CatalogueCall& each : catalogue_calls()) {
      const std::string usual = answer(plain, each);
      EXPECT_NE(usual, "") << each.name;
      EXPECT_EQ(answer(client, each), usual) << each.name;
    }
  });
}

TEST_F(SystemNames, OfAResultsColumns) {
  each_path([](const Client& client) {
    const Query q(client);
    q.run("SELECT id, k, m FROM names.child WHERE id IS NOT NULL");
    EXPECT_EQ(q.text_attribute(1, SQL_DESC_BASE_TABLE_NAME), "child");
    EXPECT_EQ(q.number_attribute(1, SQL_DESC_AUTO_UNIQUE_VALUE), SQL_TRUE);
    EXPECT_EQ(q.number_attribute(2, SQL_DESC_NULLABLE), SQL_NULLABLE);
    EXPECT_EQ(q.text_attribute(2, SQL_DESC_TYPE_NAME), "kind");
    EXPECT_EQ(q.number_attribute(3, SQL_DESC_SCALE), 2);
    SQLFreeStmt(q.get(), SQL_CLOSE);
    EXPECT_EQ(q.value("SELECT l FROM names.pictures"), "616263");
  });
}

TEST_F(SystemNames, OfCalls) {
  each_path([](const Client& client) {
    const Query q(client);
    SQLINTEGER number = 4;
    SQLINTEGER head = 0;
    SQLLEN length = 0;
    SQLBindParameter(q.get(), 1, SQL_PARAM_INPUT, SQL_C_SLONG, SQL_INTEGER, 0, 0, &number, 0,
                     nullptr);
    SQLBindParameter(q.get(), 2, SQL_PARAM_OUTPUT, SQL_C_SLONG, SQL_INTEGER, 0, 0, &head, 0,
                     &length);
    EXPECT_EQ(q.exec("{call names.twice(?, ?)}"), SQL_SUCCESS) << q.error();
    EXPECT_EQ(head, 4);
    SQLFreeStmt(q.get(), SQL_RESET_PARAMS);
    SQLBindParameter(q.get(), 1, SQL_PARAM_INPUT_OUTPUT, SQL_C_SLONG, SQL_INTEGER, 0, 0, &number, 0,
                     nullptr);
    EXPECT_EQ(q.exec("{call names.work(?)}"), SQL_SUCCESS) << q.error();
  });
}

TEST_F(SystemNames, OfTheLastIdentity) {
  each_path([](const Client& client) {
    const Query q(client);
    q.run("INSERT INTO names.child (a, b) VALUES (1, 'x')");
    EXPECT_NE(q.value("SELECT @@IDENTITY"), "");
    EXPECT_EQ(q.exec("SELECT @@IDENTITY"), SQL_SUCCESS) << q.error();
  });
}

// A row that a cursor finds again, changes, locks and removes.
void use_cursor(const Client& client, const std::string& sql, SQLULEN type, SQLULEN concurrency) {
  const Query q(client);
  q.set(SQL_ATTR_CURSOR_TYPE, type);
  q.set(SQL_ATTR_CONCURRENCY, concurrency);
  char value[16] = {};
  SQLLEN length = 0;
  SQLBindCol(q.get(), 1, SQL_C_CHAR, value, sizeof value, &length);
  ASSERT_TRUE(SQL_SUCCEEDED(q.exec(sql))) << q.error();
  SQLULEN opened = 0;
  SQLGetStmtAttr(q.get(), SQL_ATTR_CURSOR_TYPE, &opened, sizeof opened, nullptr);
  EXPECT_EQ(opened, type);
  ASSERT_TRUE(SQL_SUCCEEDED(SQLFetch(q.get()))) << q.error();
  ASSERT_TRUE(SQL_SUCCEEDED(SQLFetchScroll(q.get(), SQL_FETCH_FIRST, 0))) << q.error();
  const auto position = [&](SQLUSMALLINT operation, SQLUSMALLINT lock = SQL_LOCK_NO_CHANGE) {
    return SQL_SUCCEEDED(SQLSetPos(q.get(), 1, operation, lock));
  };
  value[0] = '!';
  EXPECT_TRUE(position(SQL_UPDATE)) << q.error();
  EXPECT_TRUE(position(SQL_REFRESH)) << q.error();
  EXPECT_EQ(value[0], '!');
  EXPECT_TRUE(position(SQL_POSITION, SQL_LOCK_EXCLUSIVE) || q.state() == "HYC00") << q.error();
  if (sql.find("parent") == std::string::npos) {
    EXPECT_TRUE(position(SQL_DELETE)) << q.error();
  }
  SQLFreeStmt(q.get(), SQL_CLOSE);
  SQLEndTran(SQL_HANDLE_DBC, client.dbc(), SQL_ROLLBACK);
}

TEST_F(SystemNames, OfCursors) {
  each_path([](const Client& client) {
    client.set(SQL_ATTR_AUTOCOMMIT, SQL_AUTOCOMMIT_OFF);
    for (const std::string sql :
         {"SELECT s, b, a FROM names.parent", "SELECT v, k FROM names.kinds",
          "SELECT v, i FROM names.parts", "SELECT v FROM names.versions"}) {
      SCOPED_TRACE(sql);
      for (const SQLULEN concurrency :
           {SQLULEN{SQL_CONCUR_VALUES}, SQLULEN{SQL_CONCUR_ROWVER}, SQLULEN{SQL_CONCUR_LOCK}})
        use_cursor(client, sql, SQL_CURSOR_KEYSET_DRIVEN, concurrency);
      // Without a key a static cursor finds nothing again.
      if (!sql.ends_with("versions")) use_cursor(client, sql, SQL_CURSOR_STATIC, SQL_CONCUR_VALUES);
    }
  });
}

TEST_F(SystemNames, OfPositionedStatements) {
  each_path([](const Client& client) {
    const Query q(client);
    const Query changes(client);
    q.set(SQL_ATTR_CURSOR_TYPE, SQLULEN{SQL_CURSOR_KEYSET_DRIVEN});
    q.set(SQL_ATTR_CONCURRENCY, SQLULEN{SQL_CONCUR_ROWVER});
    SQLSetCursorName(q.get(), chars("here"), SQL_NTS);
    q.run("SELECT v, k FROM names.kinds");
    ASSERT_EQ(SQLFetch(q.get()), SQL_SUCCESS) << q.error();
    EXPECT_EQ(changes.exec("UPDATE names.kinds SET v = 'changed' WHERE CURRENT OF here"),
              SQL_SUCCESS)
        << changes.error();
  });
}

}  // namespace
}  // namespace negodbc::odbc
