// Which columns hold large objects: those of the type lo, which is a domain over oid (PostgreSQL's
// extension of that name). RowDescription tells only that they are oids.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>

#include "driver/catalog/local_rows.h"

namespace negodbc::catalog {

// What is known of them on a connection. The questions throw Error as the server reports; nothing
// is remembered then.
class LargeObjects {
 public:
  // Whether it is known which types there are.
  [[nodiscard]] bool asked() const { return types_.has_value(); }
  // Asked once.
  bool is_type(std::uint32_t type, const Query& query) { return types(query).contains(type); }
  bool any_type(const Query& query) { return !types(query).empty(); }
  // Asked once a table, where the type exists at all.
  bool is_column(std::uint32_t table, std::int16_t attribute, const Query& query);

 private:
  const std::set<std::uint32_t>& types(const Query& query);

  std::optional<std::set<std::uint32_t>> types_;
  std::map<std::uint32_t, std::set<std::int16_t>> columns_;  // by table
};

// System tables have no such columns; theirs are not asked for.
inline constexpr std::uint32_t first_user_oid = 16384;

}  // namespace negodbc::catalog
