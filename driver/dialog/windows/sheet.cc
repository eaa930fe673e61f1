#include "driver/dialog/windows/sheet.h"

#include <algorithm>

namespace negodbc::dialog {

bool Sheet::check() {
  faults = form.faults();
  const auto of_name = [](const dsn::Fault& fault) { return fault.key == dsn::Key::dsn; };
  if (question.fault_of_name && std::none_of(faults.begin(), faults.end(), of_name)) {
    std::string text = question.fault_of_name(std::string(form.value(dsn::Key::dsn)));
    if (!text.empty()) faults.push_back({dsn::Key::dsn, std::move(text)});
  }
  for (const dsn::Fault& fault : faults) opened.push_back(fault.key);
  return faults.empty();
}

std::string Sheet::fault_at(dsn::Key key) const {
  for (const dsn::Fault& fault : faults)
    if (fault.key == key) return fault.text;
  return {};
}

void Sheet::forget_fault(dsn::Key key) {
  std::erase_if(faults, [&](const dsn::Fault& fault) { return fault.key == key; });
}

bool Sheet::may_change(dsn::Key key) const {
  const bool of_source = key == dsn::Key::dsn || key == dsn::Key::description;
  if (of_source && !question.names_source) return false;
  const auto is_among = [key](const std::vector<dsn::Key>& keys) {
    return std::find(keys.begin(), keys.end(), key) != keys.end();
  };
  return !question.only || is_among(*question.only) || is_among(opened);
}

}  // namespace negodbc::dialog
