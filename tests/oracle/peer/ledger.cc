#include "tests/oracle/peer/ledger.h"

#include <algorithm>
#include <sstream>
#include <stdexcept>

namespace negodbc::peer {
namespace {

std::string trimmed(std::string text) {
  text.erase(0, text.find_first_not_of(' '));
  text.erase(text.find_last_not_of(' ') + 1);
  return text;
}

// What stands in backticks, or all of it.
std::string code(const std::string& cell) {
  std::string text = trimmed(cell);
  if (text.size() < 2 || text.front() != '`' || text.back() != '`') return text;
  return text.substr(1, text.size() - 2);
}

// `one` or `another`: each on a line of its own.
std::string alternatives(std::string cell) {
  constexpr std::string_view between = "` or `";
  for (std::size_t at = 0; (at = cell.find(between, at)) != std::string::npos;)
    cell.replace(at, between.size(), "\n");
  return code(cell);
}

bool matches_any(const std::string& patterns, std::string_view text) {
  std::istringstream stream(patterns);
  for (std::string pattern; std::getline(stream, pattern);)
    if (matches(pattern, text)) return true;
  return false;
}

Line line_of(const std::string& row) {
  std::vector<std::string> cells;
  std::istringstream stream(row.substr(1));
  for (std::string cell; std::getline(stream, cell, '|');) cells.push_back(cell);
  if (cells.size() != 5) throw std::runtime_error("a line has other columns: " + row);
  return {trimmed(cells[0]), alternatives(cells[1]), alternatives(cells[2]), alternatives(cells[3]),
          code(cells[4])};
}

}  // namespace

std::string to_text(const Difference& difference) {
  return difference.where + ": psqlodbc " + difference.theirs + ", here " + difference.ours;
}

std::vector<Line> lines_of(const std::string& markdown, const std::string& name) {
  const auto begin = markdown.find("<!-- " + name + ": begin");
  const auto end = markdown.find("<!-- " + name + ": end");
  if (begin == std::string::npos || end == std::string::npos)
    throw std::runtime_error("no table " + name);
  std::istringstream stream(markdown.substr(begin, end - begin));
  std::vector<Line> lines;
  int number = 0;
  for (std::string row; std::getline(stream, row);)
    if (++number > 3 && !row.empty()) lines.push_back(line_of(row));
  return lines;
}

bool matches(std::string_view pattern, std::string_view text) {
  std::size_t p = 0;
  std::size_t t = 0;
  std::size_t star = std::string_view::npos;
  std::size_t again = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      again = t;
    } else if (p < pattern.size() && pattern[p] == text[t]) {
      ++p;
      ++t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = ++again;
    } else {
      return false;
    }
  }
  return pattern.find_first_not_of('*', p) == std::string_view::npos;
}

const Line* line_about(const std::vector<Line>& lines, const Difference& difference) {
  const auto found = std::find_if(lines.begin(), lines.end(), [&](const Line& line) {
    return matches_any(line.where, difference.where) &&
           matches_any(line.theirs, difference.theirs) && matches_any(line.ours, difference.ours);
  });
  return found != lines.end() ? &*found : nullptr;
}

}  // namespace negodbc::peer
