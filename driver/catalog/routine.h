// What {call ...} calls: a function or a procedure, and the direction and type of its arguments.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "driver/catalog/local_rows.h"

namespace negodbc::catalog {

struct Routine {
  bool procedure = false;
  // Of each argument: 'i' IN, 'o' OUT, 'b' INOUT, 'v' VARIADIC (pg_proc.proargmodes), and its type.
  std::string modes;
  std::vector<std::uint32_t> types;
  std::vector<std::string> names;  // "" of what has none
};

// `name`: with its schema or without. Of several with this name the one that takes so many
// arguments, OUT ones counted or not. Nothing when there is none. Costs one query.
std::optional<Routine> find_routine(const std::vector<std::string>& name, std::size_t arguments,
                                    int server_version, const Query& query);

}  // namespace negodbc::catalog
