#include "tests/oracle/answer.h"

namespace negodbc::oracle {

std::string class_of(const std::string& state) {
  if (state == "57014") return "HY";                                          // cancelled: HY008
  if (state == "57P01" || state == "57P02" || state == "08P01") return "08";  // 08S01
  std::string group = state.substr(0, 2);
  if (group == "0A") return "HY";                            // not supported: HYC00
  if (group == "53") return state == "53300" ? "08" : "HY";  // memory: HY001
  return group;
}

std::string to_text(const Row& row) {
  std::string text;
  for (const auto& value : row) text += (text.empty() ? "" : "|") + value.value_or("NULL");
  return text;
}

}  // namespace negodbc::oracle
