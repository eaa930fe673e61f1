#include "tests/oracle/peer/grammar.h"

#include <sql.h>
#include <sqlext.h>

#include <algorithm>
#include <iterator>

#include "tests/oracle/dice.h"

namespace negodbc::peer {
namespace {

using oracle::Dice;

struct Query {
  const char* sql;
  int columns;
  std::vector<const char*> parameters;  // what is compared with or stored in: a type's first letter
};

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
      "select k from t order by k; delete from keyless where i = 1; select i from keyless order by "
      "i",
      "insert into keyless values (50, 'x'); insert into keyless values (51, 'y')",
      "select 1::int4; select 1 / 0; select 2::int4",
  };
  return dice.of(texts);
}

// A declared type, C types that go with it, and values.
struct Binding {
  std::vector<SQLSMALLINT> sql_types, c_types;
  std::vector<const char*> values;
};

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

template <class T>
const T& any(Dice& dice, const std::vector<T>& values) {
  return values[dice.below(values.size())];
}

class Program {
 public:
  Program(std::uint64_t seed, std::uint64_t number) : dice_(seed, number) {}

  Sequence run() {
    sequence_.wide = dice_.one_in(2);
    const int parts = dice_.between(1, 4);
    for (int i = 0; i < parts; ++i) {
      handle_ = dice_.one_in(5) ? 1 : 0;
      part();
    }
    // What is of the connection is of no statement.
    for (Call& call : sequence_.calls)
      if (is_of_connection(call.verb)) call.handle = 0;
    return std::move(sequence_);
  }

 private:
  void add(Verb verb, std::vector<long> numbers = {}, std::string text = "") {
    sequence_.calls.push_back({verb, handle_, std::move(numbers), std::move(text)});
    if (dice_.one_in(30)) stray();
  }

  void part() {
    switch (dice_.below(14)) {
      case 0:
      case 1:
      case 2:
      case 3:
        return select();
      case 4:
      case 5:
        return write();
      case 6:
        return catalogue();
      case 7:
        return transaction();
      case 8:
        return add(Verb::direct, {}, fault(dice_));
      case 9:
        return results();
      case 10:
        return call();
      case 11:
        return at_execution();
      case 12:
        return array();
      default:
        return cursor();
    }
  }

  // A call that no program would make here, or that it could leave out.
  void stray() {
    const std::vector<Call> calls = {
        {Verb::fetch, handle_, {}, ""},
        {Verb::num_cols, handle_, {}, ""},
        {Verb::row_count, handle_, {}, ""},
        {Verb::more, handle_, {}, ""},
        {Verb::close, handle_, {}, ""},
        {Verb::close_cursor, handle_, {}, ""},
        {Verb::cancel, handle_, {}, ""},
        {Verb::execute, handle_, {}, ""},
        {Verb::get_data, handle_, {dice_.between(0, 3), SQL_C_CHAR, 20}, ""},
        {Verb::describe, handle_, {dice_.between(0, 4)}, ""},
        {Verb::num_params, handle_, {}, ""},
        {Verb::param_data, handle_, {}, ""},
        {Verb::put_data, handle_, {}, "stray"},
        {Verb::unbind, handle_, {}, ""},
        {Verb::reset_params, handle_, {}, ""},
        {Verb::set_pos, handle_, {1, SQL_POSITION}, ""},
        {Verb::diagnostics, handle_, {SQL_DIAG_NUMBER}, ""},
        {Verb::fresh, handle_, {}, ""},
        {Verb::get_cursor_name, handle_, {}, ""},
        {Verb::connection_attribute, handle_, {SQL_ATTR_AUTOCOMMIT}, ""},
    };
    sequence_.calls.push_back(any(dice_, calls));
  }

  long c_type() {
    if (dice_.one_in(2)) return dice_.one_in(3) ? SQL_C_WCHAR : SQL_C_CHAR;
    const auto names = names_of(Kind::c_type);
    return names[dice_.below(names.size())].value;
  }

