#include "tests/oracle/peer/vocabulary.h"

namespace negodbc::peer {

using oracle::Dice;

const Query& query(Dice& dice) {
  static const Query queries[] = {
      {"select k, i, s from t order by k", 3, {}},
      {"select k, s, n, d, ts, b, f, y, v, l from t order by k", 10, {}},
      {"select * from t order by k", 12, {}},
      {"select k, s from t where k = 3", 2, {}},
      {"select k, n, f from t where k > 90", 3, {}},
      {"select i, s from keyless order by i", 2, {}},
      {"select count(*)::int8 from t", 1, {}},
      {"select s, y from t where k in (1, 3) order by k", 2, {}},
      {"select d, t, ts from t order by k", 3, {}},
      {"select 1::int4, 'two'::text, 3.5::numeric", 3, {}},
      {"select i from keyless order by i limit 5", 1, {}},
      {"select k, i, s from t where k = ?", 3, {"i"}},
      {"select k, s from t where s = ?", 2, {"s"}},
      {"select k, n from t where n > ? order by k", 2, {"n"}},
      {"select k, d from t where d >= ? order by k", 2, {"d"}},
      {"select k, ts from t where ts = ?", 2, {"T"}},
      {"select k, b from t where b = ?", 2, {"b"}},
      {"select k, s from t where k = ? and s = ?", 2, {"i", "s"}},
      {"select i from keyless where i between ? and ? order by i", 1, {"i", "i"}},
      {"select upper(?)::text", 1, {"s"}},
  };
  return dice.of(queries);
}

const Query& change(Dice& dice) {
  static const Query changes[] = {
      {"insert into keyless values (?, ?)", 0, {"i", "s"}},
      {"insert into keyless values (13, 'thirteen')", 0, {}},
      {"insert into t (k, i, s) values (?, ?, ?)", 0, {"i", "i", "s"}},
      {"insert into t (k, n, d, ts) values (?, ?, ?, ?)", 0, {"i", "n", "d", "T"}},
      {"insert into t (k, b, f, y) values (?, ?, ?, ?)", 0, {"i", "b", "f", "y"}},
      {"insert into t (k) values (1)", 0, {}},
      {"update t set s = ? where k = ?", 0, {"s", "i"}},
      {"update t set i = i + 1", 0, {}},
      {"update t set i = 1 where k = 99", 0, {}},
      {"delete from keyless where i > ?", 0, {"i"}},
      {"delete from keyless", 0, {}},
      {"delete from t where k = 1", 0, {}},
      {"insert into serial_table (s) values (?) returning k", 1, {"s"}},
      {"insert into serial_table (s) values ('new')", 0, {}},
      {"create temp table made (k int4)", 0, {}},
      {"set application_name = 'changed'", 0, {}},
      {"update t set s = 'x' where k = 2 returning k, s", 2, {}},
  };
  return dice.of(changes);
}

const char* fault(Dice& dice) {
  static constexpr const char* faults[] = {
      "selec 1",
      "select * from nowhere",
      "select nothing from t",
      "select 1 / 0",
      "select 'x'::int4",
      "insert into t (k) values (NULL)",
      "",
      "insert into child values (9, 77, 'x')",
      "select i from keyless where i = 1 / (i - 5)",
      "select ?",
  };
  return dice.of(faults);
}

const char* several(Dice& dice) {
  static constexpr const char* texts[] = {
      "select 1::int4; select 'two'::text",
      "update t set i = 0 where k = 1; select k, i from t where k = 1",
      "select k from t order by k; delete from keyless where i = 1; select max(i) from keyless",
      "insert into keyless values (50, 'x'); insert into keyless values (51, 'y')",
      "select 1::int4; select 1 / 0; select 2::int4",
  };
  return dice.of(texts);
}

const Binding& binding(char letter) {
  static const Binding integers{
      {SQL_INTEGER, SQL_INTEGER, SQL_INTEGER, SQL_BIGINT, SQL_SMALLINT, SQL_VARCHAR, SQL_NUMERIC},
      {SQL_C_SLONG, SQL_C_SLONG, SQL_C_SBIGINT, SQL_C_SSHORT, SQL_C_CHAR, SQL_C_WCHAR},
      {"1", "3", "5", "20", "21", "99", "NULL", "0"}};
  static const Binding texts{
      {SQL_VARCHAR, SQL_VARCHAR, SQL_WVARCHAR, SQL_LONGVARCHAR, SQL_CHAR},
      {SQL_C_CHAR, SQL_C_CHAR, SQL_C_WCHAR},
      {"one", "42", "", "NULL", "it's", "a longer text than the others", "NTS"}};
  static const Binding numbers{{SQL_NUMERIC, SQL_DECIMAL, SQL_DOUBLE, SQL_VARCHAR},
                               {SQL_C_CHAR, SQL_C_DOUBLE, SQL_C_NUMERIC, SQL_C_SLONG},
                               {"1", "12.5", "-3", "NULL"}};
  static const Binding dates{{SQL_TYPE_DATE, SQL_TYPE_DATE, SQL_VARCHAR},
                             {SQL_C_TYPE_DATE, SQL_C_CHAR},
                             {"2026-01-02", "2024-06-15", "NULL"}};
  static const Binding stamps{{SQL_TYPE_TIMESTAMP},
                              {SQL_C_TYPE_TIMESTAMP, SQL_C_CHAR},
                              {"2026-01-02 03:04:05.5", "2000-02-29 00:00:00", "NULL"}};
  static const Binding bools{{SQL_BIT, SQL_INTEGER, SQL_VARCHAR},
                             {SQL_C_BIT, SQL_C_SLONG, SQL_C_CHAR},
                             {"1", "0", "NULL"}};
  static const Binding floats{{SQL_DOUBLE, SQL_REAL, SQL_FLOAT},
                              {SQL_C_DOUBLE, SQL_C_FLOAT, SQL_C_CHAR},
                              {"1.5", "0", "NULL"}};
  static const Binding bytes{
      {SQL_VARBINARY, SQL_LONGVARBINARY}, {SQL_C_BINARY}, {"abc", "", "NULL"}};
  switch (letter) {
    case 'i':
      return integers;
    case 's':
      return texts;
    case 'n':
      return numbers;
    case 'd':
      return dates;
    case 'T':
      return stamps;
    case 'b':
      return bools;
    case 'f':
      return floats;
    default:
      return bytes;
  }
}

}  // namespace negodbc::peer
