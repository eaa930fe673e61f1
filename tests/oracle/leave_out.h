// How what fails is made small.
#pragma once

#include <algorithm>
#include <cstddef>
#include <utility>

namespace negodbc::oracle {

// Tries to leave out parts of what `list` finds in a script, as long as `fails` holds: many at once
// first, then each. `least` of them stay. Whether anything was left out.
template <class Script, class Fails, class List>
bool leave_out(Script& script, const Fails& fails, std::size_t least, const List& list) {
  bool smaller = false;
  for (std::size_t size = std::max<std::size_t>(list(script).size() / 2, 1); size > 0; size /= 2) {
    for (std::size_t at = 0; at < list(script).size();) {
      Script candidate = script;
      auto& parts = list(candidate);
      const std::size_t count = std::min(size, parts.size() - at);
      const auto first = parts.begin() + static_cast<std::ptrdiff_t>(at);
      parts.erase(first, first + static_cast<std::ptrdiff_t>(count));
      if (parts.size() >= least && fails(candidate)) {
        script = std::move(candidate);
        smaller = true;
      } else {
        at += count;
      }
    }
  }
  return smaller;
}

}  // namespace negodbc::oracle
