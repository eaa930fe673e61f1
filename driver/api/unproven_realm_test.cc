// Columns of which the catalogue says that they have no NULL, although they do.
#include <cstdlib>
#include <string>

#include "driver/api/testing/odbc_client.h"

namespace negodbc::odbc {
namespace {

using testing::Client;
using testing::Query;

// PostgreSQL 18's "NOT NULL ... NOT VALID", made by hand where the server is older: new rows have
// no NULL, but there are some.
TEST(Unproven, NotNullIsNotTold) {
  const std::string admin = std::string("DSN=negodbc-scram;Trusted_Connection=No;UID=admin;PWD={") +
                            std::getenv("NEGODBC_ADMIN_PASSWORD") + "}";
  const Client client(admin.c_str());
  const Query q(client);
  q.run("CREATE TABLE unproven (k int UNIQUE, v text, sure int NOT NULL UNIQUE)");
  q.run("INSERT INTO unproven VALUES (1, 'one', 1), (NULL, 'none', 2)");
  q.run("CREATE TABLE unproven_only (k int UNIQUE, v text)");
  q.run("INSERT INTO unproven_only VALUES (NULL, 'none'), (1, 'one')");
  q.run("SET allow_system_table_mods = on");
  for (const std::string table : {"unproven", "unproven_only"}) {
    if (q.value("SHOW server_version_num") >= "180000") {
      q.run("ALTER TABLE " + table + " ADD CONSTRAINT n NOT NULL k NOT VALID");
      continue;
    }
    q.run("UPDATE pg_attribute SET attnotnull = true WHERE attname = 'k' AND attrelid = '" + table +
          "'::regclass");
    q.run(
        "INSERT INTO pg_constraint SELECT (jsonb_populate_record(c, jsonb_build_object("
        "'oid', 900000 + c.oid::int8 % 1000, 'conname', 'n', 'contype', 'n',"
        " 'convalidated', false))).* FROM pg_constraint c WHERE conrelid = '" +
        table + "'::regclass AND conkey = '{1}'");
  }
  const auto column = [&](const char* name) {
    EXPECT_EQ(SQLColumns(q.get(), nullptr, 0, nullptr, 0, testing::chars("unproven"), SQL_NTS,
                         testing::chars(name), SQL_NTS),
              SQL_SUCCESS)
        << q.error();
    EXPECT_EQ(SQLFetch(q.get()), SQL_SUCCESS);
    std::string told = q.text(11) + q.text(18);
    SQLFreeStmt(q.get(), SQL_CLOSE);
    return told;
  };
  EXPECT_EQ(column("k"), "1YES");
  EXPECT_EQ(column("sure"), "0NO");
  q.run("SELECT k, sure FROM unproven");
  EXPECT_EQ(q.number_attribute(1, SQL_DESC_NULLABLE), SQL_NULLABLE);
  EXPECT_EQ(q.number_attribute(2, SQL_DESC_NULLABLE), SQL_NO_NULLS);
  SQLFreeStmt(q.get(), SQL_CLOSE);
  EXPECT_EQ(SQLSpecialColumns(q.get(), SQL_BEST_ROWID, nullptr, 0, nullptr, 0,
                              testing::chars("unproven"), SQL_NTS, SQL_SCOPE_SESSION, SQL_NO_NULLS),
            SQL_SUCCESS);
  EXPECT_EQ(SQLFetch(q.get()), SQL_SUCCESS);
  EXPECT_EQ(q.text(2), "sure");
  SQLFreeStmt(q.get(), SQL_CLOSE);
  q.set(SQL_ATTR_CURSOR_TYPE, SQL_CURSOR_KEYSET_DRIVEN);
  EXPECT_EQ(q.exec("SELECT k, v FROM unproven ORDER BY v"), SQL_SUCCESS) << q.error();
  EXPECT_EQ(q.rows(), "NULL|none;1|one");
  SQLFreeStmt(q.get(), SQL_CLOSE);
  EXPECT_EQ(q.exec("SELECT k, v FROM unproven_only ORDER BY v"), SQL_SUCCESS) << q.error();
  EXPECT_EQ(q.rows(), "NULL|none;1|one");
  SQLFreeStmt(q.get(), SQL_CLOSE);
  q.run(
      "DELETE FROM pg_constraint WHERE contype = 'n' AND conrelid IN ('unproven'::regclass,"
      " 'unproven_only'::regclass)");
  q.run("DROP TABLE unproven, unproven_only");
}

}  // namespace
}  // namespace negodbc::odbc
