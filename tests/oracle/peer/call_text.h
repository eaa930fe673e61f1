// Texts as ODBC takes them.
#pragma once

#include <sql.h>

#include <string>
#include <vector>

namespace negodbc::peer {

// ODBC takes no const texts; nothing is written to them.
inline SQLCHAR* chars(const std::string& text) {
  return reinterpret_cast<SQLCHAR*>(const_cast<char*>(text.data()));
}

// What stands between ^.
inline std::vector<std::string> parts_of(const std::string& text) {
  std::vector<std::string> parts(1);
  for (const char c : text) {
    if (c == '^')
      parts.emplace_back();
    else
      parts.back() += c;
  }
  return parts;
}

}  // namespace negodbc::peer
