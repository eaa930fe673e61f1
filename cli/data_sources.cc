// What is the same whatever data sources are kept in.
#include "cli/data_sources.h"

#include <utility>

#include "driver/dsn/source_name.h"

namespace negodbc::cli {

std::optional<DataSource> find_data_source(const std::string& name, std::optional<Scope> scope) {
  if (dsn::is_kept_by_odbc(name)) return std::nullopt;
  for (const Scope each : {Scope::user, Scope::system}) {
    if (scope && *scope != each) continue;
    if (std::optional<dsn::Profile> values = values_in(each, name))
      return DataSource{name, each, std::move(*values)};
  }
  return std::nullopt;
}

}  // namespace negodbc::cli
