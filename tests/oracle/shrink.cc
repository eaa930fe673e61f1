#include "tests/oracle/shrink.h"

#include "tests/oracle/leave_out.h"

namespace negodbc::oracle {

Script shrink(Script script, const std::function<bool(const Script&)>& fails) {
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
