// Base 64 (RFC 4648), strict: what SCRAM needs.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace negodbc::auth {

std::string base64_encode(std::string_view bytes);
// Nothing for what is not canonical base 64 with its padding.
std::optional<std::string> base64_decode(std::string_view text);

}  // namespace negodbc::auth
