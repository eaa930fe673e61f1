#include "tests/oracle/peer/calls.h"

#include <algorithm>
#include <cctype>
#include <stdexcept>

namespace negodbc::peer {
namespace {

struct Shape {
  Verb verb;
  std::string_view word;
  bool on_statement;
  bool has_text;
  std::vector<Kind> numbers;
};

const std::vector<Shape>& shapes() {
  using K = Kind;
  static const std::vector<Shape> all = {
      {Verb::direct, "direct", true, true, {}},
      {Verb::prepare, "prepare", true, true, {}},
      {Verb::execute, "execute", true, false, {}},
      // Number, direction, types, column size; the values of an array with ^ between, NULL, DAE.
      {Verb::param,
       "param",
       true,
       true,
       {K::number, K::direction, K::c_type, K::sql_type, K::number}},
      {Verb::reset_params, "reset_params", true, false, {}},
      {Verb::num_params, "num_params", true, false, {}},
      {Verb::describe_param, "describe_param", true, false, {K::number}},
      {Verb::param_data, "param_data", true, false, {}},
      {Verb::put_data, "put_data", true, true, {}},
      // Number, type, size.
      {Verb::bind, "bind", true, false, {K::number, K::c_type, K::number}},
      {Verb::unbind, "unbind", true, false, {}},
      {Verb::fetch, "fetch", true, false, {}},
      {Verb::scroll, "scroll", true, false, {K::orientation, K::number}},
      {Verb::set_pos, "set_pos", true, false, {K::number, K::operation}},
      {Verb::bulk, "bulk", true, false, {K::bulk_operation}},
      {Verb::get_data, "get_data", true, false, {K::number, K::c_type, K::number}},
      {Verb::num_cols, "num_cols", true, false, {}},
      {Verb::describe, "describe", true, false, {K::number}},
      {Verb::col_attribute, "col_attribute", true, false, {K::number, K::field}},
      {Verb::row_count, "row_count", true, false, {}},
      {Verb::more, "more", true, false, {}},
      {Verb::close_cursor, "close_cursor", true, false, {}},
      {Verb::close, "close", true, false, {}},
      {Verb::cancel, "cancel", true, false, {}},
      {Verb::fresh, "fresh", true, false, {}},
      {Verb::set_attribute, "set_attribute", true, false, {K::attribute, K::number}},
      {Verb::get_attribute, "get_attribute", true, false, {K::attribute}},
      {Verb::cursor_name, "cursor_name", true, true, {}},
      {Verb::get_cursor_name, "get_cursor_name", true, false, {}},
      // Table and types, with ^ between; schemas are left open.
      {Verb::tables, "tables", true, true, {}},
      {Verb::columns, "columns", true, true, {}},
      {Verb::primary_keys, "primary_keys", true, true, {}},
      {Verb::foreign_keys, "foreign_keys", true, true, {}},
      {Verb::statistics, "statistics", true, true, {K::number}},
      {Verb::special_columns, "special_columns", true, true, {K::number}},
      {Verb::procedures, "procedures", true, true, {}},
      {Verb::type_info, "type_info", true, false, {K::sql_type}},
      {Verb::diagnostics, "diagnostics", true, false, {K::diagnostic}},
      {Verb::commit, "commit", false, false, {}},
      {Verb::rollback, "rollback", false, false, {}},
      {Verb::autocommit, "autocommit", false, false, {K::number}},
      {Verb::connection_attribute, "connection_attribute", false, false, {K::connection}},
  };
  return all;
}

const Shape& shape_of(Verb verb) {
  return *std::find_if(shapes().begin(), shapes().end(),
                       [&](const Shape& shape) { return shape.verb == verb; });
}

std::string quoted(const std::string& text) {
  std::string result = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') result += '\\';
    result += c;
  }
  return result + '"';
}

class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  bool done() {
    skip();
    return text_.empty();
  }
  bool takes(std::string_view word) {
    skip();
    if (!text_.starts_with(word)) return false;
    text_.remove_prefix(word.size());
    return true;
  }
  std::string word() {
    skip();
    std::size_t end = 0;
    while (end < text_.size() && text_[end] != ' ' && text_[end] != ';') ++end;
    std::string found(text_.substr(0, end));
    text_.remove_prefix(end);
    return found;
  }
  long number(Kind kind) {
    const std::string found = word();
    for (const Name& name : names_of(kind))
      if (name.word == found) return name.value;
    return std::stol(found);
  }
  std::string string() {
    if (!takes("\"")) throw std::runtime_error("a text in quotes is missing");
    std::string found;
    while (!text_.empty() && text_.front() != '"') {
      if (text_.front() == '\\') text_.remove_prefix(1);
      if (text_.empty()) break;
      found += text_.front();
      text_.remove_prefix(1);
    }
    if (!takes("\"")) throw std::runtime_error("a text does not end");
    return found;
  }

