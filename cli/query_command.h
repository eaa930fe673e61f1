// negodbc query: a statement's rows, written as they come.
#pragma once

#include <cstdint>
#include <iosfwd>
#include <string>

namespace negodbc::cli {

enum class Format : std::uint8_t {
  table,  // for people: columns as wide as the first rows want them
  csv,    // RFC 4180: NULL is nothing, an empty text is ""
  json,   // an array of objects for each result
};

// Logs in by a DSN's name or a connection string, as programs do, with its ConnSettings and its
// Log, and runs the text. Throws Error as the login and the server do; the rows that came before an
// error are written, and what is open is closed behind them (the JSON is one). Ctrl-C cancels the
// statement at the server: HY008.
int query(const std::string& connection, const std::string& sql, Format format, std::ostream& out);

}  // namespace negodbc::cli
