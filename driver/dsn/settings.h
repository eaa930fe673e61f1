// What a connection string and a DSN say: parsed, completed, written back, typed.
//
// ODBC reference: SQLDriverConnect, "Connection Strings". A value in braces ends at the closing
// brace, "}}" is a brace within; the first of repeated keywords wins; DSN and DRIVER exclude each
// other, the first one given wins; likewise DSN and FILEDSN. A connection string's values win over
// the ini file's. An empty value is no value: programs write "UID=;PWD=;" when the user left the
// fields empty. Passwords are taken as they are: nothing is percent-decoded.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "driver/base/secret.h"
#include "driver/dsn/keywords.h"
#include "driver/dsn/unknown.h"
#include "driver/login/login_settings.h"

namespace negodbc::dsn {

class Settings {
 public:
  // True when the value was taken: the key had none yet.
  bool set_if_absent(Key key, std::string_view value);
  void set(Key key, std::string_view value);
  [[nodiscard]] bool has(Key key) const;
  // The given value, else the table's default.
  [[nodiscard]] std::string_view get(Key key) const;
  // Typed; throws Error 08001 naming keyword and value (never a secret's) when it is not of its
  // kind.
  [[nodiscard]] bool boolean(Key key) const;
  [[nodiscard]] long number(Key key, long lowest, long highest) const;
  [[nodiscard]] std::size_t choice(Key key) const;  // index into Keyword::choices

  // Of accepted_without_effect(): kept for the completed connection string; the first of a name
  // wins.
  void keep(std::string_view name, std::string_view value);
  [[nodiscard]] const std::vector<std::pair<std::string, std::string>>& kept() const {
    return kept_;
  }

 private:
  // Those that were given: few of many, and a login hands them on. They stay where they are when
  // others come. Every value is wiped when it goes; some are passwords.
  std::map<Key, Secret> values_;
  std::vector<std::pair<std::string, std::string>> kept_;
};

struct Parsed {
  Settings settings;
  std::vector<Unknown> unknown;  // what is no keyword: no error, but told
};

// Throws Error HY000 where the string is malformed (unclosed brace, no '='), with the position;
// HYC00 for a keyword that is_refused(). The words within pqopt become settings of their own, after
// all others.
Parsed parse_connection_string(std::string_view text);

// Where a DSN's values are read: all keys and values of a section, in its order; empty when there
// is no such section. The real one asks odbcinst for odbc.ini.
using Profile = std::vector<std::pair<std::string, std::string>>;
// Its values, which may be secrets; what they were called stays.
void wipe_values(Profile& words) noexcept;
using ProfileReader = std::function<Profile(std::string_view section)>;
Profile read_odbc_ini(std::string_view section);

// The same for a driver's section of odbcinst.ini, as far as its keys are keywords.
Profile read_odbcinst_ini(std::string_view section);

// Adds what the DSN's section says and the settings do not have yet, then what its driver's does.
// Throws Error IM002 when the section does not exist (holds no key at all), HYC00 and HY000 like
// parse_connection_string. Gives the words that are no keywords.
std::vector<Unknown> complete_from_dsn(Settings& settings, std::string_view dsn,
                                       const ProfileReader& read = read_odbc_ini,
                                       const ProfileReader& read_driver = read_odbcinst_ini);

// Adds what the driver's section of odbcinst.ini says: defaults for all its data sources, as
// psqlodbc has them. A driver named by its file has no section.
void complete_from_driver(Settings& settings, std::string_view driver,
                          const ProfileReader& read = read_odbcinst_ini);

// SQLDriverConnect's completed connection string: everything given, full names, values braced as
// needed.
std::string to_connection_string(const Settings& settings);

// Typed for the login. Throws Error 08001 for a bad value (names keyword and value), or for values
// that contradict each other. connect_timeout=0 (wait for ever) becomes a time-out of a year.
login::LoginSettings login_settings(const Settings& settings);

}  // namespace negodbc::dsn
