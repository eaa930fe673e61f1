#include "driver/dsn/words.h"

#include "driver/base/error.h"

namespace negodbc::dsn {
namespace {

// ODBC: of DSN and DRIVER, and of DSN and FILEDSN, only the first one given counts.
bool excluded(const Settings& settings, Key key) {
  if (key == Key::dsn) return settings.has(Key::driver) || settings.has(Key::file_dsn);
  if (key == Key::driver || key == Key::file_dsn) return settings.has(Key::dsn);
  return false;
}

bool names_a_source(Key key) {
  return key == Key::driver || key == Key::dsn || key == Key::file_dsn;
}

}  // namespace

void WordTaker::take(std::string_view name, std::string_view value) {
  if (is_refused(name)) {
    throw Error("HYC00", "connection string: the keyword " + std::string(name) +
                             " asks for what this driver does not have; remove it");
  }
  const Keyword* found = find_keyword(name);
  if (found != nullptr && found->key == Key::pqopt && place_ != Place::pqopt) {
    if (pqopt_.empty()) pqopt_ = Secret(value);
  } else if (found != nullptr && names_a_source(found->key)) {
    // In odbc.ini they say how the section was found, not what is in it.
    if (place_ == Place::connection_string && !excluded(settings_, found->key)) {
      settings_.set_if_absent(found->key, value);
    }
  } else if (found != nullptr && found->key != Key::pqopt) {
    settings_.set_if_absent(found->key, value);
  } else if (const std::string_view accepted = find_accepted(name); !accepted.empty()) {
    settings_.keep(accepted, value);
  } else {
    unknown_.emplace_back(name);
  }
}

void WordTaker::finish() {
  if (pqopt_.empty()) return;
  WordTaker words(settings_, Place::pqopt);
  parse_conninfo(pqopt_.reveal(), words);
  unknown_.insert(unknown_.end(), words.unknown().begin(), words.unknown().end());
}

}  // namespace negodbc::dsn
