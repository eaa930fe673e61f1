#include "bench/rows/workload.h"

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <memory>
#include <optional>
#include <stdexcept>
#include <vector>

#include "bench/rows/prepared.h"
#include "bench/rows/session.h"

namespace negodbc::bench {
namespace {

std::string query(std::uint64_t rows) {
  return "SELECT g AS a, g::int8 * 1000003 AS b, g * 0.5::float8 AS c, "
         "(g / 100.0)::numeric(12,2) AS d, 'row ' || lpad((g % 100000)::text, 5, '0') AS e, "
         "md5(g::text) AS f, TIMESTAMP '2000-01-01' + g * INTERVAL '1 second' AS h, "
         "DATE '2000-01-01' + g % 366 AS i, g % 2 = 0 AS j, CASE WHEN g % 10 <> 0 THEN g END AS k "
         "FROM generate_series(1, " +
         std::to_string(rows) + ") g";
}

constexpr std::size_t block = 1024;

// The query's table: made once a session, so that reading is what is timed.
void make_table(const Session& session, std::uint64_t rows) {
  session.execute("CREATE TEMP TABLE million AS " + query(rows));
  session.execute("ANALYZE million");
}

struct Block {
  SQLINTEGER int4[block], nullable[block];
  SQLBIGINT int8[block];
  SQLDOUBLE float8[block];
  SQLCHAR numeric[block][40], name[block][40], hash[block][40];
  SQL_TIMESTAMP_STRUCT stamp[block];
  SQL_DATE_STRUCT date[block];
  SQLCHAR flag[block];
  SQLLEN length[10][block];
};

void read_bound(const Session& session, Measurement& result) {
  const auto rows = std::make_unique<Block>();
  const struct {
    SQLSMALLINT type;
    SQLPOINTER data;
    SQLLEN size;
  } columns[] = {{SQL_C_SLONG, rows->int4, 0},
                 {SQL_C_SBIGINT, rows->int8, 0},
                 {SQL_C_DOUBLE, rows->float8, 0},
                 {SQL_C_CHAR, rows->numeric, sizeof rows->numeric[0]},
                 {SQL_C_CHAR, rows->name, sizeof rows->name[0]},
                 {SQL_C_CHAR, rows->hash, sizeof rows->hash[0]},
                 {SQL_C_TYPE_TIMESTAMP, rows->stamp, 0},
                 {SQL_C_TYPE_DATE, rows->date, 0},
                 {SQL_C_BIT, rows->flag, 0},
                 {SQL_C_SLONG, rows->nullable, 0}};
  SQLULEN fetched = 0;
  session.set(SQL_ATTR_ROW_ARRAY_SIZE, block);
  session.ok(SQLSetStmtAttr(session.statement(), SQL_ATTR_ROWS_FETCHED_PTR, &fetched, 0),
             "SQL_ATTR_ROWS_FETCHED_PTR");
  for (SQLUSMALLINT i = 0; i < 10; ++i)
    session.ok(SQLBindCol(session.statement(), static_cast<SQLUSMALLINT>(i + 1), columns[i].type,
                          columns[i].data, columns[i].size, rows->length[i]),
               "SQLBindCol");
  session.execute("SELECT * FROM million");
  SQLRETURN status = SQL_SUCCESS;
  while ((status = SQLFetch(session.statement())) != SQL_NO_DATA) {
    session.ok(status, "SQLFetch");
    result.rows += fetched;
    for (std::size_t i = 0; i < fetched; ++i)
      result.checksum += static_cast<std::uint64_t>(rows->int8[i]) + rows->hash[i][5] +
                         rows->stamp[i].second + rows->numeric[i][0];
  }
}

void read_as_text(const Session& session, Measurement& result) {
  session.execute("SELECT * FROM million");
  char value[64];
  SQLLEN length = 0;
  SQLRETURN status = SQL_SUCCESS;
  while ((status = SQLFetch(session.statement())) != SQL_NO_DATA) {
    session.ok(status, "SQLFetch");
    ++result.rows;
    for (SQLUSMALLINT i = 1; i <= 10; ++i) {
      session.ok(SQLGetData(session.statement(), i, SQL_C_CHAR, value, sizeof value, &length),
                 "SQLGetData");
      if (length > 0) result.checksum += static_cast<std::uint64_t>(value[0]);
    }
  }
}

void insert(const Session& session, std::uint64_t rows, Measurement& result) {
  constexpr std::size_t sets = 1000;
  std::vector<SQLINTEGER> numbers(sets);
  std::vector<SQLCHAR> words(sets * 24);
  std::vector<SQLLEN> lengths(sets);
  std::vector<SQL_TIMESTAMP_STRUCT> stamps(sets);
  std::vector<SQLCHAR> amounts(sets * 16);
  std::vector<SQLLEN> nts(sets, SQL_NTS);
  const SQLHSTMT s = session.statement();
  session.set(SQL_ATTR_PARAMSET_SIZE, sets);
  session.ok(SQLBindParameter(s, 1, SQL_PARAM_INPUT, SQL_C_SLONG, SQL_INTEGER, 10, 0,
                              numbers.data(), 0, nullptr),
             "SQLBindParameter");
  session.ok(SQLBindParameter(s, 2, SQL_PARAM_INPUT, SQL_C_CHAR, SQL_VARCHAR, 23, 0, words.data(),
                              24, lengths.data()),
             "SQLBindParameter");
  session.ok(SQLBindParameter(s, 3, SQL_PARAM_INPUT, SQL_C_TYPE_TIMESTAMP, SQL_TYPE_TIMESTAMP, 26,
                              6, stamps.data(), 0, nullptr),
             "SQLBindParameter");
  session.ok(SQLBindParameter(s, 4, SQL_PARAM_INPUT, SQL_C_CHAR, SQL_NUMERIC, 12, 2, amounts.data(),
                              16, nts.data()),
             "SQLBindParameter");
  std::string sql = "INSERT INTO filled VALUES (?, ?, ?, ?)";
  session.ok(SQLPrepare(s, text(sql), SQL_NTS), "SQLPrepare");
  for (std::uint64_t done = 0; done < rows; done += sets) {
    for (std::size_t i = 0; i < sets; ++i) {
      const auto n = static_cast<int>(done + i);
      numbers[i] = n;
      lengths[i] = std::snprintf(reinterpret_cast<char*>(&words[i * 24]), 24, "row number %d", n);
      std::snprintf(reinterpret_cast<char*>(&amounts[i * 16]), 16, "%d.%02d", n, n % 100);
      stamps[i] = {2026,
                   static_cast<SQLUSMALLINT>(1 + n % 12),
                   static_cast<SQLUSMALLINT>(1 + n % 28),
                   static_cast<SQLUSMALLINT>(n % 24),
                   static_cast<SQLUSMALLINT>(n % 60),
                   0,
                   static_cast<SQLUINTEGER>(n % 1000000) * 1000};
    }
    session.ok(SQLExecute(s), "SQLExecute");
    result.rows += sets;
  }
  check(SQLEndTran(SQL_HANDLE_DBC, session.connection(), SQL_COMMIT), SQL_HANDLE_DBC,
        session.connection(), "SQLEndTran");
}

void make_many_tables(const Session& session, std::uint64_t tables) {
  constexpr std::uint64_t at_once = 500;  // a transaction's locks are limited
  session.execute("CREATE SCHEMA IF NOT EXISTS many_tables");
  for (std::uint64_t done = 0; done < tables; done += at_once) {
    session.execute(
        "DO $$BEGIN FOR i IN " + std::to_string(done + 1) + ".." +
        std::to_string(std::min(done + at_once, tables)) +
        " LOOP IF to_regclass('many_tables.t' || i) IS NULL THEN EXECUTE 'CREATE TABLE "
        "many_tables.t' || i || ' (id int NOT NULL, name text NOT NULL, price numeric(12,2) "
        "DEFAULT 0, made timestamp, note varchar(80))'; END IF; END LOOP; END$$");
  }
}

void read_columns(const Session& session, Measurement& result) {
  const SQLHSTMT s = session.statement();
  SQLCHAR schema[130];
  SQLCHAR table[130];
  SQLCHAR column[130];
  SQLLEN lengths[3] = {};
  // Of this schema alone: without one psqlodbc looks in the current schema only, and with % it
  // gives the columns of the system's tables and of indexes.
  std::string only = "many_tables";
  std::string all = "%";
  session.ok(SQLColumns(s, nullptr, 0, text(only), SQL_NTS, text(all), SQL_NTS, nullptr, 0),
             "SQLColumns");
  session.ok(SQLBindCol(s, 2, SQL_C_CHAR, schema, sizeof schema, &lengths[0]), "SQLBindCol");
  session.ok(SQLBindCol(s, 3, SQL_C_CHAR, table, sizeof table, &lengths[1]), "SQLBindCol");
  session.ok(SQLBindCol(s, 4, SQL_C_CHAR, column, sizeof column, &lengths[2]), "SQLBindCol");
  SQLRETURN status = SQL_SUCCESS;
  while ((status = SQLFetch(s)) != SQL_NO_DATA) {
    session.ok(status, "SQLFetch");
    ++result.rows;
    result.checksum += schema[0] + table[static_cast<std::size_t>(lengths[1]) - 1] + column[0];
  }
}

double cpu() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) * 1e-6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

Measurement work(Workload workload, const std::string& connection_string, std::uint64_t rows,
                 const std::string& type) {
  Measurement result;
  const Session session(connection_string);
  std::optional<PreparedRead> prepared;
  if (workload == Workload::array_insert) {
    session.execute("CREATE TEMP TABLE filled (i int, t text, s timestamp, n numeric(12,2))");
    check(SQLSetConnectAttr(session.connection(), SQL_ATTR_AUTOCOMMIT, SQL_AUTOCOMMIT_OFF, 0),
          SQL_HANDLE_DBC, session.connection(), "SQL_ATTR_AUTOCOMMIT");
  } else if (workload == Workload::columns) {
    make_many_tables(session, rows);
  } else if (workload == Workload::prepared) {
    prepared.emplace(session, type, rows);
  } else {
    make_table(session, rows);
  }
  const auto start = std::chrono::steady_clock::now();
  const double cpu_before = cpu();
  if (workload == Workload::bound) read_bound(session, result);
  if (workload == Workload::get_data) read_as_text(session, result);
  if (workload == Workload::array_insert) insert(session, rows, result);
  if (workload == Workload::columns) read_columns(session, result);
  if (prepared) prepared->read(result);
  result.cpu_seconds = cpu() - cpu_before;
  result.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  result.peak_mb = static_cast<double>(usage.ru_maxrss) / 1024;
  return result;
}

}  // namespace

Measurement measure(Workload workload, const std::string& connection_string, std::uint64_t rows,
                    const std::string& type) {
  int ends[2];
  if (pipe(ends) != 0) throw std::runtime_error("no pipe");
  const pid_t child = fork();
  if (child < 0) throw std::runtime_error("no process");
  if (child == 0) {
    Measurement result;
    try {
      result = work(workload, connection_string, rows, type);
    } catch (const std::exception& e) {
      std::fprintf(stderr, "%s\n", e.what());
      result.failed = true;
    }
    const bool told = write(ends[1], &result, sizeof result) == ssize_t{sizeof result};
    _exit(told ? 0 : 1);
  }
  close(ends[1]);
  Measurement result;
  result.failed = read(ends[0], &result, sizeof result) != ssize_t{sizeof result} || result.failed;
  close(ends[0]);
  waitpid(child, nullptr, 0);
  return result;
}

}  // namespace negodbc::bench
