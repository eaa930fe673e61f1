// UUIDs between text and SQLGUID.
#pragma once

#include <sql.h>
#include <sqlext.h>

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace negodbc::types {

// "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx", with or without braces around, in any case.
std::optional<SQLGUID> parse_guid(std::string_view text);
std::string guid_text(const SQLGUID& guid);

}  // namespace negodbc::types
