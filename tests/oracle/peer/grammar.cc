#include "tests/oracle/peer/grammar.h"

#include <sql.h>
#include <sqlext.h>

#include <algorithm>
#include <iterator>

#include "tests/oracle/dice.h"
#include "tests/oracle/peer/vocabulary.h"

namespace negodbc::peer {
namespace {

using oracle::Dice;

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
