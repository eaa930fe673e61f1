// What the doctor has found, step by step: for people, or as one JSON object.
#pragma once

#include <cstddef>
#include <cstdint>
#include <iosfwd>
#include <string>
#include <vector>

namespace negodbc::cli {

enum class Verdict : std::uint8_t {
  good,
  note,  // goes well, and perhaps not as it is meant
  failed,
  skipped,
};

struct Fact {
  std::string name, value;
  std::string source;  // where it comes from; may be ""
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
  double milliseconds = -1;  // not measured
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

class Report {
 public:
  Report(std::ostream& out, Style style) : out_(out), style_(style) {}

  // As text it is written at once: a login may take its time.
  void add(Finding finding);
  // The verdict over all; gives the program's exit status, 0 or 1.
  int finish();

 private:
  void write(const Finding& finding);
  void write_line(const std::string& lead, const std::string& text);
  [[nodiscard]] std::string painted(const std::string& text, const char* colour) const;

  std::ostream& out_;
  Style style_;
  std::vector<Finding> findings_;
};

}  // namespace negodbc::cli
