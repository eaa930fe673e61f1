#include "driver/handles/statement/static_rows.h"

#include <optional>
#include <utility>

namespace negodbc::odbc {

bool StaticRows::read_up_to(SQLULEN number, Deadline deadline) {
  while (!complete_ && store_.size() < number) {
    if ((most_ != 0 && store_.size() >= most_) || !source_.next_row(deadline)) {
      complete_ = true;
    } else {
      current_ = 0;  // its views end here
      store_.append(source_.row());
    }
  }
  return store_.size() >= number;
}

bool StaticRows::go_to(SQLULEN number, Deadline deadline) {
  if (number == 0 || !read_up_to(number, deadline)) return false;
  if (current_ == number) return true;
  current_ = number;
  const auto changed = changed_.find(number);
  if (changed == changed_.end()) {
    store_.read(number - 1, row_);
  } else {
    show(changed->second);
  }
  return true;
}

void StaticRows::change(SQLULEN number, Values values, const session::Standing& standing) {
  const auto found = changed_.find(number);
  std::optional<Values> before;
  if (standing && found != changed_.end()) before = std::move(found->second);
  remember(standing, [this, number, before = std::move(before)]() mutable {
    if (before) {
      changed_[number] = std::move(*before);
    } else {
      changed_.erase(number);
    }
    current_ = 0;
  });
  changed_[number] = std::move(values);
  current_ = 0;
}

void StaticRows::remove(SQLULEN number, const session::Standing& standing) {
  remember(standing, [this, number] { removed_.erase(number); });
  removed_.insert(number);
}

SQLULEN StaticRows::count(Deadline deadline) {
  read_up_to(~SQLULEN{0}, deadline);
  return store_.size();
}

}  // namespace negodbc::odbc
