#include "driver/catalog/large_objects.h"

#include <string>

#include "driver/types/type_info.h"

namespace negodbc::catalog {
namespace {

constexpr wire::AnswerColumn one_type[] = {{Holds::oid}};
constexpr wire::AnswerColumn one_column[] = {{Holds::small}};

}  // namespace

const std::set<std::uint32_t>& LargeObjects::types(const Query& query) {
  if (!types_) {
    std::set<std::uint32_t> found;
    for (const auto& row :
         query("SELECT oid FROM pg_catalog.pg_type WHERE typname = 'lo' AND typtype = 'd' AND "
               "typbasetype = " +
                   std::to_string(types::oid_oid),
               one_type))
      found.insert(row.number<std::uint32_t>(0));
    types_ = std::move(found);
  }
  return *types_;
}

bool LargeObjects::is_column(std::uint32_t table, std::int16_t attribute, const Query& query) {
  if (table < first_user_oid || !any_type(query)) return false;
  auto known = columns_.find(table);
  if (known == columns_.end()) {
    std::string list;
    for (const std::uint32_t type : types(query))
      list += (list.empty() ? "" : ",") + std::to_string(type);
    std::set<std::int16_t> found;
    for (const auto& row :
         query("SELECT attnum FROM pg_catalog.pg_attribute WHERE attrelid = " +
                   std::to_string(table) + " AND atttypid = ANY ('{" + list + "}')",
               one_column))
      found.insert(row.number<std::int16_t>(0));
    known = columns_.emplace(table, std::move(found)).first;
  }
  return known->second.contains(attribute);
}

}  // namespace negodbc::catalog
