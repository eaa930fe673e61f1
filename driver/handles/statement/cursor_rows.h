// The rows of a scrollable cursor, by their numbers from 1.
//
// What the cursor itself does to them belongs to the transaction, and to the savepoint, that it was
// done in: when that is undone they are again what they were, with the next settle().
#pragma once

#include <sql.h>
#include <sqlext.h>

#include <functional>
#include <utility>
#include <vector>

#include "driver/base/deadline.h"
#include "driver/handles/statement/values.h"
#include "driver/session/transaction.h"
#include "driver/wire/backend.h"

namespace negodbc::odbc {

class CursorRows {
 public:
  CursorRows() = default;
  virtual ~CursorRows() = default;
  CursorRows(const CursorRows&) = delete;
  CursorRows& operator=(const CursorRows&) = delete;

  // Whether there is a row `number`; it is the current one then, also when it is a hole.
  virtual bool go_to(SQLULEN number, Deadline deadline) = 0;
  virtual SQLULEN count(Deadline deadline) = 0;
  // The current row's values; of a hole nothing that may be used.
  [[nodiscard]] const wire::RowFields& row() const { return row_; }

  // What the cursor itself has done to its rows, behind a settle().
  virtual void change(SQLULEN number, Values values, const session::Standing& standing) = 0;
  virtual void remove(SQLULEN number, const session::Standing& standing) = 0;
  [[nodiscard]] bool may_be_undone() const { return !done_.empty(); }
  // Takes back what was undone meanwhile, the last first.
  void settle() {
    while (may_be_undone() && *done_.back().standing == session::Fate::undone) {
      done_.back().take_back();
      done_.pop_back();
    }
    if (may_be_undone() && *done_.back().standing == session::Fate::kept) done_.clear();
  }
  // Whether row `number` is a hole, as far as is known: go_to() it first.
  [[nodiscard]] virtual bool removed(SQLULEN number) const = 0;

 protected:
  // Views of these values.
  static wire::RowFields fields_of(const Values& values) {
    wire::RowFields row;
    for (const auto& value : values) {
      if (value) {
        row.values.push_back({value->data(), static_cast<std::uint32_t>(value->size())});
      } else {
        row.values.push_back({nullptr, 0});
      }
    }
    return row;
  }
  void show(const Values& values) { row_ = fields_of(values); }
  // Before something is done, by what it is taken back.
  void remember(const session::Standing& standing, std::function<void()> take_back) {
    if (standing) done_.push_back({standing, std::move(take_back)});
  }
  wire::RowFields row_;

 private:
  struct Done {
    session::Standing standing;
    std::function<void()> take_back;
  };
  std::vector<Done> done_;
};

}  // namespace negodbc::odbc
