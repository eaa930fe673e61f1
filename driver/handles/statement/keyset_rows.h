// The rows of a keyset-driven cursor: their keys are kept, their values are read anew by key.
//
// ODBC reference: "Keyset-Driven Cursors". Which rows there are is fixed when the cursor opens. A
// row that is no longer found by its key is a hole; rows that the cursor itself adds come last.
// Keys are held like static rows (4 MiB, then a temporary file), and eight bytes more for every row
// tell its version when it was fetched last; of values no more than the last rowset is held.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <span>

#include "driver/catalog/row_key.h"
#include "driver/handles/statement/cursor_rows.h"
#include "driver/handles/statement/row_source.h"
#include "driver/session/row_store.h"
#include "driver/sql/single_table.h"

namespace negodbc::odbc {

// The statements of such a cursor. Both give the columns of the application's statement, then the
// key, then the row's version (ctid and xmin).
struct KeysetPlan {
  sql::SingleTable select;
  catalog::RowKey key;

  // The application's statement.
  [[nodiscard]] std::string open_text() const;
  // The rows that arrays of the key's columns name ($1, $2, ...); one column more at the end tells
  // which (from 1). `lock`: FOR UPDATE.
  [[nodiscard]] std::string read_text(bool lock) const;
  [[nodiscard]] std::size_t hidden() const { return key.columns.size() + 2; }
  // How many of a result's columns are the application's; `behind`: those that stand behind the
  // hidden ones. Throws wire::AnswerError when the hidden ones are not there, Error HY000 when they
  // are another table's than the key is of.
  [[nodiscard]] std::size_t visible(const std::vector<wire::Field>& fields,
                                    std::size_t behind) const;
};

class KeysetRows final : public CursorRows {
 public:
  using Take = std::function<void(const wire::RowFields& row)>;
  // Runs read_text() with these arrays and gives every row to `take`.
  using Read = std::function<void(const Values& arrays, bool lock, const Take& take)>;

  // Reads the source to its end; its rows have key and version behind the application's columns.
  // `visible`: the application's columns; `key`: those behind them. `most`: SQL_ATTR_MAX_ROWS, 0
  // for all. Throws what the source throws, Error HY000.
  KeysetRows(RowSource& source, std::size_t visible, std::size_t key, SQLULEN most, Read read,
             Deadline deadline);

  // Reads the row unless it is one of those that were read last.
  bool go_to(SQLULEN number, Deadline deadline) override;
  SQLULEN count(Deadline /*deadline*/) override { return count_; }
  // `values` with key and version.
  void change(SQLULEN number, Values values, const session::Standing& standing) override;
  void remove(SQLULEN number, const session::Standing& standing) override;
  [[nodiscard]] bool removed(SQLULEN number) const override;

  // Each of these is one statement, or none when there are no such rows; numbers that no row has
  // are passed over. `lock`: until the transaction ends.
  void fetch(SQLULEN start, SQLULEN size, bool lock);
  void refresh(std::span<const SQLULEN> numbers, bool lock);  // beside the rowset
  void read_missing(std::span<const SQLULEN> numbers);
  // Locks a row and leaves what is known of it as it is. False: it is not there any more.
  bool lock(SQLULEN number);

  // The application is given row `number`: whether it has changed since it was given last.
  bool give(SQLULEN number);
  // Whether somebody else has changed it since, as far as that is known: of a row that is not of
  // the rowset. The current row's.
  [[nodiscard]] bool changed_since(SQLULEN number) const;
  // The cursor has changed a row so that its new version is not known.
  void forget_version(SQLULEN number) { version(number) = own; }
  // A row that was added; gives its number.
  SQLULEN add(const Values& key, const session::Standing& standing);

 private:
  static constexpr std::uint64_t own = 1;  // a version's lowest bit: changed by this cursor
  using Rows = std::map<SQLULEN, std::optional<Values>>;

  void append_key(const wire::RowFields& key);
  Rows read(std::span<const SQLULEN> numbers, bool lock);
  void forget_others();
  std::uint64_t& version(SQLULEN number);
  [[nodiscard]] std::uint64_t version_of(const Values& values) const;

  std::size_t visible_, key_;
  Read read_;
  session::RowStore keys_;
  SQLULEN count_ = 0;  // of rows: behind them are keys of what was added and undone
  std::map<SQLULEN, Values> changed_keys_;
  std::vector<std::uint64_t> versions_;  // as they were given last; 0: never
  Rows rows_;                            // without a value: a hole
  SQLULEN start_ = 0, size_ = 0;         // of the rowset
};

}  // namespace negodbc::odbc
