// What a user can do about a failed login.
#ifndef NEGODBC_NEGOTIATE_HINT_H_
#define NEGODBC_NEGOTIATE_HINT_H_

#include <cstdint>
#include <string>

#include "negotiate/cause.h"

namespace negodbc::auth {

// Who keeps the user's tickets, and so what gets one.
enum class TicketKeeper : std::uint8_t {
  kCache,         // a credential cache: kinit
  kLogonSession,  // Windows: logging on
  kHostOfWine,    // the system that Wine runs on: kinit there, before Wine starts
};

// What a hint may name.
struct HintFacts {
  std::string target;
  std::string principal;
  std::string credential_source;
  std::string library;
  TicketKeeper keeper = TicketKeeper::kCache;
};

// One sentence about what the user can do; "" when there is nothing to be done.
std::string hint(Cause cause, const HintFacts& facts);

}  // namespace negodbc::auth

#endif  // NEGODBC_NEGOTIATE_HINT_H_