  long size() {
    static constexpr long sizes[] = {0, 1, 2, 4, 8, 10, 30, 100, 400, 2000};
    return dice_.of(sizes);
  }

  // Parameters, then direct or prepared.
  void execute(const Query& query) {
    const bool prepared = dice_.one_in(2);
    const bool first = dice_.one_in(2);
    if (prepared && first) add(Verb::prepare, {}, query.sql);
    long number = 0;
    for (const char* letter : query.parameters) {
      const Binding& types = binding(*letter);
      add(Verb::param,
          {++number, SQL_PARAM_INPUT, any(dice_, types.c_types), any(dice_, types.sql_types), 40},
          any(dice_, types.values));
    }
    if (prepared && !first) add(Verb::prepare, {}, query.sql);
    if (prepared && dice_.one_in(4)) add(dice_.one_in(2) ? Verb::num_cols : Verb::num_params);
    if (prepared && query.columns > 0 && dice_.one_in(5)) add(Verb::describe, {1});
    if (prepared)
      add(Verb::execute);
    else
      add(Verb::direct, {}, query.sql);
  }

  void look(int columns) {
    if (dice_.one_in(3)) add(Verb::num_cols);
    if (dice_.one_in(4)) add(Verb::row_count);
    if (columns > 0 && dice_.one_in(3)) add(Verb::describe, {dice_.between(1, columns)});
    if (columns > 0 && dice_.one_in(4)) {
      const auto names = names_of(Kind::field);
      add(Verb::col_attribute, {dice_.between(1, columns), names[dice_.below(names.size())].value});
    }
  }

  void bind(int columns) {
    const int count = dice_.between(1, std::min(columns, 3));
    for (int i = 0; i < count; ++i)
      add(Verb::bind, {dice_.between(1, columns), c_type(), size() + 1});
  }

  void get_data(int columns) {
    const int column = dice_.between(1, columns);
    const long type = c_type();
    const int parts = dice_.one_in(3) ? 3 : 1;
    const long bytes = size();
    for (int i = 0; i < parts; ++i) add(Verb::get_data, {column, type, bytes});
  }

  void read(int columns) {
    const int fetches = dice_.between(0, 7);
    for (int i = 0; i < fetches; ++i) {
      add(Verb::fetch);
      const int values = dice_.between(0, 3);
      for (int k = 0; k < values; ++k) get_data(columns);
    }
  }

  void leave() {
    switch (dice_.below(6)) {
      case 0:
        return add(Verb::close_cursor);
      case 1:
        return add(Verb::close);
      case 2:
        add(Verb::more);
        return add(Verb::close);
      case 3:
        return add(Verb::fresh);
      case 4:
        add(Verb::close);
        add(Verb::unbind);
        return add(Verb::reset_params);
      default:
        return;
    }
  }

  void attribute() {
    switch (dice_.below(7)) {
      case 0:
        return add(Verb::set_attribute, {SQL_ATTR_MAX_ROWS, dice_.between(0, 3)});
      case 1:
        return add(Verb::set_attribute, {SQL_ATTR_ROW_ARRAY_SIZE, dice_.between(1, 4)});
      case 2:
        return add(Verb::set_attribute, {SQL_ATTR_NOSCAN, dice_.between(0, 1)});
      case 3:
        return add(Verb::set_attribute, {SQL_ATTR_RETRIEVE_DATA, dice_.between(0, 1)});
      case 4:
        return add(Verb::set_attribute, {SQL_ATTR_QUERY_TIMEOUT, dice_.between(0, 60)});
      default: {
        const auto names = names_of(Kind::attribute);
        return add(Verb::get_attribute, {names[dice_.below(names.size())].value});
      }
    }
  }

  void select() {
    const Query& text = query(dice_);
    if (dice_.one_in(4)) attribute();
    const bool early = dice_.one_in(2);
    if (early && dice_.one_in(2)) bind(text.columns);
    execute(text);
    look(text.columns);
    if (!early && dice_.one_in(2)) bind(text.columns);
    read(text.columns);
    leave();
  }

