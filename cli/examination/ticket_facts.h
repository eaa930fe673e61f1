// What can be seen of the ticket in a login's first token.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace negodbc::cli {

// What a ticket shows of the key that it is sealed with.
struct TicketFacts {
  std::string principal;  // of the service, with its realm, as the KDC has it
  int encryption_type = 0;
  std::optional<std::int64_t> key_version;
};
// The ticket in an initiator's first token, raw or within SPNEGO. Nothing: there is none. Not on
// Windows.
std::optional<TicketFacts> facts_of_token(std::string_view token);

// "aes256-cts-hmac-sha1-96"; "type 99" of one that is not known.
std::string encryption_type_name(int type);

}  // namespace negodbc::cli
