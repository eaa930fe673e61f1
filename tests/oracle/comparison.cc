#include "tests/oracle/comparison.h"

#include <algorithm>

namespace negodbc::oracle {
namespace {

// Affecting nothing is SQL_NO_DATA for these.
bool counts(const Result& result) {
  constexpr const char* words[] = {"INSERT", "UPDATE", "DELETE"};
  return std::any_of(std::begin(words), std::end(words),
                     [&](const char* word) { return result.tag.starts_with(word); });
}

std::string to_text(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
  return "(" + text + ")";
}

}  // namespace

bool Execution::is_the_error(const Said& said) const {
  return class_of(truth_.error) == said.state.substr(0, 2);
}

bool Execution::error_comes_before_rows(std::size_t from) const {
  return has_untold_error() &&
         std::none_of(truth_.results.begin() + static_cast<std::ptrdiff_t>(from),
                      truth_.results.end(), [](const Result& result) { return result.has_rows; });
}

Difference Execution::begin(const Said& said, Answer truth, const Text& text) {
  truth_ = std::move(truth);
  told_ = false;
  alone_ = text.statements.size() == 1;
  pure_ = text.pure;
  unordered_ = text.unordered;
  return show(said, 0);
}

// The driver shows result `number`, or says why not.
Difference Execution::show(const Said& said, std::size_t number) {
  open_ = true;
  at_ = number;
  read_.clear();
  rows_ended_ = rest_lost_ = false;
  if (said.code == SQL_ERROR) {
    open_ = false;
    if (!has_untold_error()) return to_text(said) + ", and it was done";
    if (!is_the_error(said)) return to_text(said) + " instead of " + expected_error();
    told_ = true;
    return std::nullopt;
  }
  if (!said.good()) return to_text(said);
  if (error_comes_before_rows(number)) {
    open_ = false;
    return to_text(said) + " instead of " + expected_error();
  }
  if (number >= truth_.results.size()) return to_text(said) + ", and there is no result";
  const Result& result = truth_.results[number];
  const std::vector<std::string> columns = driver_.columns(handle_);
  if (columns != result.columns)
    return "columns " + to_text(columns) + " instead of " + to_text(result.columns);
  const SQLLEN count = driver_.row_count(handle_);
  const auto rows = static_cast<SQLLEN>(result.rows.size());
  if (result.has_rows) {
    if (said.code == SQL_NO_DATA) return "SQL_NO_DATA instead of a result with rows";
    if (count != -1 && (count != rows || !result.complete))
      return "row count " + std::to_string(count) + " of a result with " + std::to_string(rows) +
             " rows";
  } else if (counts(result)) {
    if (count != result.count)
      return "row count " + std::to_string(count) + " instead of " + std::to_string(result.count);
    if (number == 0 && (said.code == SQL_NO_DATA) != (result.count == 0))
      return to_text(said) + " with row count " + std::to_string(result.count);
  }
  return std::nullopt;
}

Difference Execution::compare(const std::vector<Row>& rows) {
  const std::vector<Row>& all = truth_.results[at_].rows;
  for (const Row& row : rows) {
    read_.push_back(row);
    if (read_.size() > all.size()) return "a row too many: " + to_text(row);
    const Row& expected = all[read_.size() - 1];
    if (!unordered_ && row != expected)
      return "row " + std::to_string(read_.size()) + " is " + to_text(row) + " instead of " +
             to_text(expected);
  }
  return std::nullopt;
}

Difference Execution::end_of_rows() {
  rows_ended_ = true;
  std::vector<Row> all = truth_.results[at_].rows;
  if (read_.size() < all.size())
    return "the rows end after " + std::to_string(read_.size()) + " of " +
           std::to_string(all.size());
  const bool last = at_ + 1 == truth_.results.size();
  if (has_untold_error() && last && (alone_ || !truth_.results[at_].complete))
    return "the rows end well instead of " + expected_error();
  if (!unordered_) return std::nullopt;
  std::vector<Row> read = read_;
  std::sort(all.begin(), all.end());
  std::sort(read.begin(), read.end());
  if (read != all) return std::string("other rows");
  return std::nullopt;
}

Difference Execution::fetch(int count, int rowset) {
  if (!open_ || !truth_.results[at_].has_rows || rows_ended_) return std::nullopt;
  std::vector<Row> rows;
  for (int left = count; left != 0; --left) {
    const Said said = driver_.fetch(handle_, rowset, rows);
    if (Difference difference = compare(rows)) return difference;
    if (said.code == SQL_NO_DATA) return end_of_rows();
    if (said.good()) continue;
    if (rest_lost_ && said.code == SQL_ERROR && said.state == "24000") {
      open_ = false;
      driver_.close(handle_);
      return std::nullopt;
    }
    // The rows of a result that an error ends are what came before it, or fewer.
    if (!has_untold_error()) return to_text(said) + " where there is no error";
    if (!is_the_error(said)) return to_text(said) + " instead of " + expected_error();
    if (!error_comes_before_rows(at_ + 1)) return to_text(said) + " before a result with rows";
    told_ = true;
    open_ = false;
    driver_.close(handle_);
    return std::nullopt;
  }
  return std::nullopt;
}

void Execution::lose_rest() {
  // Less than that has come with the first portion.
  constexpr std::size_t few_bytes = std::size_t{128} * 1024;
  if (!open_) return;
  std::size_t bytes = 0;
  for (const Row& row : truth_.results[at_].rows)
    for (const auto& value : row) bytes += value ? value->size() : 0;
  rest_lost_ = bytes > few_bytes;
}

Difference Execution::more() {
  if (!open_) return std::nullopt;
  const Said said = driver_.more(handle_);
  if (at_ + 1 < truth_.results.size()) {
    if (said.code == SQL_NO_DATA) return std::string("SQL_NO_DATA before the last result");
    return show(said, at_ + 1);
  }
  open_ = false;
  if (has_untold_error()) {
    if (pure_ && said.code == SQL_NO_DATA) return std::nullopt;
    if (said.code != SQL_ERROR || !is_the_error(said))
      return to_text(said) + " instead of " + expected_error();
    told_ = true;
    return std::nullopt;
  }
  if (said.code != SQL_NO_DATA) return to_text(said) + " behind the last result";
  return std::nullopt;
}

Difference Execution::close() {
  const bool awaited = open_ && has_untold_error();
  open_ = false;
  const Said said = driver_.close(handle_);
  if (said.code == SQL_SUCCESS) {
    if (!awaited || pure_) return std::nullopt;
    return "closed without a word of " + expected_error();
  }
  // Closing succeeds in any case, so the error is told by a warning that names it.
  const bool warns = said.code == SQL_SUCCESS_WITH_INFO && said.state.starts_with("01");
  const bool names_it = warns && said.text.find("[" + truth_.error + "]") != std::string::npos;
  const bool tells_of_one = warns && said.text.find("had failed") != std::string::npos;
  if (awaited ? names_it || (pure_ && warns && !tells_of_one) : warns && !tells_of_one)
    return std::nullopt;
  return to_text(said) + " on closing" + (awaited ? " instead of " + expected_error() : "");
}

Difference Execution::begin_array(const Said& said, const std::vector<Answer>& truth,
                                  std::size_t sets) {
  begin_results(truth);
  alone_ = pure_ = unordered_ = told_ = false;
  const auto& statuses = driver_.statuses(handle_);
  std::string first_error;
  std::string first_words;
  std::size_t failed = 0;
  SQLLEN affected = 0;
  for (const Answer& answer : truth) {
    if (answer.error.empty()) affected += std::max<long>(answer.results.front().count, 0);
    if (answer.error.empty()) continue;
    ++failed;
    if (!first_error.empty()) continue;
    first_error = answer.error;
    first_words = answer.words;
  }
  const bool all_failed = failed == truth.size();
  if (all_failed != (said.code == SQL_ERROR))
    return to_text(said) + ", and " + std::to_string(failed) + " of " +
           std::to_string(truth.size()) + " sets failed";
  // A warning of the whole execution stands before what is a set's.
  const bool named = class_of(first_error) == said.state.substr(0, 2) ||
                     (said.state == "01000" && said.text.find(first_words) != std::string::npos);
  if (failed > 0 && !named) return to_text(said) + " instead of the error " + first_error;
  // What the server says of the text fails all sets at once: then none of them was tried.
  const bool none_tried = all_failed && std::all_of(statuses.begin(), statuses.end(),
                                                    [](auto s) { return s == SQL_PARAM_UNUSED; });
  if (!none_tried) {
    for (std::size_t i = 0; i < sets; ++i) {
      if (Difference difference = status_differs(i, statuses.at(i), truth)) return difference;
    }
  }
  open_ = !truth_.results.empty();
  if (open_) return show(Said(), 0);
  if (all_failed) return std::nullopt;
  const SQLLEN count = driver_.row_count(handle_);
  if (count != affected)
    return "row count " + std::to_string(count) + " instead of " + std::to_string(affected);
  return std::nullopt;
}

Difference Execution::status_differs(std::size_t set, SQLUSMALLINT status,
                                     const std::vector<Answer>& truth) {
  const std::string told =
      "set " + std::to_string(set + 1) + " has status " + std::to_string(status) + ", and it ";
  if (set >= truth.size())
    return status == SQL_PARAM_UNUSED ? Difference() : told + "was not tried";
  if (!truth[set].error.empty()) {
    if (status == SQL_PARAM_ERROR) return std::nullopt;
    return told + "failed by the error " + truth[set].error + " " + truth[set].words;
  }
  const bool good = status == SQL_PARAM_SUCCESS || status == SQL_PARAM_SUCCESS_WITH_INFO;
  return good ? Difference() : told + "was done";
}

// The results with rows of the sets that did not fail, one after the other.
void Execution::begin_results(const std::vector<Answer>& truth) {
  truth_ = Answer();
  open_ = true;
  for (const Answer& answer : truth) {
    if (!answer.error.empty()) continue;
    for (const Result& result : answer.results)
      if (result.has_rows) truth_.results.push_back(result);
  }
}

Difference Execution::called(const Said& said, const Answer& truth) {
  open_ = false;
  if (!truth.error.empty()) {
    if (said.code != SQL_ERROR || class_of(truth.error) != said.state.substr(0, 2))
      return to_text(said) + " instead of the error " + truth.error + " " + truth.words;
    return std::nullopt;
  }
  if (!SQL_SUCCEEDED(said.code)) return to_text(said) + ", and it was done";
  const auto value = driver_.returned(handle_);
  if (value != truth.results.front().rows.front().front())
    return "it gave " + value.value_or("NULL");
  return std::nullopt;
}

}  // namespace negodbc::oracle
