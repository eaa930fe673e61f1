// In unixODBC's files.
#include "cli/data_sources.h"

#include <algorithm>

#include "driver/base/error.h"
#include "driver/dsn/ini_file.h"
#include "driver/dsn/masking.h"
#include "driver/dsn/source_name.h"

namespace negodbc::cli {
namespace {

using dsn::IniText;

IniText text_of(Scope scope) {
  IniText text = dsn::read_ini_file(place_of(scope));
  if (!text.fault().empty())
    throw Error("HY000", "can't read " + place_of(scope) + ": " + text.fault());
  return text;
}

// What can't be read has nothing; fault_of() tells why.
IniText readable_text_of(Scope scope) {
  return fault_of(scope).empty() ? text_of(scope) : IniText("");
}

bool is_drivers_managers(const std::string& name) {
  return name.empty() || dsn::is_kept_by_odbc(name);
}

bool hold_secret(const dsn::Profile& values) {
  return std::any_of(values.begin(), values.end(), [](const auto& value) {
    return dsn::holds_secret(value.first, value.second);
  });
}

}  // namespace

std::vector<DataSource> data_sources() {
  std::vector<DataSource> found;
  for (const Scope scope : {Scope::user, Scope::system}) {
    const IniText text = readable_text_of(scope);
    const std::size_t first = found.size();
    for (const std::string& name : text.names()) {
      if (!is_drivers_managers(name))
        found.push_back({name, scope, text.values(name).value_or(dsn::Profile())});
    }
    std::sort(found.begin() + static_cast<std::ptrdiff_t>(first), found.end(),
              [](const DataSource& a, const DataSource& b) { return a.name < b.name; });
  }
  return found;
}

std::optional<dsn::Profile> values_in(Scope scope, const std::string& name) {
  return readable_text_of(scope).values(name);
}

std::string fault_of(Scope scope) {
  try {
    text_of(scope);
  } catch (const Error& error) {
    return error.what();
  }
  return {};
}

void add_data_source(const DataSource& source) {
  dsn::change_ini_file(place_of(source.scope), hold_secret(source.values),
                       [&](IniText& text) { text.add(source.name, source.values); });
}

void set_values(const DataSource& source, const dsn::Profile& changes) {
  dsn::change_ini_file(place_of(source.scope), hold_secret(changes),
                       [&](IniText& text) { text.set(source.name, changes); });
}

void remove_data_source(const DataSource& source) {
  dsn::change_ini_file(place_of(source.scope), false,
                       [&](IniText& text) { text.remove(source.name); });
}

std::string place_of(Scope scope) {
  return scope == Scope::user ? dsn::user_ini_file() : dsn::system_ini_file();
}

}  // namespace negodbc::cli
