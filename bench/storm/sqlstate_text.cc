#include "bench/storm/sqlstate_text.h"

#include <algorithm>
#include <string_view>

namespace negodbc::bench {
namespace {

bool is_sqlstate(std::string_view word) {
  return word.size() == 5 && std::all_of(word.begin(), word.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z');
         });
}

}  // namespace

Failure failure_of_verbose_text(const std::string& text) {
  constexpr std::string_view gap = ":  ";  // between the severity and the SQLSTATE
  Failure failure{"", text};
  for (std::size_t at = text.find(gap); at != std::string::npos; at = text.find(gap, at + 1)) {
    const std::string_view word = std::string_view(text).substr(at + gap.size(), 5);
    if (is_sqlstate(word) && text.compare(at + gap.size() + 5, 2, ": ") == 0) {
      failure.sqlstate = word;
      break;
    }
  }
  while (!failure.text.empty() && failure.text.back() == '\n') failure.text.pop_back();
  return failure;
}

}  // namespace negodbc::bench