  void cursor() {
    const Query& text = query(dice_);
    add(Verb::set_attribute, {SQL_ATTR_CURSOR_TYPE, SQL_CURSOR_STATIC});
    if (dice_.one_in(2)) add(Verb::set_attribute, {SQL_ATTR_ROW_ARRAY_SIZE, dice_.between(1, 4)});
    if (dice_.one_in(3)) add(Verb::set_attribute, {SQL_ATTR_CONCURRENCY, SQL_CONCUR_VALUES});
    execute(text);
    bind(text.columns);
    const int fetches = dice_.between(1, 7);
    for (int i = 0; i < fetches; ++i) {
      const auto names = names_of(Kind::orientation);
      add(Verb::scroll, {names[dice_.below(names.size())].value, dice_.between(-3, 7)});
      if (dice_.one_in(3)) get_data(text.columns);
      if (dice_.one_in(5)) add(Verb::get_attribute, {SQL_ATTR_ROW_NUMBER});
      if (dice_.one_in(4))
        add(Verb::set_pos, {dice_.between(0, 4), dice_.one_in(3) ? SQL_REFRESH : SQL_POSITION});
    }
    leave();
  }

  void write() {
    const Query& text = change(dice_);
    execute(text);
    look(text.columns);
    if (text.columns > 0) read(text.columns);
    if (dice_.one_in(4)) add(Verb::execute);
    if (dice_.one_in(3)) leave();
  }

  void catalogue() {
    static constexpr const char* names[] = {"t", "child", "keyless", "nowhere",
                                            "%", "NULL",  "seen",    "T"};
    const std::string name = dice_.of(names);
    switch (dice_.below(8)) {
      case 0: {
        static constexpr const char* types[] = {"NULL", "TABLE", "'TABLE','VIEW'",
                                                "VIEW", "",      "SYSTEM TABLE"};
        // All of a type that has many would be another table's matter.
        add(Verb::tables, {},
            (name == "NULL" || name == "%" ? "keyless" : name) + "^" + dice_.of(types));
        break;
      }
      case 1:
        add(Verb::columns, {},
            (name == "NULL" || name == "%" ? "t" : name) + "^" + (dice_.one_in(2) ? "NULL" : "s"));
        break;
      case 2:
        add(Verb::primary_keys, {}, name);
        break;
      case 3:
        add(Verb::foreign_keys, {}, dice_.one_in(2) ? "t^NULL" : "NULL^child");
        break;
      case 4:
        add(Verb::statistics, {dice_.one_in(2) ? SQL_INDEX_ALL : SQL_INDEX_UNIQUE},
            name == "NULL" ? "t" : name);
        break;
      case 5:
        add(Verb::special_columns, {dice_.one_in(2) ? SQL_BEST_ROWID : SQL_ROWVER},
            name == "NULL" ? "t" : name);
        break;
      case 6:
        add(Verb::procedures, {}, dice_.one_in(2) ? "add_one" : "doubled");
        break;
      default: {
        const auto types = names_of(Kind::sql_type);
        add(Verb::type_info, {types[dice_.below(types.size())].value});
      }
    }
    look(6);
    read(8);
    leave();
  }

  void transaction() {
    switch (dice_.below(5)) {
      case 0:
        return add(Verb::commit);
      case 1:
        return add(Verb::rollback);
      case 2:
        return add(Verb::autocommit, {1});
      default:
        return add(Verb::autocommit, {0});
    }
  }

  void results() {
    const std::string text = several(dice_);
    if (dice_.one_in(3)) {
      add(Verb::prepare, {}, text);
      if (dice_.one_in(2)) add(Verb::num_cols);
      add(Verb::execute);
    } else {
      add(Verb::direct, {}, text);
    }
    for (int i = 0; i < 4; ++i) {
      look(1);
      read(1);
      add(Verb::more);
    }
    leave();
  }

