#include "driver/base/shell_word.h"

namespace negodbc {

// As cmd and PowerShell pass it on, and CommandLineToArgvW takes it apart: backslashes count before
// a quotation mark only.
std::string shell_word(const std::string& text) {
  constexpr char special[] = " \t\"&|<>^()%'`,;{}$";
  if (!text.empty() && text.find_first_of(special) == std::string::npos) return text;
  std::string word = "\"";
  std::size_t backslashes = 0;
  for (const char c : text) {
    if (c == '"') word.append(backslashes + 1, '\\');
    backslashes = c == '\\' ? backslashes + 1 : 0;
    word += c;
  }
  return word.append(backslashes, '\\') + "\"";
}

// PowerShell's, to which the other one is a remark.
std::string to_unset(const std::string& variable) {
  return "Remove-Item Env:" + variable + "    # in cmd: set " + variable + "=";
}

}  // namespace negodbc
