// What connection strings, odbc.ini and pqopt have in common: one keyword and its value find their
// place.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "driver/base/secret.h"
#include "driver/dsn/settings.h"

namespace negodbc::dsn {

// Where a word stands, which decides what it may say.
enum class Place { connection_string, odbc_ini, odbcinst_ini, pqopt };

// Collects the words of one source. What pqopt and psqlodbc's flags (CX, AB) say ranks below the
// words beside them, so they are opened last.
class WordTaker {
 public:
  // `source`: see Unknown.
  WordTaker(Settings& settings, Place place, std::string source)
      : settings_(settings), place_(place), source_(std::move(source)) {}

  // How a word stands in its text, as far as that is known.
  struct Standing {
    std::size_t position = 0;        // see Unknown
    bool ends_at_next_mark = false;  // without braces or quotes: the value ends where the next word
                                     // seems to begin
  };
  // Throws Error HYC00 for a keyword that is_refused().
  void take(std::string_view name, std::string_view value, const Standing& standing);
  void take(std::string_view name, std::string_view value) { take(name, value, Standing()); }
  // Opens pqopt and the flags, when there were any. Throws Error HY000 when it is malformed.
  void finish();
  [[nodiscard]] std::vector<Unknown>& unknown() { return unknown_; }

 private:
  void open_flags();
  void take_unknown(std::string_view name, const Standing& standing);

  Settings& settings_;
  Place place_;
  std::string source_;
  bool behind_secret_ = false;  // what comes next may belong to a password
  Secret pqopt_;
  std::string flags_;          // CX
  std::string extra_options_;  // AB
  std::vector<Unknown> unknown_;
};

// What psqlodbc has encoded: a byte as %xx, a blank as +. What is no hexadecimal number stays.
std::string psqlodbc_decoded(std::string_view text);

// psqlodbc has ConnSettings percent-encoded, in odbc.ini and in connection strings. Statements
// written by hand have a space somewhere, encoded ones never do.
std::string decoded_statements(std::string_view text);

// A libpq connection string, "name = 'value' ...": quotes and backslashes as in libpq's
// documentation, section "Keyword/Value Connection Strings". Throws Error HY000 where it is
// malformed.
void parse_conninfo(std::string_view text, WordTaker& words);
// The same, as it stands there.
Profile conninfo_words(std::string_view text);

}  // namespace negodbc::dsn
