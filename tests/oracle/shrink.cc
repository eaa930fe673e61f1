#include "tests/oracle/shrink.h"

#include <algorithm>

namespace negodbc::oracle {
namespace {

using Fails = std::function<bool(const Script&)>;

// Tries to leave out parts of what `list` finds in a script: many at once first, then each.
template <class List>
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

}  // namespace

Script shrink(Script script, const Fails& fails) {
  bool smaller = true;
  while (smaller) {
    smaller = leave_out(
        script, fails, 0, [](Script & s) -> auto& { return s.steps; });
    for (std::size_t i = 0; i < script.steps.size(); ++i) {
      smaller |= leave_out(
          script, fails, 1, [i](Script & s) -> auto& { return s.steps[i].sets; });
      // With parameters the values would have to go too.
      if (parameters_of(script.steps[i].text) > 0) continue;
      smaller |= leave_out(
          script, fails, 1, [i](Script & s) -> auto& { return s.steps[i].text.statements; });
    }
  }
  return script;
}

}  // namespace negodbc::oracle
