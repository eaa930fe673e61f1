#include "tests/injected/workloads.h"

#include <array>
#include <cstdio>

#include "tests/oracle/libpq.h"

namespace negodbc::injected {
namespace {

SQLCHAR* chars(const char* text) {
  return reinterpret_cast<SQLCHAR*>(
      const_cast<char*>(text));  // NOLINT: ODBC's arguments are not const
}

std::string values(const Trial& trial, int key) {
  return "(" + trial.run() + ", " + std::to_string(key) + ")";
}

bool insert(Trial& trial, SQLHSTMT statement, int key) {
  return trial.execute(statement, "INSERT INTO injected_writes VALUES " + values(trial, key));
}

void tell_row_count(Trial& trial, SQLHSTMT statement, const char* reading) {
  SQLLEN count = -2;
  if (SQL_SUCCEEDED(SQLRowCount(statement, &count))) trial.tell(reading, std::to_string(count));
}

void login(Trial& trial) {
  if (trial.connect()) trial.statement();
}

void query(Trial& trial) {
  if (!trial.connect()) return;
  const SQLHSTMT one = trial.statement();
  const SQLHSTMT other = trial.statement();
  if (insert(trial, one, 1)) {
    trial.claim(1);
    tell_row_count(trial, one, "the insertion's count");
  }
  if (trial.execute(one, "SELECT k, v FROM injected_reads ORDER BY k")) trial.read(one, "the rows");
  trial.close(one);
  if (trial.execute(one, "SELECT 1 / (k - 5) FROM injected_reads ORDER BY k"))
    if (trial.read(one, "the rows before an error"))
      trial.lie("a division by zero was told as done");
  trial.close(one);
  if (trial.execute(one, "INSERT INTO injected_writes VALUES " + values(trial, 2) +
                             "; INSERT INTO injected_writes VALUES " + values(trial, 3))) {
    trial.claim(2);
    trial.claim(3);
  }
  trial.close(one);
  SQLINTEGER key = 4;
  SQLBindParameter(one, 1, SQL_PARAM_INPUT, SQL_C_SLONG, SQL_INTEGER, 0, 0, &key, 0, nullptr);
  if (trial.prepare(one, "INSERT INTO injected_writes VALUES (" + trial.run() + ", ?)")) {
    for (; key < 7; ++key)
      if (trial.execute_prepared(one)) trial.claim(key);
  }
  if (!trial.set_autocommit(false)) return;
  if (insert(trial, other, 11) && trial.end(true)) trial.claim(11);
  if (insert(trial, other, 12) && trial.end(false)) trial.claim_absent(12);
  if (!insert(trial, other, 13)) return;
  if (insert(trial, other, 13)) trial.lie("a duplicate was taken");
  if (trial.end(true)) trial.claim(13);
}

void portal(Trial& trial) {
  if (!trial.connect(";UseDeclareFetch=1;Fetch=7")) return;
  const SQLHSTMT one = trial.statement();
  const SQLHSTMT other = trial.statement();
  for (const bool autocommit : {true, false}) {
    if (!trial.set_autocommit(autocommit)) return;
    const int first_key = autocommit ? 21 : 31;
    if (trial.execute(one, "SELECT k, v FROM injected_reads ORDER BY k")) {
      const bool begun = trial.read(one, "the first rows", 9);
      // Asked within the transaction that the portal keeps open.
      if (other != SQL_NULL_HSTMT && SQL_SUCCEEDED(trial.call("SQLPrimaryKeys", [&] {
            return SQLPrimaryKeys(other, nullptr, 0, chars("public"), SQL_NTS,
                                  chars("injected_writes"), SQL_NTS);
          })))
        trial.read(other, "keys asked for between rows");
      trial.close(other);
      if (insert(trial, other, first_key) && (autocommit || trial.end(true)))
        trial.claim(first_key);
      if (begun) trial.read(one, "the other rows");
    }
    trial.close(one);
    if (trial.execute(one, "SELECT k, v FROM injected_reads ORDER BY k DESC"))
      trial.read(one, "rows left early", 2);
    trial.close(one);
    if (insert(trial, one, first_key + 1) && (autocommit || trial.end(true)))
      trial.claim(first_key + 1);
  }
}

void arrays(Trial& trial) {
  constexpr std::size_t sets = 40;
  if (!trial.connect()) return;
  const SQLHSTMT one = trial.statement();
  if (!trial.prepare(one, "INSERT INTO injected_writes VALUES (" + trial.run() + ", ?)")) return;
  for (const bool autocommit : {true, false}) {
    if (!trial.set_autocommit(autocommit)) return;
    std::array<SQLINTEGER, sets> keys{};
    std::array<SQLUSMALLINT, sets> statuses{};
    for (std::size_t i = 0; i < sets; ++i)
      keys[i] = (autocommit ? 100 : 200) + static_cast<SQLINTEGER>(i);
    keys[17] = keys[3];
    statuses.fill(SQL_PARAM_UNUSED);
    SQLBindParameter(one, 1, SQL_PARAM_INPUT, SQL_C_SLONG, SQL_INTEGER, 0, 0, keys.data(), 0,
                     nullptr);
    SQLSetStmtAttr(one, SQL_ATTR_PARAMSET_SIZE, number(sets), 0);
    SQLSetStmtAttr(one, SQL_ATTR_PARAM_STATUS_PTR, statuses.data(), 0);
    trial.execute_prepared(one);
    if (statuses[3] == SQL_PARAM_SUCCESS && statuses[17] == SQL_PARAM_SUCCESS)
      trial.lie("a duplicate was taken");
    if (!autocommit && !trial.end(true)) continue;
    for (std::size_t i = 0; i < sets; ++i) {
      if (statuses[i] == SQL_PARAM_SUCCESS) trial.claim(keys[i]);
    }
  }
}

void keyset(Trial& trial) {
  constexpr SQLULEN rowset = 4;
  if (!trial.connect()) return;
  const SQLHSTMT one = trial.statement();
  if (one == SQL_NULL_HSTMT) return;
  SQLSetStmtAttr(one, SQL_ATTR_CURSOR_TYPE, number(SQL_CURSOR_KEYSET_DRIVEN), 0);
  SQLSetStmtAttr(one, SQL_ATTR_CONCURRENCY, number(SQL_CONCUR_VALUES), 0);
  SQLSetStmtAttr(one, SQL_ATTR_ROW_ARRAY_SIZE, number(rowset), 0);
  std::array<SQLINTEGER, rowset> keys{}, values{};
  SQLULEN fetched = 0;
  std::array<SQLUSMALLINT, rowset> statuses{};
  SQLSetStmtAttr(one, SQL_ATTR_ROWS_FETCHED_PTR, &fetched, 0);
  SQLSetStmtAttr(one, SQL_ATTR_ROW_STATUS_PTR, statuses.data(), 0);
  SQLBindCol(one, 1, SQL_C_SLONG, keys.data(), 0, nullptr);
  SQLBindCol(one, 2, SQL_C_SLONG, values.data(), 0, nullptr);
  if (!trial.execute(one, "SELECT k, v FROM injected_keys_" +
                              std::to_string(trial.settings().place) + " ORDER BY k"))
    return;
  constexpr std::array<std::pair<SQLSMALLINT, SQLLEN>, 4> ways = {
      {{SQL_FETCH_FIRST, 0}, {SQL_FETCH_LAST, 0}, {SQL_FETCH_ABSOLUTE, 5}, {SQL_FETCH_NEXT, 0}}};
  for (const auto& [way, offset] : ways) {
    const SQLRETURN code = trial.call(
        "SQLFetchScroll", [&, w = way, o = offset] { return SQLFetchScroll(one, w, o); });
    if (!SQL_SUCCEEDED(code)) return;
    std::string rows;
    for (std::size_t i = 0; i < fetched; ++i) {
      if (statuses[i] == SQL_ROW_ERROR) return;
      rows += std::to_string(keys[i]) + " ";
    }
    const std::string reading = "the keys of way " + std::to_string(way);
    trial.tell(reading, rows);
    values[1] = trial.settings().run;
    const SQLRETURN changed =
        trial.call("SQLSetPos", [&] { return SQLSetPos(one, 2, SQL_UPDATE, SQL_LOCK_NO_CHANGE); });
    if (SQL_SUCCEEDED(changed)) trial.claim(1000 + keys[1]);
  }
  trial.close(one);
}

void catalogue(Trial& trial) {
  if (!trial.connect()) return;
  const SQLHSTMT one = trial.statement();
  if (one == SQL_NULL_HSTMT) return;
  SQLCHAR* const schema = chars("public");
  SQLCHAR* const table = chars("injected_writes");
  const auto reads = [&](const char* name, const std::function<SQLRETURN()>& function) {
    if (SQL_SUCCEEDED(trial.call(name, function))) trial.read(one, name);
    trial.close(one);
  };
  reads("SQLTables", [&] {
    return SQLTables(one, nullptr, 0, schema, SQL_NTS, chars("injected_w%"), SQL_NTS, nullptr, 0);
  });
  reads("SQLColumns",
        [&] { return SQLColumns(one, nullptr, 0, schema, SQL_NTS, table, SQL_NTS, nullptr, 0); });
  reads("SQLPrimaryKeys",
        [&] { return SQLPrimaryKeys(one, nullptr, 0, schema, SQL_NTS, table, SQL_NTS); });
  reads("SQLStatistics", [&] {
    return SQLStatistics(one, nullptr, 0, schema, SQL_NTS, table, SQL_NTS, SQL_INDEX_ALL,
                         SQL_QUICK);
  });
  reads("SQLSpecialColumns", [&] {
    return SQLSpecialColumns(one, SQL_BEST_ROWID, nullptr, 0, schema, SQL_NTS, table, SQL_NTS,
                             SQL_SCOPE_SESSION, SQL_NULLABLE);
  });
  reads("SQLTablePrivileges",
        [&] { return SQLTablePrivileges(one, nullptr, 0, schema, SQL_NTS, table, SQL_NTS); });
  reads("SQLProcedureColumns", [&] {
    return SQLProcedureColumns(one, nullptr, 0, schema, SQL_NTS, chars("injected_f"), SQL_NTS,
                               nullptr, 0);
  });
  if (!trial.execute(one, "SELECT k, v FROM injected_reads")) return;
  SQLLEN nullable = -1;
  if (SQL_SUCCEEDED(trial.call("SQLColAttribute",
                               [&] {
                                 return SQLColAttribute(one, 1, SQL_DESC_NULLABLE, nullptr, 0,
                                                        nullptr, &nullable);
                               })) &&
      nullable != SQL_NULLABLE_UNKNOWN)  // which is true in any case
    trial.tell("whether a key may be NULL", std::to_string(nullable));
  trial.read(one, "rows behind a question about them");
  trial.close(one);
}

bool holds(const std::string& keys, int key) {
  return keys.find("," + std::to_string(key) + ",") != std::string::npos;
}

}  // namespace

const Workload workloads[6] = {{"login", login},   {"query", query},   {"portal", portal},
                               {"arrays", arrays}, {"keyset", keyset}, {"catalogue", catalogue}};

void make_tables(int places) {
  oracle::Libpq session("trust_user", "");
  session.must(R"(
SET client_min_messages = warning;
DROP TABLE IF EXISTS injected_writes, injected_reads;
CREATE TABLE injected_writes (run int NOT NULL, k int NOT NULL, PRIMARY KEY (run, k));
CREATE TABLE injected_reads (k int PRIMARY KEY, v text);
INSERT INTO injected_reads SELECT g, 'row ' || g FROM generate_series(1, 24) g;
CREATE OR REPLACE FUNCTION injected_f(a int, b text) RETURNS int LANGUAGE sql AS 'SELECT 1';
)");
  constexpr const char* keys = R"(
SET client_min_messages = warning;
DROP TABLE IF EXISTS injected_keys_{A};
CREATE TABLE injected_keys_{A} (k int PRIMARY KEY, v int);
INSERT INTO injected_keys_{A} SELECT g, 0 FROM generate_series(1, 12) g;
)";
  for (int place = 0; place < places; ++place)
    session.must(oracle::in_schemas(keys, std::to_string(place), ""));
}

std::string untrue_claims(const Trial& trial, oracle::Libpq& server) {
  // What a keyset-driven cursor has changed are rows whose v is the run's number.
  const std::string keys = server.must(
      "SELECT coalesce(',' || string_agg(k::text, ',') || ',', '') FROM (SELECT k FROM "
      "injected_writes WHERE run = " +
      trial.run() + " UNION ALL SELECT 1000 + k FROM injected_keys_" +
      std::to_string(trial.settings().place) + " WHERE v = " + trial.run() + ") t");
  for (const int key : trial.claimed())
    if (!holds(keys, key)) return "key " + std::to_string(key) + " is not there";
  for (const int key : trial.absent())
    if (holds(keys, key)) return "key " + std::to_string(key) + " was rolled back and is there";
  return {};
}

}  // namespace negodbc::injected
