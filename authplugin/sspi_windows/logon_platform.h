// Whose login one is on Windows, and what may be kept for the next: the part of the platform that
// needs no Windows, over a SecurityFunctionTableW and SystemCalls.
//
// - Identity. A login is of the logon session whose token the calling thread acts with in that
//   moment, impersonation included, with its level and its limits: what was acquired with a token
//   that may do more never answers for one that may do less. Asked at each login, where it is made.
//   A token that can't be looked at: nothing is kept, nor taken from what was.
// - A thread that impersonates has helpers of its own, which take on its token and end with the
//   call. One that can't be made to ends the login: another's ticket is not sent instead.
// - A credential handle stands for the logon session, and not for tickets: the LSA looks for those
//   at each call. So it is kept (AcquireCredentialsHandle is called once for each identity, package
//   and principal) until the session's ticket-granting tickets are others, or it is refused.
// - A first leg runs on the caller's thread when the LSA has listed a ticket for the target just
//   before, with more life than kLeastLife: then the KDC is not asked. A ticket that is another one
//   than was found last, or gone: what is kept is dropped, and all is asked anew, on a helper.
// - A password's handle has tickets of its own, which are not in the list: it is kept, and its legs
//   run on helpers.
// - A principal without a password is the logon session's or nobody: AcquireCredentialsHandle may
//   pass over the name and give the session's own handle. So whose the ticket-granting tickets are,
//   and where there are none whose the handle is, is held against the name before a token is made;
//   and the context's client after each leg that tells it. Where nobody tells (Wine) it is not the
//   one that was asked for.
//
// Source: learn.microsoft.com, "AcquireCredentialsHandle (Kerberos)", "TOKEN_STATISTICS",
// "LsaCallAuthenticationPackage", "KERB_QUERY_TKT_CACHE_EX_RESPONSE".
#ifndef NEGODBC_SSPI_WINDOWS_LOGON_PLATFORM_H_
#define NEGODBC_SSPI_WINDOWS_LOGON_PLATFORM_H_

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "negotiate/security_platform.h"
#include "sspi_windows/system_calls.h"

namespace negodbc::sspi_windows {

class LogonPlatform : public auth::SecurityPlatform {
 public:
  // The LSA takes no ticket that ends so soon: clocks may differ by five minutes.
  static constexpr std::chrono::minutes kLeastLife{5};

  // `passwords_apart`: a password's handle has tickets of its own. (With Wine it has not: it writes
  // the new ticket over the user's, so that nothing of such a login may be kept.) Both references
  // must outlive the process's last thread.
  LogonPlatform(const SecurityFunctionTableW& table, const SystemCalls& calls, bool passwords_apart)
      : table_(table), calls_(calls), passwords_apart_(passwords_apart) {}

  const SecurityFunctionTableW& table() const override { return table_; }
  // Not every implementation of Kerberos does (Wine), and lending works with all of them.
  bool allocates_tokens() const override { return false; }

  bool caches_credentials() const override { return true; }
  bool may_wait_with_ticket() const override { return false; }
  bool keeps_state_by_thread() const override { return false; }
  // What a DLL has registered runs when it is detached, which is after ExitProcess has ended them.
  bool ends_threads_first() const override { return true; }
  std::optional<auth::Identity> identity_now(const auth::CredentialRequest& request) const override;
  std::optional<auth::SourceStamp> quick_stamp(
      const auth::CredentialRequest& request) const override;
  auth::SourceLook look(const auth::CredentialRequest& request) const override;
  std::optional<auth::Ticket> find_ticket(const auth::CredentialRequest& request,
                                          const CredHandle& credential,
                                          const std::string& target) const override;
  auth::TicketState ticket_state(const auth::CredentialRequest& request, const std::string& target,
                                 std::uint64_t mark) const override;
  std::optional<auth::SourceStamp> quick_look(const auth::CredentialRequest& request,
                                              const std::string& target, std::uint64_t mark,
                                              auth::TicketState& state) const override;

  auth::Owner owner(const auth::CredentialRequest& request, CredHandle credential) const override;

  auth::ThreadIdentity thread_identity() const override;
  bool is_of_process(const auth::ThreadIdentity& identity) const override;
  std::shared_ptr<const auth::ThreadRole> thread_role(
      const auth::ThreadIdentity& identity) const override;

 protected:
  const SystemCalls& calls() const { return calls_; }
  // When the last of the logon session's ticket-granting tickets runs out, in seconds since 1970
  // UTC. Nothing when there are none, or the LSA does not tell.
  std::optional<std::int64_t> logon_tickets_end() const;

 private:
  bool list(const auth::CredentialRequest& request, TicketVisitor& visitor) const;

  const SecurityFunctionTableW& table_;
  const SystemCalls& calls_;
  const bool passwords_apart_;
};

// Whose a credential is, as the table tells it itself; "": it does not.
std::string name_of_credential(const SecurityFunctionTableW& table, CredHandle credential);

// Seconds since 1970 UTC of 100 ns since 1601 UTC; 0 for "for ever".
std::int64_t unix_time_of_utc(std::int64_t units);

}  // namespace negodbc::sspi_windows

#endif  // NEGODBC_SSPI_WINDOWS_LOGON_PLATFORM_H_
