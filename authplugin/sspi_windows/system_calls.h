// What has to be known of Windows beside Secur32's table to tell whose login one is, as a table of
// functions, so that the rules (logon_platform.h) are tested without Windows.
#ifndef NEGODBC_SSPI_WINDOWS_SYSTEM_CALLS_H_
#define NEGODBC_SSPI_WINDOWS_SYSTEM_CALLS_H_

#include <cstdint>
#include <memory>
#include <string_view>

#include "negotiate/security_platform.h"
#include "sspi_windows/account_name.h"

namespace negodbc::sspi_windows {

using WideView = std::basic_string_view<SEC_WCHAR>;

// Of the token that the calling thread acts with: its own while it impersonates somebody, else the
// process's.
struct TokenFacts {
  std::uint64_t session = 0;  // the logon session: TOKEN_STATISTICS' AuthenticationId
  std::uint64_t token = 0;    // TokenId: of this token alone, until the next start of the system
  std::uint64_t changed = 0;  // ModifiedId: another value after each change of the token
  std::uint32_t level = 0;    // 0: the process's; else 1 + SECURITY_IMPERSONATION_LEVEL
};

// One ticket of a logon session, for the call only. Times are 100 ns since 1601 UTC. Without a
// client where the LSA does not tell it (Wine).
struct TicketView {
  WideView client;
  WideView client_realm;
  WideView server;  // "krbtgt/REALM", "postgres/host"
  WideView realm;
  std::int64_t start = 0;
  std::int64_t end = 0;
  std::int64_t renew_until = 0;  // 0: it can't be renewed
  std::uint32_t flags = 0;
  std::int32_t encryption = 0;
};

class TicketVisitor {
 public:
  virtual ~TicketVisitor() = default;
  virtual void visit(const TicketView& ticket) = 0;
};

// None waits for the network. Any thread may call them.
struct SystemCalls {
  // False: it can't be told.
  bool (*token)(TokenFacts& facts);
  // What keeps the calling thread's token from being all that its user is (a restricted token, an
  // app container), bit by bit. Another value: the LSA may answer another thing.
  std::uint32_t (*token_limits)();
  // The tickets of the calling thread's own logon session, in the LSA's order. `impersonates`: the
  // thread has a token of its own. False: the LSA does not tell.
  bool (*list_tickets)(bool impersonates, TicketVisitor& visitor);
  // Whom the calling thread's logon session was made for. False: it can't be told.
  bool (*account)(Account& account);
  // What another thread takes on to act with this one's token; NULL: it can't be told.
  std::shared_ptr<const auth::ThreadRole> (*role)();
};

// The system's own. On Windows only.
const SystemCalls& system_calls();

}  // namespace negodbc::sspi_windows

#endif  // NEGODBC_SSPI_WINDOWS_SYSTEM_CALLS_H_
