// The rows of a scrollable cursor, by their numbers from 1.
#pragma once

#include <sql.h>
#include <sqlext.h>

#include "driver/base/deadline.h"
#include "driver/handles/statement/values.h"
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

  // What the cursor itself has done to its rows.
  virtual void change(SQLULEN number, Values values) = 0;
  virtual void remove(SQLULEN number) = 0;
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
  wire::RowFields row_;
};

}  // namespace negodbc::odbc
