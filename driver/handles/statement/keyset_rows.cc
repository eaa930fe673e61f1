#include "driver/handles/statement/keyset_rows.h"

#include <numeric>
#include <string_view>
#include <utility>

#include "driver/base/error.h"
#include "driver/wire/answer.h"

namespace negodbc::odbc {
namespace {

// No column of the application's list can be mistaken for one of these.
std::string key_column(std::size_t index) {
  return "_negodbc_" + std::to_string(index + 1);
}
std::string key_name(std::size_t index) {
  return '"' + key_column(index) + '"';
}
constexpr std::string_view version_columns[] = {"_negodbc_ctid", "_negodbc_xmin"};
constexpr std::string_view keys_alias = "\"_negodbc_keys\"";
constexpr std::string_view ordinal_name = "\"_negodbc_n\"";

std::string hidden_columns(const KeysetPlan& plan) {
  std::string out;
  const auto add = [&](std::string_view column, const std::string& name) {
    out += (out.empty() ? "" : ", ") + plan.select.column(column) + " AS " + name;
  };
  for (std::size_t i = 0; i < plan.key.columns.size(); ++i)
    add(plan.key.columns[i].name, key_name(i));
  add("ctid", '"' + std::string(version_columns[0]) + '"');
  add("xmin", '"' + std::string(version_columns[1]) + '"');
  return out;
}

// An element of an array's text.
void append_element(std::string& array, std::string_view value) {
  array += array.empty() ? "{\"" : ",\"";
  for (const char c : value) {
    if (c == '"' || c == '\\') array += '\\';
    array += c;
  }
  array += '"';
}

}  // namespace

std::string KeysetPlan::open_text() const {
  return select.with(hidden_columns(*this));
}

std::string KeysetPlan::read_text(bool lock) const {
  std::string arrays;
  std::string names;
  std::string matches;
  std::string condition;
  for (std::size_t i = 0; i < key.columns.size(); ++i) {
    const catalog::RowKey::Column& column = key.columns[i];
    const std::string array = "$" + std::to_string(i + 1) + "::" + column.type + "[]";
    arrays += (i == 0 ? "" : ", ") + ("pg_catalog.unnest(" + array + ")");
    names += key_name(i) + ", ";
    matches += (i == 0 ? "" : " AND ") + select.column(column.name) + ' ' + column.equality + ' ' +
               std::string(keys_alias) + "." + key_name(i);
    // Servers of all versions find rows by an array of ctids without reading the whole table.
    if (column.name == "ctid")
      condition =
          " WHERE " + select.column("ctid") + ' ' + column.equality + " ANY (" + array + ")";
  }
  const std::string ordinal = std::string(keys_alias) + "." + std::string(ordinal_name);
  std::string text = select.again(hidden_columns(*this) + ", " + ordinal, key.table);
  text += " JOIN ROWS FROM (" + arrays + ") WITH ORDINALITY AS " + std::string(keys_alias) + " (" +
          names + std::string(ordinal_name) + ") ON " + matches + condition;
  if (lock) text += " FOR UPDATE OF " + select.qualifier();
  return text;
}

std::size_t KeysetPlan::visible(const std::vector<wire::Field>& fields, std::size_t behind) const {
  if (fields.size() < hidden() + behind) throw wire::AnswerError("a cursor's keys are missing");
  const std::size_t first = fields.size() - behind - hidden();
  for (std::size_t i = 0; i < hidden(); ++i) {
    const wire::Field& field = fields[first + i];
    const bool in_key = i < key.columns.size();
    const std::string name =
        in_key ? key_column(i) : std::string(version_columns[i - key.columns.size()]);
    if (field.name != name || field.format != wire::Format::text)
      throw wire::AnswerError("a cursor's keys are missing");
    if (field.table_oid != key.oid)
      throw Error("HY000", "another table has taken the name " + key.table + " meanwhile");
  }
  return first;
}

KeysetRows::KeysetRows(RowSource& source, std::size_t visible, std::size_t key, SQLULEN most,
                       Read read, Deadline deadline)
    : visible_(visible), key_(key), read_(std::move(read)) {
  wire::RowFields fields;
  while (source.next_row(deadline)) {
    if (most != 0 && keys_.size() == most) continue;
    const auto& values = source.row().values;
    if (values.size() != visible_ + key_ + 2) throw wire::AnswerError("a row has other columns");
    const auto begin = values.begin() + static_cast<std::ptrdiff_t>(visible_);
    fields.values.assign(begin, begin + static_cast<std::ptrdiff_t>(key_));
    append_key(fields);
  }
  count_ = keys_.size();
}

// What the catalogue said has no NULLs may have some all the same, and no row is found by them.
void KeysetRows::append_key(const wire::RowFields& key) {
  if (key.values.size() != key_) throw wire::AnswerError("a key has other columns");
  for (const wire::RowFields::Value& value : key.values)
    if (value.is_null())
      throw Error("HY000",
                  "a row's key is NULL, so that it cannot be found again: use a static cursor");
  keys_.append(key);
}

KeysetRows::Rows KeysetRows::read(std::span<const SQLULEN> numbers, bool lock) {
  Rows rows;
  std::vector<SQLULEN> asked;
  Values arrays(key_, std::string());
  wire::RowFields fields;
  for (const SQLULEN number : numbers) {
    if (number == 0 || number > count_) continue;
    asked.push_back(number);
    rows[number];
    const auto changed = changed_keys_.find(number);
    if (changed == changed_keys_.end()) keys_.read(number - 1, fields);
    for (std::size_t i = 0; i < key_; ++i)
      append_element(*arrays[i], changed == changed_keys_.end() ? fields.values.at(i).view()
                                                                : *changed->second.at(i));
  }
  if (asked.empty()) return rows;
  for (auto& array : arrays) *array += '}';
  const std::size_t width = visible_ + key_ + 2;
  read_(arrays, lock, [&](const wire::RowFields& row) {
    if (row.values.size() != width + 1)
      throw Error("HY000", "the table's columns have changed since the cursor was opened");
    const auto& ordinal = row.values[width];
    const auto which = ordinal.is_null() ? 0 : wire::number_of<std::size_t>(ordinal.view());
    if (which == 0 || which > asked.size()) throw wire::AnswerError("it is of no row");
    Values values(width);
    for (std::size_t i = 0; i < width; ++i)
      if (!row.values[i].is_null()) values[i] = std::string(row.values[i].view());
    rows[asked[which - 1]] = std::move(values);
  });
  return rows;
}

void KeysetRows::fetch(SQLULEN start, SQLULEN size, bool lock) {
  std::vector<SQLULEN> numbers(start > count_ ? 0 : std::min(size, count_ - start + 1));
  std::iota(numbers.begin(), numbers.end(), start);
  Rows rows = read(numbers, lock);
  rows_ = std::move(rows);
  start_ = start;
  size_ = numbers.size();
}

// Rows that SQLBulkOperations asks for are kept no longer than until the next ones.
void KeysetRows::forget_others() {
  std::erase_if(
      rows_, [this](const auto& row) { return row.first < start_ || row.first - start_ >= size_; });
}

void KeysetRows::refresh(std::span<const SQLULEN> numbers, bool lock) {
  Rows rows = read(numbers, lock);
  forget_others();
  for (auto& [number, values] : rows) rows_[number] = std::move(values);
}

void KeysetRows::read_missing(std::span<const SQLULEN> numbers) {
  std::vector<SQLULEN> missing;
  forget_others();
  for (const SQLULEN number : numbers)
    if (!rows_.contains(number)) missing.push_back(number);
  refresh(missing, false);
}

bool KeysetRows::lock(SQLULEN number) {
  const Rows rows = read({&number, 1}, true);
  const auto found = rows.find(number);
  return found != rows.end() && found->second;
}

bool KeysetRows::go_to(SQLULEN number, Deadline /*deadline*/) {
  if (number == 0 || number > count_) return false;
  auto found = rows_.find(number);
  if (found == rows_.end()) {
    refresh({&number, 1}, false);
    found = rows_.find(number);
  }
  if (found->second) show(*found->second);
  return true;
}

bool KeysetRows::removed(SQLULEN number) const {
  const auto found = rows_.find(number);
  return found != rows_.end() && !found->second;
}

std::uint64_t& KeysetRows::version(SQLULEN number) {
  if (versions_.size() < keys_.size()) versions_.resize(keys_.size());
  return versions_[number - 1];
}

std::uint64_t KeysetRows::version_of(const Values& values) const {
  const std::string version =
      values[visible_ + key_].value_or("") + ' ' + values[visible_ + key_ + 1].value_or("");
  return (std::hash<std::string>()(version) | 2U) & ~own;
}

bool KeysetRows::give(SQLULEN number) {
  std::uint64_t& given = version(number);
  const std::uint64_t now = version_of(*rows_.at(number));
  const std::uint64_t before = std::exchange(given, now);
  return before != 0 && before != now;
}

bool KeysetRows::changed_since(SQLULEN number) const {
  const auto found = rows_.find(number);
  const std::uint64_t given = number <= versions_.size() ? versions_[number - 1] : 0;
  if (given <= own || found == rows_.end() || !found->second) return false;
  return (given & ~own) != version_of(*found->second);
}

// A row is read again by the key that it has again.
void KeysetRows::change(SQLULEN number, Values values, const session::Standing& standing) {
  if (values.size() != visible_ + key_ + 2) throw wire::AnswerError("a row has other columns");
  for (std::size_t i = 0; i < key_; ++i)
    if (!values[visible_ + i]) throw wire::AnswerError("a row's key is NULL");
  std::optional<Values> before;
  if (const auto found = changed_keys_.find(number); found != changed_keys_.end())
    before = found->second;
  remember(standing, [this, number, given = version(number), before = std::move(before)]() mutable {
    if (before) {
      changed_keys_[number] = std::move(*before);
    } else {
      changed_keys_.erase(number);
    }
    version(number) = given == 0 ? 0 : given | own;  // it is shown to have changed
    rows_.erase(number);
  });
  const auto key = values.begin() + static_cast<std::ptrdiff_t>(visible_);
  changed_keys_[number] = Values(key, key + static_cast<std::ptrdiff_t>(key_));
  version(number) = version_of(values) | own;
  rows_[number] = std::move(values);
}

void KeysetRows::remove(SQLULEN number, const session::Standing& standing) {
  remember(standing, [this, number] { rows_.erase(number); });
  rows_[number].reset();
}

// The place of a row that was added and undone is taken by the next one.
SQLULEN KeysetRows::add(const Values& key, const session::Standing& standing) {
  const SQLULEN number = count_ + 1;
  if (number > keys_.size()) {
    append_key(fields_of(key));
  } else {
    changed_keys_[number] = key;
    version(number) = 0;
  }
  remember(standing, [this, number] {
    count_ = number - 1;
    rows_.erase(number);
  });
  return count_ = number;
}

}  // namespace negodbc::odbc
