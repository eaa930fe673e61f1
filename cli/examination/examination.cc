#include "cli/examination/examination.h"

#include <utility>

#include "cli/examination/told_commands.h"
#include "driver/base/error.h"

namespace negodbc::cli {

std::string Examination::to_set(const std::string& word) const {
  const std::size_t equals = word.find('=');
  return cli::to_set(known, word.substr(0, equals), word.substr(equals + 1));
}

void examine(Examination& examination, Report& report) {
  for (const Step& step : examination_steps()) {
    if (!step.concerns(examination)) continue;
    Finding finding;
    try {
      finding = step.examine(examination);
    } catch (const Error& error) {
      // Of a step that only looks: it has not come to an end.
      finding.verdict = Verdict::note;
      finding.text = error.what();
    }
    finding.step = step.name;
    report.add(std::move(finding));
  }
}

}  // namespace negodbc::cli
