#include "cli/report.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <ostream>
#include <string_view>
#include <utility>

#include "cli/printable.h"
#include "driver/dsn/masking.h"

namespace negodbc::cli {
namespace {

constexpr std::size_t indent = 8;  // as wide as the longest mark and a blank

struct Mark {
  const char* word;
  const char* colour;
};

Mark mark_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::good:
      return {"ok", "32"};
    case Verdict::note:
      return {"note", "1"};  // yellow is unreadable on white
    case Verdict::failed:
      return {"FAILED", "31;1"};
    case Verdict::skipped:
      break;
  }
  return {"-", "2"};
}

const char* word_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::good:
      return "ok";
    case Verdict::note:
      return "note";
    case Verdict::failed:
      return "failed";
    case Verdict::skipped:
      break;
  }
  return "skipped";
}

// In characters, of UTF-8.
std::size_t width_of(std::string_view text) {
  std::size_t width = 0;
  for (const char c : text)
    if ((static_cast<unsigned char>(c) & 0xC0U) != 0x80U) ++width;
  return width;
}

// What stands in an address that was written into Server or KRB5_CONFIG's files, or in another
// value, comes back in many texts.
void hide_secrets(Finding& finding, const dsn::QuotedSecrets& secrets) {
  const auto hide = [&](std::string& text) {
    text = secrets.hide(std::move(text));
    if (text.find("://") != std::string::npos)
      text = dsn::without_address_passwords(std::move(text));
  };
  hide(finding.text);
  hide(finding.remedy);
  for (Fact& fact : finding.facts)
    for (std::string* text : {&fact.name, &fact.value, &fact.source, &fact.of}) hide(*text);
  for (std::string& note : finding.notes) hide(note);
}

// Tenths, since more of them say nothing.
double rounded(double milliseconds) {
  return std::round(milliseconds * 10) / 10;
}

std::string number(double value) {
  std::string text = std::to_string(std::llround(value * 10));
  if (text.size() < 2) text.insert(0, "0");
  return text.insert(text.size() - 1, ".");
}

nlohmann::json json_of(const Finding& finding) {
  nlohmann::json out = {
      {"step", finding.step}, {"verdict", word_of(finding.verdict)}, {"text", finding.text}};
  if (!finding.state.empty()) out["sqlstate"] = finding.state;
  if (!finding.remedy.empty()) out["remedy"] = finding.remedy;
  if (!finding.same_as.empty()) out["same_as"] = finding.same_as;
  if (finding.milliseconds >= 0) out["milliseconds"] = rounded(finding.milliseconds);
  if (!finding.notes.empty()) out["notes"] = finding.notes;
  for (const Fact& fact : finding.facts) {
    nlohmann::json entry = {{"name", fact.name}, {"value", fact.value}};
    if (!fact.source.empty()) entry["source"] = fact.source;
    if (!fact.of.empty()) entry["of"] = fact.of;
    out["facts"].push_back(entry);
  }
  return out;
}

}  // namespace

std::string Report::painted(const std::string& text, const char* colour) const {
  return style_.colours ? "\033[" + std::string(colour) + "m" + text + "\033[0m" : text;
}

// `lead` stands at the first line's begin (colours have no width), the others are indented.
void Report::write_line(const std::string& lead, const std::string& said, std::size_t lead_width) {
  const std::string text = printable(said);
  out_ << lead;
  const std::size_t margin = std::max(indent, lead_width);
  std::size_t at = margin;
  const std::string blanks(margin, ' ');
  for (std::size_t begin = 0; begin < text.size();) {
    std::size_t end = text.find(' ', begin);
    if (end == std::string::npos) end = text.size();
    const std::string word = text.substr(begin, end - begin);
    const std::size_t width = width_of(word);
    if (style_.width != 0 && begin != 0 && at + width >= style_.width) {
      out_ << '\n' << blanks;
      at = margin;
    } else if (begin != 0) {
      out_ << ' ';
      ++at;
    }
    out_ << word;
    at += width;
    begin = end + 1;
  }
  out_ << '\n';
}

void Report::write(const Finding& finding) {
  const Mark mark = mark_of(finding.verdict);
  std::string lead(mark.word);
  const std::string gap(indent - lead.size(), ' ');
  lead = painted(lead, mark.colour) + gap;
  std::string text = finding.step + ": ";
  if (!finding.state.empty()) text += "[" + finding.state + "] ";
  text += finding.text;
  if (finding.milliseconds >= 0) text += "  (" + number(finding.milliseconds) + " ms)";
  write_line(lead, text);
  const std::string blanks(indent, ' ');
  for (const Fact& fact : finding.facts) {
    const std::string lead = blanks + (fact.of.empty() ? "" : "  ");
    write_line(
        lead,
        fact.name + " = " + fact.value + (fact.source.empty() ? "" : "  (" + fact.source + ")"),
        lead.size());
  }
  for (const std::string& note : finding.notes) write_line(blanks, note);
  // A command is not broken: it is there to be copied.
  if (!finding.remedy.empty())
    out_ << blanks << painted("-> ", "1") << printable(finding.remedy) << '\n';
  out_ << std::flush;
}

void Report::add(Finding finding) {
  hide_secrets(finding, secrets_);
  const auto now = std::chrono::steady_clock::now();
  const std::chrono::duration<double, std::milli> took = now - since_;
  since_ = now;
  // What was not done has taken no time.
  if (finding.milliseconds < 0 && finding.verdict != Verdict::skipped)
    finding.milliseconds = took.count();
  if (finding.verdict == Verdict::failed) {
    const auto before = std::find_if(findings_.begin(), findings_.end(), [&](const Finding& each) {
      return each.verdict == Verdict::failed && each.text == finding.text;
    });
    if (before != findings_.end()) {
      finding.same_as = before->step;
      finding.text = "fails for the reason that " + before->step + " has told";
      finding.remedy.clear();
    }
  }
  if (!style_.json) write(finding);
  findings_.push_back(std::move(finding));
}

std::string Report::json() const {
  const bool good = first_failure().first == nullptr;
  nlohmann::json out = {{"version", NEGODBC_VERSION},
                        {"verdict", good ? "ok" : "failed"},
                        {"steps", nlohmann::json::array()}};
  for (const Finding& finding : findings_) out["steps"].push_back(json_of(finding));
  // What a file or a server says may be no UTF-8.
  return out.dump(2, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::pair<const Finding*, std::size_t> Report::first_failure() const {
  const Finding* first = nullptr;
  std::size_t failures = 0;
  for (const Finding& finding : findings_) {
    if (finding.verdict != Verdict::failed || !finding.same_as.empty()) continue;
    if (first == nullptr) first = &finding;
    ++failures;
  }
  return {first, failures};
}

int Report::finish() {
  const auto [first, failures] = first_failure();
  if (style_.json) {
    out_ << json() << '\n';
  } else if (first == nullptr) {
    if (*closing_.good != '\0') out_ << '\n' << painted(closing_.good, "32") << '\n';
  } else {
    out_ << '\n'
         << painted(closing_.failed, "31;1") << ": " << first->step
         << (failures > 1 ? " is the first of " + std::to_string(failures) + " faults" : "")
         << ".\n";
  }
  return first == nullptr ? 0 : 1;
}

}  // namespace negodbc::cli
