#include "driver/handles/statement/row_source.h"

#include <optional>

#include "driver/base/error.h"

namespace negodbc::odbc {

bool LocalSource::next_result(Deadline deadline) {
  close(deadline);
  return false;
}

bool LocalSource::next_row(Deadline /*deadline*/) {
  row_.values.clear();
  if (!open_ || next_ == rows_.rows.size()) return false;
  for (const auto& value : rows_.rows[next_]) {
    if (value) {
      row_.values.push_back({value->data(), static_cast<std::uint32_t>(value->size())});
    } else {
      row_.values.push_back({nullptr, 0});
    }
  }
  ++next_;
  return true;
}

void LocalSource::close(Deadline /*deadline*/) {
  open_ = false;
  row_.values.clear();
  rows_.rows.clear();
  next_ = 0;
}

bool ChainSource::next_result(Deadline deadline) {
  if (current().next_result(deadline)) return true;
  if (at_ + 1 == sources_.size()) return false;
  ++at_;  // its first result is there already
  return true;
}

void ChainSource::close(Deadline deadline) {
  std::optional<Error> first;
  for (const auto& source : sources_) {
    try {
      source->close(deadline);
    } catch (const Error& e) {
      if (!first) first = e;
    }
  }
  if (first) throw Error(*first);
}

}  // namespace negodbc::odbc
