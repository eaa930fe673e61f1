// SQLBrowseConnect: what a login still lacks, asked for level by level.
//
// ODBC reference: SQLBrowseConnect. Two levels: who logs in where, then the database. A level's
// prompt names attributes as "keyword:name=?" where anything may be answered, as
// "keyword:name={a,b}" where it is one of these; an asterisk before the keyword marks what may be
// left unanswered. An answer to what was asked earlier replaces that and asks again from there on.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "driver/dsn/settings.h"

namespace negodbc::dsn {

class Browse {
 public:
  explicit Browse(const ProfileReader& read = read_odbc_ini,
                  const ProfileReader& read_driver = read_odbcinst_ini)
      : read_(read), read_driver_(read_driver) {}

  // What the application says in one call. Gives the words that are no keywords. The
  // first call's data source and driver give what they say, as for SQLDriverConnect. Throws Error
  // as parse_connection_string() and complete_from_dsn() do.
  std::vector<Unknown> answer(std::string_view text);
  // The next level's prompt; "": nothing is missing, settings() are for the login. `databases`
  // lists those that may be chosen, and is called at most once; where it gives none, any name may
  // be answered.
  using Databases = std::function<std::vector<std::string>(const Settings&)>;
  std::string prompt(const Databases& databases);
  [[nodiscard]] const Settings& settings() const { return settings_; }

 private:
  std::string ask_where();

  ProfileReader read_;
  ProfileReader read_driver_;
  Settings settings_;
  bool begun_ = false;
  bool asked_where_ = false;
  bool asked_database_ = false;
};

}  // namespace negodbc::dsn
