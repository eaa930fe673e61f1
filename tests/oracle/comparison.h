// What a handle has said so far beside what is true.
//
// An error that stands behind a result with rows may be told late, but never not at all: by the
// fetch that finds no more rows where nothing else can follow, by SQLMoreResults, or by the call
// that closes (SQL_SUCCESS_WITH_INFO, 01000, naming it). Told too early it is no fault, as the
// server has undone what stood before it. Results without rows in front of it are never told as
// true: then the call that would show the first of them fails.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "tests/oracle/odbc.h"

namespace negodbc::oracle {

// What differs, in words; none: nothing.
using Difference = std::optional<std::string>;

class Execution {
 public:
  Execution(Odbc& driver, std::size_t handle) : driver_(driver), handle_(handle) {}

  // Something was executed: `truth` is what came of it.
  Difference begin(const Said& said, Answer truth, const Text& text);
  // With so many sets of parameters; `truth` is of those that were tried.
  Difference begin_array(const Said& said, const std::vector<Answer>& truth, std::size_t sets);
  Difference called(const Said& said, const Answer& truth);

  // Each does nothing where there is nothing to do.
  Difference fetch(int count, int rowset);
  Difference more();
  Difference close();
  // What a result's rows come from was rolled back or has failed: the driver may have no more of
  // them than what little it had asked for (driver/DIFFERENCES.md).
  void lose_rest();
  [[nodiscard]] bool open() const { return open_; }

 private:
  [[nodiscard]] bool error_comes_before_rows(std::size_t from) const;
  [[nodiscard]] bool has_untold_error() const { return !truth_.error.empty() && !told_; }
  [[nodiscard]] bool is_the_error(const Said& said) const;
  void begin_results(const std::vector<Answer>& truth);
  static Difference status_differs(std::size_t set, SQLUSMALLINT status,
                                   const std::vector<Answer>& truth);
  Difference show(const Said& said, std::size_t number);
  Difference compare(const std::vector<Row>& rows);
  Difference end_of_rows();
  std::string expected_error() const { return "the error " + truth_.error + " " + truth_.words; }

  Odbc& driver_;
  std::size_t handle_;
  bool open_ = false;  // results may be asked for
  bool told_ = false;
  bool alone_ = true;  // one statement: with the end of its rows all is known
  bool pure_ = false;
  bool unordered_ = false;
  Answer truth_;
  std::size_t at_ = 0;  // the current result
  std::vector<Row> read_;
  bool rows_ended_ = false;
  bool rest_lost_ = false;
};

}  // namespace negodbc::oracle
