#include "cli/examination/examination.h"

#include <utility>

#include "cli/examination/told_commands.h"
#include "driver/base/error.h"
#include "driver/net/ip_address.h"

namespace negodbc::cli {

std::string Examination::to_set(const std::string& word) const {
  const std::size_t equals = word.find('=');
  return cli::to_set(known, word.substr(0, equals), word.substr(equals + 1));
}

std::string Examination::service_name() const {
  if (!spn.empty()) return spn;
  if (!settings.server_spn.empty()) return settings.server_spn;
  const std::string& name = host().name;
  if (name.empty() || name.front() == '/' || name.front() == '@' || net::is_ip_address(name))
    return {};
  return settings.kerberos_service + "/" + name;
}

Finding out_of_time(const std::string& what) {
  Finding finding;
  finding.verdict = Verdict::skipped;
  finding.text = what + ": its time has run out";
  return finding;
}

void examine(Examination& examination, Report& report) {
  // With less nothing can be found out, but a cause that is none.
  constexpr std::chrono::milliseconds least(50);
  for (const Step& step : examination_steps()) {
    if (!step.concerns(examination)) continue;
    const bool looks = step.examine != examine_login;
    if (looks && examination.deadline.remaining() < least) {
      Finding finding = out_of_time("not looked at");
      finding.step = step.name;
      report.add(std::move(finding));
      continue;
    }
    Finding finding;
    try {
      finding = step.examine(examination);
    } catch (const Error& error) {
      // Of a step that only looks: it has not come to an end.
      finding.verdict = Verdict::note;
      finding.text = error.what();
      if (error.state() == timed_out_state) finding = out_of_time("not looked at to the end");
    }
    finding.step = step.name;
    report.add(std::move(finding));
  }
}

}  // namespace negodbc::cli
