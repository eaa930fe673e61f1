#include "driver/wire/answer.h"

#include <algorithm>

namespace negodbc::wire {
namespace {

bool is_hex(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

void check_value(Holds holds, std::string_view value) {
  switch (holds) {
    case Holds::text:
      return;
    case Holds::letter:
      if (value.size() != 1) throw AnswerError("a letter is none");
      return;
    case Holds::flag:
      if (value != "t" && value != "f") throw AnswerError("a boolean is none");
      return;
    case Holds::hex:
      if (value.size() % 2 != 0 || !std::all_of(value.begin(), value.end(), is_hex))
        throw AnswerError("hexadecimal digits are none");
      return;
    case Holds::small:
      (void)number_of<std::int16_t>(value);
      return;
    case Holds::integer:
      (void)number_of<std::int32_t>(value);
      return;
    case Holds::whole:
      (void)number_of<std::int64_t>(value);
      return;
    case Holds::oid:
      (void)number_of<std::uint32_t>(value);
      return;
  }
}

void check_width(std::size_t width, std::size_t wanted) {
  if (width != wanted)
    throw AnswerError("it has " + std::to_string(width) + " columns in place of " +
                      std::to_string(wanted));
}

}  // namespace

const Answer::Cell& Answer::Row::cell(std::size_t column) const {
  if (column >= cells_.size()) throw AnswerError("a column is missing");
  return cells_[column];
}

const std::string& Answer::Row::text(std::size_t column) const {
  const Cell& value = cell(column);
  if (!value) throw AnswerError("a value is NULL");
  return *value;
}

void Answer::describe(const std::vector<Field>& fields) const {
  check_width(fields.size(), columns_.size());
  for (const Field& field : fields)
    if (field.format != Format::text) throw AnswerError("it is not text");
}

void Answer::add(const RowFields& row) {
  Cells cells;
  cells.reserve(row.values.size());
  for (const RowFields::Value& value : row.values)
    cells.push_back(value.is_null() ? Cell() : Cell(std::string(value.view())));
  add(std::move(cells));
}

void Answer::add(Cells row) {
  check_width(row.size(), columns_.size());
  for (std::size_t i = 0; i < row.size(); ++i) {
    if (row[i]) {
      check_value(columns_[i].holds, *row[i]);
    } else if (!columns_[i].null) {
      throw AnswerError("a value is NULL");
    }
  }
  rows_.push_back(Row(std::move(row)));
}

const Answer::Row& Answer::first() const {
  if (rows_.empty()) throw AnswerError("it has no rows");
  return rows_.front();
}

std::vector<Answer::Cells> Answer::take() && {
  std::vector<Cells> all;
  all.reserve(rows_.size());
  for (Row& row : rows_) all.push_back(std::move(row.cells_));
  rows_.clear();
  return all;
}

}  // namespace negodbc::wire
