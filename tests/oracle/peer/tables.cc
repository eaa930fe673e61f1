#include "tests/oracle/peer/tables.h"

namespace negodbc::peer {
namespace {

// The names of columns tell their types (type_of_column).
constexpr char tables[] = R"(
CREATE TABLE t (k int PRIMARY KEY, i int, s text, n numeric(10,2), d date, t time, ts timestamp,
                b bool, f float8, y bytea, v varchar(20), l bigint);
CREATE TABLE child (k int PRIMARY KEY, i int REFERENCES t (k), s text NOT NULL);
CREATE TABLE serial_table (k serial PRIMARY KEY, s text);
CREATE TABLE keyless (i int, s text);
CREATE INDEX t_by_i ON t (i);
CREATE VIEW seen AS SELECT k, s FROM t;
CREATE FUNCTION add_one(n int) RETURNS int LANGUAGE sql AS 'SELECT n + 1';
CREATE FUNCTION both_ways(INOUT n int, OUT s text) LANGUAGE sql AS $$SELECT n * 2, 'x' || n$$;
CREATE FUNCTION numbers(n int) RETURNS SETOF int LANGUAGE sql AS 'SELECT generate_series(1, n)';
CREATE PROCEDURE doubled(INOUT n int) LANGUAGE plpgsql AS 'BEGIN n := n * 2; END';
)";

constexpr char rows[] = R"(
TRUNCATE t, child, serial_table, keyless RESTART IDENTITY;
INSERT INTO t VALUES
  (1, 10, 'one', 1.5, '2026-01-02', '03:04:05', '2026-01-02 03:04:05.5', true, 1.5, '\x0102', 'short', 1),
  (2, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
  (3, -30, repeat('long ', 60), -99999.99, '1999-12-31', '23:59:59', '1999-12-31 23:59:59', false, 1e20,
   decode(repeat('ab', 300), 'hex'), 'twenty characters ok', 9007199254740993),
  (4, 40, E'\u00e4\u00f6\u20ac', 0, '2000-02-29', '00:00:00', '2000-02-29 00:00:00', true, 0, '', '', 0),
  (5, 50, '42', 42, '2024-06-15', '12:30:00.25', '2024-06-15 12:30:00.123456', false, -0.1, '\xff', '42', -42);
INSERT INTO child VALUES (1, 1, 'a'), (2, 3, 'b');
INSERT INTO keyless SELECT g, 'row ' || g FROM generate_series(1, 12) g;
)";

constexpr const char* names[] = {"t", "child", "serial_table", "keyless"};

std::string all(const std::string& what) {
  std::string sql;
  for (const char* name : names)
    sql.append(sql.empty() ? "SELECT concat('" : ",'")
        .append(name)
        .append(": ', (SELECT string_agg(")
        .append(what)
        .append(", E'\n' ORDER BY ")
        .append(what)
        .append(") FROM ")
        .append(name)
        .append(" r), E'\n'");
  return sql + ")";
}

}  // namespace

Tables::Tables(int place) : schema_("peer_" + std::to_string(place)), libpq_(oracle::as_admin()) {
  libpq_.must("SET client_min_messages = warning; DROP SCHEMA IF EXISTS " + schema_ +
              " CASCADE; CREATE SCHEMA " + schema_ +
              " AUTHORIZATION trust_user; SET ROLE trust_user; SET search_path = " + schema_ + ";" +
              tables + rows);
  made_ = libpq_.must(all("concat(r.ctid, r)"));
}

void Tables::reset() {
  libpq_.must("SELECT setval('serial_table_k_seq', 1, false)");
  if (libpq_.must(all("concat(r.ctid, r)")) == made_) return;
  libpq_.must(rows);
  made_ = libpq_.must(all("concat(r.ctid, r)"));
}

std::string Tables::contents() {
  return libpq_.must(all("r::text"));
}

}  // namespace negodbc::peer
