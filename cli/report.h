// What the doctor has found, step by step: for people, or as one JSON object.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <iosfwd>
#include <string>
#include <utility>
#include <vector>

#include "driver/dsn/quoted_secrets.h"

namespace negodbc::cli {

enum class Verdict : std::uint8_t {
  good,
  note,  // goes well, and perhaps not as it is meant
  failed,
  skipped,
};

struct Fact {
  std::string name, value;
  std::string source;   // where it comes from; may be ""
  std::string of = {};  // what else it is a part of: a ticket's cache; may be ""
};

// Texts hold no secret.
struct Finding {
  std::string step;
  Verdict verdict = Verdict::good;
  std::string text = {};
  std::string remedy = {};  // a command to copy, or a sentence
  std::string state = {};   // the SQLSTATE that programs get
  std::vector<Fact> facts = {};
  std::vector<std::string> notes = {};
  std::string same_as = {};  // the step that has failed for the same reason; the report finds it
  double milliseconds = -1;  // below 0: the report takes the time since the finding before
};

struct Style {
  bool json = false;
  bool colours = false;
  std::size_t width = 0;  // lines are broken before this many characters; 0: never
};

// Of the standard output: colours and broken lines on a terminal only (NO_COLOR is obeyed).
Style style_of_terminal();

// Whether somebody sits at the standard input.
bool is_interactive();

// What stands at the end.
struct Closing {
  const char* good = "All is well.";
  const char* failed = "Programs will fail";
};

class Report {
 public:
  Report(std::ostream& out, Style style, Closing closing = {})
      : out_(out), style_(style), closing_(closing) {}

  // As text it is written at once: a login may take its time. Of a failure that a step before has
  // told in the same words, that is said, and no more.
  void add(Finding finding);
  // Shown in no text that is added from now on.
  void hide(dsn::QuotedSecrets secrets) { secrets_ = std::move(secrets); }
  // The verdict over all; gives the program's exit status, 0 or 1.
  int finish();
  // All of it, as finish() writes it where JSON is asked for.
  [[nodiscard]] std::string json() const;

 private:
  // And how many there are.
  [[nodiscard]] std::pair<const Finding*, std::size_t> first_failure() const;
  void write(const Finding& finding);
  void write_line(const std::string& lead, const std::string& said, std::size_t lead_width = 0);
  [[nodiscard]] std::string painted(const std::string& text, const char* colour) const;

  std::ostream& out_;
  Style style_;
  Closing closing_;
  std::chrono::steady_clock::time_point since_ = std::chrono::steady_clock::now();
  std::vector<Finding> findings_;
  dsn::QuotedSecrets secrets_;
};

}  // namespace negodbc::cli
