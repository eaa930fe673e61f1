// What parts of a statement hand each other of values that are sent or kept.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "driver/wire/backend.h"
#include "driver/wire/frontend.h"

namespace negodbc::odbc {

using Values = std::vector<std::optional<std::string>>;  // as text; nothing: NULL
using Types = std::vector<std::uint32_t>;                // declared for parameters, 0: left open

// Views: they live as long as the values.
inline std::vector<wire::BindValue> bind_values(const Values& values) {
  std::vector<wire::BindValue> bound(values.size());
  for (std::size_t i = 0; i < values.size(); ++i)
    if (values[i]) bound[i].value = *values[i];
  return bound;
}

// A row's, which outlive it.
inline Values copy_of(const wire::RowFields& row) {
  Values values(row.values.size());
  for (std::size_t i = 0; i < values.size(); ++i)
    if (!row.values[i].is_null()) values[i] = std::string(row.values[i].view());
  return values;
}

}  // namespace negodbc::odbc
