// A SecurityFunctionTableW and a SecurityPlatform that do as they are told, for the loop.
#ifndef NEGODBC_TESTS_FAKE_FAKE_PLATFORM_H_
#define NEGODBC_TESTS_FAKE_FAKE_PLATFORM_H_

#include <atomic>
#include <cstdint>
#include <deque>
#include <future>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "negotiate/security_platform.h"

namespace negodbc::test {

struct TableLeg {
  SECURITY_STATUS status = SEC_E_OK;
  std::string token = {};
  sec_ulong attributes = ISC_RET_MUTUAL_AUTH | ISC_RET_CONFIDENTIALITY | ISC_RET_INTEGRITY |
                         ISC_RET_REPLAY_DETECT | ISC_RET_SEQUENCE_DETECT;
};

// Held by the table's functions, but not while a leg waits at the gate.
std::recursive_mutex& table_mutex();

// What the table does and what it was asked. One for the process; a test resets it.
struct TableScript {
  SECURITY_STATUS acquire_status = SEC_E_OK;
  SECURITY_STATUS complete_status = SEC_E_OK;
  SECURITY_STATUS encrypt_status = SEC_E_OK;
  SECURITY_STATUS decrypt_status = SEC_E_OK;
  SECURITY_STATUS sizes_status = SEC_E_OK;
  sec_ulong encrypt_qop = 0;  // as it was asked
  sec_ulong decrypt_qop = 0;
  sec_ulong trailer_lent = 20;  // as SIZES says
  sec_ulong trailer_used = 16;  // as EncryptMessage uses
  sec_ulong padding_used = 2;
  std::string package = "Kerberos";  // of NEGOTIATION_INFO; "": not supported
  bool has_native_names = true;
  bool throws = false;  // InitializeSecurityContext, for want of memory
  std::deque<TableLeg> legs;
  std::shared_future<void> gate;  // a leg waits for it, where there is one

  struct Call {
    bool first = false;
    std::string target;
    sec_ulong request = 0;
    std::vector<std::pair<sec_ulong, std::string>> input;  // types and contents
    std::size_t lent = 0;                                  // size of the output buffer lent
  };
  std::vector<Call> calls;
  std::vector<std::string> events;  // "acquire", "initialize", "complete", "delete", "free", ...
  std::string sealed;               // what EncryptMessage left, in a row
  int contexts = 0;
  int credentials = 0;
  int allocations = 0;

  int live() const {
    const std::lock_guard lock(table_mutex());
    return contexts + credentials + allocations;
  }
};
TableScript& table_script();

class FakePlatform : public auth::SecurityPlatform {
 public:
  const SecurityFunctionTableW& table() const override;
  bool allocates_tokens() const override { return allocates; }
  std::unique_ptr<auth::AuthIdentity> identity(const auth::CredentialRequest&) const override;
  auth::CredentialFacts describe(CredHandle) const override { return facts; }
  auth::ErrorDetail last_error(SECURITY_STATUS) const override { return detail; }
  sec_ulong delegation_bits(auth::Delegation delegation) const override {
    return delegation == auth::Delegation::kNone ? 0 : ISC_REQ_DELEGATE;
  }
  std::int64_t unix_time(const TimeStamp&) const override { return 0; }
  std::optional<std::string> canonical_host(const std::string& host,
                                            auth::Canonicalize) const override {
    if (!resolves) return std::nullopt;
    return "canonical." + host;
  }
  std::uint64_t process_id() const override { return process; }
  void prepare_helper_thread() const override { ++helpers; }

  bool allocates = true;
  bool has_identities = true;
  bool resolves = true;
  auth::CredentialFacts facts{.library_name = "fake",
                              .library = "fake",
                              .library_version = "1",
                              .principal = "user@FAKE",
                              .source = "FAKE:",
                              .expires_at = 0};
  auth::ErrorDetail detail;
  std::uint64_t process = 1;
  mutable std::atomic<int> helpers{0};
};

}  // namespace negodbc::test

#endif  // NEGODBC_TESTS_FAKE_FAKE_PLATFORM_H_