  void call() {
    static constexpr long c_types[] = {SQL_C_SLONG, SQL_C_CHAR, SQL_C_SLONG};
    switch (dice_.below(5)) {
      case 0:
        add(Verb::param, {1, SQL_PARAM_OUTPUT, dice_.of(c_types), SQL_INTEGER, 0}, "7");
        add(Verb::param, {2, SQL_PARAM_INPUT, dice_.of(c_types), SQL_INTEGER, 0}, "20");
        add(Verb::direct, {}, "{? = call add_one(?)}");
        break;
      case 1:
        add(Verb::param, {1, SQL_PARAM_INPUT, dice_.of(c_types), SQL_INTEGER, 0}, "20");
        add(Verb::direct, {}, "{call add_one(?)}");
        break;
      case 2:
        add(Verb::param, {1, SQL_PARAM_INPUT_OUTPUT, dice_.of(c_types), SQL_INTEGER, 0}, "20");
        add(Verb::param, {2, SQL_PARAM_OUTPUT, SQL_C_CHAR, SQL_VARCHAR, 20}, "untouched");
        add(Verb::direct, {}, "{call both_ways(?, ?)}");
        break;
      case 3:
        add(Verb::param, {1, SQL_PARAM_INPUT_OUTPUT, dice_.of(c_types), SQL_INTEGER, 0}, "20");
        add(Verb::direct, {}, dice_.one_in(2) ? "{call doubled(?)}" : "call doubled(?)");
        break;
      default:
        add(Verb::direct, {}, "{call numbers(3)}");
    }
    look(1);
    read(1);
    leave();
  }

  void at_execution() {
    add(Verb::param, {1, SQL_PARAM_INPUT, SQL_C_SLONG, SQL_INTEGER, 0}, "20");
    add(Verb::param,
        {2, SQL_PARAM_INPUT, SQL_C_CHAR, dice_.one_in(2) ? SQL_LONGVARCHAR : SQL_VARCHAR, 100},
        "DAE");
    const bool prepared = dice_.one_in(2);
    if (prepared) add(Verb::prepare, {}, "insert into keyless values (?, ?)");
    if (prepared)
      add(Verb::execute);
    else
      add(Verb::direct, {}, "insert into keyless values (?, ?)");
    add(Verb::param_data);
    const int parts = dice_.between(0, 3);
    for (int i = 0; i < parts; ++i) add(Verb::put_data, {}, dice_.one_in(6) ? "NULL" : "part ");
    if (dice_.one_in(6)) return add(Verb::cancel);
    add(Verb::param_data);
    look(0);
  }

  void array() {
    add(Verb::set_attribute, {SQL_ATTR_PARAMSET_SIZE, dice_.between(2, 4)});
    const bool insert = !dice_.one_in(3);
    const char* const text =
        insert ? "insert into t (k, s) values (?, ?)" : "delete from keyless where i = ?";
    static constexpr const char* keys[] = {"20^21^22^23", "20^1^22^23", "20^NULL^21^22", "3^4^5^6"};
    add(Verb::param, {1, SQL_PARAM_INPUT, SQL_C_SLONG, SQL_INTEGER, 0}, dice_.of(keys));
    if (insert) add(Verb::param, {2, SQL_PARAM_INPUT, SQL_C_CHAR, SQL_VARCHAR, 40}, "a^NULL^ccc");
    if (dice_.one_in(2)) {
      add(Verb::prepare, {}, text);
      add(Verb::execute);
    } else {
      add(Verb::direct, {}, text);
    }
    look(0);
    if (dice_.one_in(2)) add(Verb::more);
    add(Verb::set_attribute, {SQL_ATTR_PARAMSET_SIZE, 1});
    leave();
  }

  Dice dice_;
  Sequence sequence_;
  int handle_ = 0;
};

}  // namespace

Sequence generate(std::uint64_t seed, std::uint64_t number) {
  return Program(seed, number).run();
}

}  // namespace negodbc::peer
