// The constant part of SQLGetInfo; for info.cc and its test.
#pragma once

#include <sql.h>
#include <sqlext.h>

#include <span>
#include <string_view>

namespace negodbc::catalog {

enum class InfoKind { text, small, integer };  // string, SQLUSMALLINT, SQLUINTEGER

struct InfoEntry {
  SQLUSMALLINT type;
  InfoKind kind;
  std::string_view text;
  SQLUINTEGER number;
};

std::span<const InfoEntry> info_table();

}  // namespace negodbc::catalog
