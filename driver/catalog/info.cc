#include "driver/catalog/info.h"

#include <algorithm>
#include <cstdio>

#include "driver/base/error.h"
#include "driver/catalog/info_table.h"

namespace negodbc::catalog {
namespace {

std::string dbms_version(int version) {
  // 150004 is 15.4; before version 10 there were three parts, 90624 is 9.6.24.
  char text[32];
  const bool old = version < 100000;
  const int major = version / 10000;
  const int minor = old ? version / 100 % 100 : version % 10000;
  const int release = old ? version % 100 : 0;
  std::snprintf(text, sizeof text, "%02d.%02d.%04d", major % 100, minor % 100, release);
  return text;
}

struct Dynamic {
  SQLUSMALLINT type;
  std::string (*value)(const InfoContext&);
};

constexpr Dynamic dynamic_values[] = {
    {SQL_DATA_SOURCE_NAME, [](const InfoContext& c) { return c.data_source; }},
    {SQL_SERVER_NAME, [](const InfoContext& c) { return c.server; }},
    {SQL_DATABASE_NAME, [](const InfoContext& c) { return c.database; }},
    {SQL_USER_NAME, [](const InfoContext& c) { return c.user; }},
    {SQL_DBMS_VER, [](const InfoContext& c) { return dbms_version(c.server_version); }},
    {SQL_DATA_SOURCE_READ_ONLY,
     [](const InfoContext& c) -> std::string { return c.read_only ? "Y" : "N"; }},
};

const Dynamic* find_dynamic(SQLUSMALLINT type) {
  const auto* found = std::find_if(std::begin(dynamic_values), std::end(dynamic_values),
                                   [&](const Dynamic& d) { return d.type == type; });
  return found == std::end(dynamic_values) ? nullptr : found;
}

// What the driver manager answers itself, and never asks a driver for.
bool is_driver_managers(SQLUSMALLINT type) {
  switch (type) {
    case SQL_DRIVER_HDBC:
    case SQL_DRIVER_HENV:
    case SQL_DRIVER_HSTMT:
    case SQL_DRIVER_HDESC:
    case SQL_DRIVER_HLIB:
    case SQL_DM_VER:
    case SQL_ODBC_VER:
      return true;
    default:
      return false;
  }
}

}  // namespace

InfoValue info(SQLUSMALLINT type, const InfoContext& context) {
  if (const Dynamic* dynamic = find_dynamic(type)) return dynamic->value(context);
  const auto table = info_table();
  const auto found =
      std::find_if(table.begin(), table.end(), [&](const InfoEntry& e) { return e.type == type; });
  if (found == table.end()) {
    if (is_driver_managers(type))
      throw Error("HYC00",
                  "information " + std::to_string(type) + " is the driver manager's to give");
    throw Error("HY096", "there is no information type " + std::to_string(type));
  }
  switch (found->kind) {
    case InfoKind::text:
      return std::string(found->text);
    case InfoKind::small:
      return static_cast<SQLUSMALLINT>(found->number);
    case InfoKind::integer:
      break;
  }
  return found->number;
}

// What the module is can be asked without one: the program negodbc does, of a driver that it finds.
bool info_needs_connection(SQLUSMALLINT type) {
  return type != SQL_ODBC_VER && type != SQL_DRIVER_NAME && type != SQL_DRIVER_VER &&
         !is_driver_managers(type);
}

}  // namespace negodbc::catalog