 private:
  void skip() {
    while (!text_.empty() && std::isspace(static_cast<unsigned char>(text_.front())) != 0)
      text_.remove_prefix(1);
  }
  std::string_view text_;
};

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

// The items of a list, by the commas that stand in no parentheses and no quotes.
std::vector<std::string> items_of(std::string_view list) {
  std::vector<std::string> items(1);
  int depth = 0;
  bool quoted_text = false;
  for (const char c : list) {
    if (c == '\'') quoted_text = !quoted_text;
    if (!quoted_text && (c == '(' || c == '[')) ++depth;
    if (!quoted_text && (c == ')' || c == ']')) --depth;
    if (c == ',' && depth == 0 && !quoted_text)
      items.emplace_back();
    else
      items.back() += c;
  }
  for (std::string& item : items) {
    item.erase(0, item.find_first_not_of(' '));
    item.erase(item.find_last_not_of(' ') + 1);
  }
  return items;
}

constexpr char no_column[] = "?";
struct Column {
  std::string_view name, type;
};
// Of the tables (tables.h), in their order.
constexpr Column all_columns[] = {
    {"k", "int4"},   {"i", "int4"},  {"s", "text"},        {"n", "numeric(10,2)"},
    {"d", "date"},   {"t", "time"},  {"ts", "timestamp"},  {"b", "bool"},
    {"f", "float8"}, {"y", "bytea"}, {"v", "varchar(20)"}, {"l", "int8"},
};

}  // namespace

std::string type_of_column(const std::string& sql, long number) {
  // A catalogue function's.
  if (sql.starts_with('@')) return sql.substr(1) + "." + std::to_string(number);
  const std::string text = lower(sql);
  const auto from = text.find("select ");
  if (from == std::string::npos || number < 1) return no_column;
  const auto begin = from + 7;
  auto end = text.find(" from ", begin);
  if (end == std::string::npos) end = text.find(';', begin);
  std::vector<std::string> items =
      items_of(text.substr(begin, end == std::string::npos ? end : end - begin));
  if (items.front() == "*") {
    items.clear();
    for (const Column& column : all_columns) items.emplace_back(column.name);
  }
  if (static_cast<std::size_t>(number) > items.size()) return no_column;
  const std::string& item = items[static_cast<std::size_t>(number) - 1];
  if (const auto cast = item.rfind("::"); cast != std::string::npos) return item.substr(cast + 2);
  for (const Column& column : all_columns)
    if (column.name == item) return std::string(column.type);
  return no_column;
}

bool is_of_connection(Verb verb) {
  return !shape_of(verb).on_statement;
}

std::string to_text(const Call& call) {
  const Shape& shape = shape_of(call.verb);
  std::string text(shape.word);
  if (shape.on_statement) text += " " + std::to_string(call.handle);
  for (std::size_t i = 0; i < shape.numbers.size(); ++i)
    text += " " + name_of(shape.numbers[i], call.numbers.at(i));
  if (shape.has_text) text += " " + quoted(call.text);
  return text;
}

std::string to_text(const Sequence& sequence) {
  std::string text = sequence.wide ? "wide" : "narrow";
  text += " " + quoted(sequence.settings);
  for (const Call& call : sequence.calls) text += "; " + to_text(call);
  return text;
}

Sequence parse(std::string_view text) {
  Reader reader(text);
  Sequence sequence;
  sequence.wide = reader.word() == "wide";
  sequence.settings = reader.string();
  while (!reader.done()) {
    if (!reader.takes(";")) throw std::runtime_error("a semicolon is missing");
    if (reader.done()) break;
    const std::string word = reader.word();
    const auto found = std::find_if(shapes().begin(), shapes().end(),
                                    [&](const Shape& shape) { return shape.word == word; });
    if (found == shapes().end()) throw std::runtime_error("no such call: " + word);
    Call call;
    call.verb = found->verb;
    if (found->on_statement) call.handle = static_cast<int>(reader.number(Kind::number));
    for (const Kind kind : found->numbers) call.numbers.push_back(reader.number(kind));
    if (found->has_text) call.text = reader.string();
    sequence.calls.push_back(std::move(call));
  }
  return sequence;
}

}  // namespace negodbc::peer
