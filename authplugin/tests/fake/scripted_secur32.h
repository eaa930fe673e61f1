// A Windows that does as it is told: logon sessions with their tickets, tokens that threads act
// with, a KDC, Secur32's table over them, and the SystemCalls. What was sent, and on which thread,
// is noted.
#ifndef NEGODBC_TESTS_FAKE_SCRIPTED_SECUR32_H_
#define NEGODBC_TESTS_FAKE_SCRIPTED_SECUR32_H_

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "sspi_windows/logon_platform.h"

namespace negodbc::test {

struct ScriptedTicket {
  std::string client;
  std::string server;
  std::int64_t start = 0;  // seconds since 1970 UTC
  std::int64_t end = 0;
};

struct LogonSession {
  std::string principal;  // without its realm
  std::vector<ScriptedTicket> tickets;
  std::string upn;  // "": none
  std::string domain = "CORP";
};

// What one InitializeSecurityContext came to.
struct SentToken {
  std::string who;     // whose ticket
  bool asked = false;  // the KDC, for one
  std::thread::id on;
};

// One for the process; a test resets it.
struct ScriptedWindows {
  std::map<std::uint64_t, LogonSession> sessions;
  std::uint64_t process_session = 1;
  std::map<std::string, std::string> passwords;  // of principals

  // What goes wrong.
  SECURITY_STATUS kdc = SEC_E_OK;
  std::vector<SECURITY_STATUS> acquire;  // of the next calls
  bool lsa_lists = true;
  bool accounts_are_told = true;
  bool owners_are_told = true;        // of handles
  std::optional<std::string> client;  // what SECPKG_ATTR_NATIVE_NAMES tells
  int client_is_told_by = 2;          // this leg
  bool tokens_are_told = true;
  bool roles_are_taken_on = true;

  // What was seen.
  int acquired = 0;
  int lists = 0;  // of tickets that the LSA was asked for
  std::vector<SentToken> sent;
  std::set<std::uintptr_t> live;  // credential handles
  int freed = 0;
  int contexts = 0;

  void end_handles();  // as if the LSA had been started anew
};
ScriptedWindows& scripted_windows();
std::recursive_mutex& windows_mutex();

// The calling thread acts with another token from here to there.
class Impersonation {
 public:
  static constexpr std::uint32_t kIdentify = 2;  // 1 + SecurityIdentification
  static constexpr std::uint32_t kImpersonate = 3;
  explicit Impersonation(std::uint64_t session, std::uint32_t level = kImpersonate,
                         std::uint32_t limits = 0);
  Impersonation(const Impersonation&) = delete;
  Impersonation& operator=(const Impersonation&) = delete;
  ~Impersonation();
};

class ScriptedPlatform final : public sspi_windows::LogonPlatform {
 public:
  explicit ScriptedPlatform(bool passwords_apart = true);
  std::unique_ptr<auth::AuthIdentity> identity(const auth::CredentialRequest&) const override;
  auth::CredentialFacts describe(CredHandle credential) const override;
  auth::ErrorDetail last_error(SECURITY_STATUS status) const override;
  sec_ulong delegation_bits(auth::Delegation) const override { return 0; }
  std::int64_t unix_time(const TimeStamp&) const override { return 0; }
  std::optional<std::string> canonical_host(const std::string& host,
                                            auth::Canonicalize) const override {
    return host;
  }
  std::uint64_t process_id() const override { return 1; }
  void prepare_helper_thread() const override {}
};

}  // namespace negodbc::test

#endif  // NEGODBC_TESTS_FAKE_SCRIPTED_SECUR32_H_
