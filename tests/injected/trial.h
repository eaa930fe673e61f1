// A program's work through the driver manager while something goes wrong, and what the driver said
// of it.
//
// Whatever goes wrong, a call has two ways to be right: it does what it says, or it says that it
// failed. What would be a lie is noticed here: rows that are not those of a good run, an end of
// rows before the end, a success that the table does not know of, a call that takes too long.
#pragma once

#include <sql.h>
#include <sqlext.h>

#include <chrono>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace negodbc::injected {

// An attribute's value, as ODBC takes it.
inline SQLPOINTER number(SQLULEN value) {
  return reinterpret_cast<SQLPOINTER>(value);
}

// What a good run has read, by the name of the reading.
using Transcript = std::map<std::string, std::string, std::less<>>;

struct TrialSettings {
  std::string connection_string;
  int run = 0;                          // what it writes bears this number
  int place = 0;                        // whose tables it works on
  std::chrono::milliseconds limit{0};   // of a call
  unsigned timeout_s = 0;               // of login, connection and statements; 0: none
  bool records = false;                 // this is the good run, which fills the transcript
  std::function<void()> before, after;  // around each call of the driver
};

class Trial {
 public:
  Trial(TrialSettings settings, Transcript& transcript);
  ~Trial();
  Trial(const Trial&) = delete;
  Trial& operator=(const Trial&) = delete;

  [[nodiscard]] const TrialSettings& settings() const { return settings_; }
  [[nodiscard]] std::string run() const { return std::to_string(settings_.run); }

  bool connect(const std::string& more = "");
  bool set_autocommit(bool on);
  // Of the transaction's claims: true when it ended so.
  bool end(bool commit);
  SQLHSTMT statement();
  void free(SQLHSTMT statement);

  // Times the call and notices what takes too long.
  SQLRETURN call(const char* name, const std::function<SQLRETURN()>& function);
  // Whether it was done. `reading`: the row count is part of what a good run has read.
  bool execute(SQLHSTMT statement, const std::string& sql);
  bool prepare(SQLHSTMT statement, const std::string& sql);
  bool execute_prepared(SQLHSTMT statement);
  // All rows from here on, or so many; true when what was wanted was read. What a reading of this
  // name has read in the good run must be what it reads now, as far as it comes.
  bool read(SQLHSTMT statement, std::string_view reading, int most = -1);
  // The same for something else that was told.
  void tell(std::string_view reading, const std::string& value);
  bool close(SQLHSTMT statement);

  // The key that was written stands in the table, or does not.
  void claim(int key) { claimed_.insert(key); }
  void claim_absent(int key) { absent_.insert(key); }
  [[nodiscard]] const std::set<int>& claimed() const { return claimed_; }
  [[nodiscard]] const std::set<int>& absent() const { return absent_; }

  void lie(const std::string& what);
  [[nodiscard]] const std::string& lies() const { return lies_; }  // "": none
  [[nodiscard]] bool failed() const { return failed_; }            // some call said so

 private:
  static bool good(SQLRETURN code);
  static std::string state_of(SQLHSTMT statement);
  std::optional<std::string> row_of(SQLHSTMT statement);
  void fetch_again(SQLHSTMT statement, std::string_view reading, const std::string& all);

  TrialSettings settings_;
  Transcript& transcript_;
  SQLHENV environment_ = SQL_NULL_HENV;
  SQLHDBC connection_ = SQL_NULL_HDBC;
  std::set<SQLHSTMT> statements_;
  std::set<int> claimed_, absent_;
  std::string lies_;
  bool connected_ = false;
  bool failed_ = false;
};

}  // namespace negodbc::injected
