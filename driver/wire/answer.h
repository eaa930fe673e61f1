// The rows that answer a question of the driver's own, checked once against what was asked for.
//
// Whoever answers may lie, or be another kind of server: how many columns there are, what is NULL
// and what a value means is looked at here and nowhere else. Nobody indexes such rows but through
// this. (Rows of the application's statements have the columns that the server describes.)
#pragma once

#include <charconv>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "driver/wire/backend.h"

namespace negodbc::wire {

// 08S01. A conversation in which such answers come is over, as with a peer that does not speak the
// protocol.
class AnswerError : public ProtocolError {
 public:
  explicit AnswerError(const std::string& why)
      : ProtocolError("the server's answer is not what was asked for: " + why) {}
};

// What the values of a column are, in text format.
enum class Holds : std::uint8_t {
  text,
  letter,   // one character: pg_class.relkind and the like
  flag,     // t or f
  hex,      // pairs of hexadecimal digits
  small,    // int2
  integer,  // int4
  whole,    // int8
  oid,
};

struct AnswerColumn {
  Holds holds;
  bool null = false;  // whether it may be NULL
};
using AnswerColumns = std::span<const AnswerColumn>;

constexpr AnswerColumn or_null(Holds holds) {
  return {holds, true};
}

// The whole value as a number, nothing left over. Throws AnswerError.
template <class T>
T number_of(std::string_view text) {
  T value{};
  const char* const end = text.data() + text.size();
  const auto [at, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc() || at != end) throw AnswerError("a number is none");
  return value;
}

class Answer {
 public:
  using Cell = std::optional<std::string>;  // nothing: NULL
  using Cells = std::vector<Cell>;

  class Row {
   public:
    [[nodiscard]] bool is_null(std::size_t column) const { return !cell(column); }
    [[nodiscard]] const Cell& cell(std::size_t column) const;
    // These throw AnswerError for NULL, and for a value of another kind.
    [[nodiscard]] const std::string& text(std::size_t column) const;
    [[nodiscard]] bool flag(std::size_t column) const { return text(column) == "t"; }
    [[nodiscard]] char letter(std::size_t column) const { return text(column).front(); }
    template <class T>
    [[nodiscard]] T number(std::size_t column) const {
      return number_of<T>(text(column));
    }

   private:
    friend class Answer;
    explicit Row(Cells cells) : cells_(std::move(cells)) {}
    Cells cells_;
  };

  explicit Answer(AnswerColumns columns) : columns_(columns.begin(), columns.end()) {}
  Answer(AnswerColumns columns, std::initializer_list<Cells> rows) : Answer(columns) {
    for (const Cells& row : rows) add(row);
  }

  // As the answer comes: its description, then its rows. Each throws AnswerError.
  void describe(const std::vector<Field>& fields) const;
  void add(const RowFields& row);
  void add(Cells row);

  [[nodiscard]] std::size_t width() const { return columns_.size(); }
  [[nodiscard]] bool empty() const { return rows_.empty(); }
  [[nodiscard]] std::size_t size() const { return rows_.size(); }
  [[nodiscard]] auto begin() const { return rows_.begin(); }
  [[nodiscard]] auto end() const { return rows_.end(); }
  // The first row, of an answer that must have one. Throws AnswerError.
  [[nodiscard]] const Row& first() const;
  // All cells, in the order of the columns; to be shown to the application as they are.
  [[nodiscard]] std::vector<Cells> take() &&;

 private:
  std::vector<AnswerColumn> columns_;
  std::vector<Row> rows_;
};

}  // namespace negodbc::wire
