// What is the same whatever the installer keeps data sources in.
#include "cli/data_sources.h"

#include <utility>

#include "driver/dsn/keywords.h"

namespace negodbc::cli {

bool is_secret(const std::string& key) {
  const dsn::Keyword* const found = dsn::find_keyword(key);
  return found != nullptr && found->kind == dsn::Kind::secret;
}

std::optional<DataSource> find_data_source(const std::string& name, std::optional<Scope> scope) {
  for (const Scope each : {Scope::user, Scope::system}) {
    if (scope && *scope != each) continue;
    dsn::Profile values = values_in(each, name);
    if (!values.empty()) return DataSource{name, each, std::move(values)};
  }
  return std::nullopt;
}

}  // namespace negodbc::cli
