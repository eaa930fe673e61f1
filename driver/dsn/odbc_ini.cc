#include <string>
#include <utility>

#include "driver/base/error.h"
#include "driver/dsn/data_sources.h"
#include "driver/dsn/dressing.h"
#include "driver/dsn/masking.h"
#include "driver/dsn/settings.h"
#include "driver/dsn/words.h"

namespace negodbc::dsn {

bool is_driver_default(const std::string& key) {
  const Keyword* found = find_keyword(key);
  return found != nullptr && found->key != Key::driver && found->key != Key::dsn &&
         found->key != Key::file_dsn && found->key != Key::description;
}

void complete_from_driver(Settings& settings, std::string_view driver, const ProfileReader& read) {
  if (driver.empty() || driver.find_first_of("/\\") != std::string_view::npos) return;
  Profile profile = read(driver);
  WordTaker words(settings, Place::odbcinst_ini, "odbcinst.ini");
  for (auto& [name, value] : profile) {
    undress(nullptr, value);
    words.take(name, value);
    wipe(value);
  }
  words.finish();
}

std::vector<Unknown> complete_from_dsn(Settings& settings, std::string_view dsn,
                                       const ProfileReader& read,
                                       const ProfileReader& read_driver) {
  Profile profile = read(dsn);
  if (profile.empty()) {
    throw Error("IM002", "data source " + shown_connection(dsn) + " is not in " +
                             data_sources_place + ", or its section there is empty; " +
                             data_sources_hint);
  }
  std::string driver;
  WordTaker words(settings, Place::odbc_ini, "the data source " + std::string(dsn));
  for (auto& [name, value] : profile) {
    const Keyword* found = find_keyword(name);
    undress(found, value);
    if (found != nullptr && found->key == Key::driver) driver = value;
    words.take(name, value);
    wipe(value);
  }
  words.finish();
  complete_from_driver(settings, driver, read_driver);
  for (Unknown& unknown : words.unknown()) unknown.source += " in " + file_of_data_source(dsn);
  return std::move(words.unknown());
}

}  // namespace negodbc::dsn
