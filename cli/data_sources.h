// Data sources as the installer keeps them: the user's and the system's.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "driver/dsn/settings.h"

namespace negodbc::cli {

enum class Scope : std::uint8_t { user, system };
std::string_view name_of(Scope scope);

struct DataSource {
  std::string name;
  Scope scope = Scope::user;
  dsn::Profile values;  // in the order of the file, "Driver" among them
};

// The user's, then the system's, each by name.
std::vector<DataSource> data_sources();
// The one that programs of this user get: the user's where both have one. `scope`: that one only.
std::optional<DataSource> find_data_source(const std::string& name,
                                           std::optional<Scope> scope = std::nullopt);

// What one of the two has of it; nothing: there is no such data source.
dsn::Profile values_in(Scope scope, const std::string& name);

// Each throws Error HY000 with the installer's reason and the place.
// A file of ini that is made for it is its user's alone where it has a password.
void add_data_source(const DataSource& source);
// An empty value takes the key away.
void set_value(const DataSource& source, const std::string& key, const std::string& value);
void remove_data_source(const DataSource& source);

// Of another driver's as well: a password is one by any name.
bool is_secret(const std::string& key);
bool is_valid_name(const std::string& name);
std::string place_of(Scope scope);  // the file, or the registry's folder

}  // namespace negodbc::cli
