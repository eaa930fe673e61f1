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

// The user's, then the system's, each by name, as far as they can be read.
std::vector<DataSource> data_sources();
// The one that programs of this user get: the user's where both have one and it can be read.
// `scope`: that one only.
std::optional<DataSource> find_data_source(const std::string& name,
                                           std::optional<Scope> scope = std::nullopt);

// What one of the two has of it; nothing: there is no such data source, or it can't be read.
std::optional<dsn::Profile> values_in(Scope scope, const std::string& name);
// Why programs can read none of the scope's, with the place; "": they can.
std::string fault_of(Scope scope);

// Each throws Error HY000 with the reason and the place. On Unix all of it is written or nothing
// (driver/dsn/ini_file.h), also where several programs write at once.
// A file that is made for it is its user's alone where it has a password.
void add_data_source(const DataSource& source);
// An empty value takes the key away.
void set_values(const DataSource& source, const dsn::Profile& changes);
void remove_data_source(const DataSource& source);

std::string place_of(Scope scope);  // the file, or the registry's folder

}  // namespace negodbc::cli
