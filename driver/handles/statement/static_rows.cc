#include "driver/handles/statement/static_rows.h"

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

void StaticRows::change(SQLULEN number, Values values) {
  changed_[number] = std::move(values);
  current_ = 0;
}

SQLULEN StaticRows::count(Deadline deadline) {
  read_up_to(~SQLULEN{0}, deadline);
  return store_.size();
}

}  // namespace negodbc::odbc
