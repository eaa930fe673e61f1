// The seam between the initiator loop and the system it runs on: the W table, and the few things
// that SSPI's table cannot say. Implemented by sspi_gssapi and sspi_windows, and by tests.
#ifndef NEGODBC_NEGOTIATE_SECURITY_PLATFORM_H_
#define NEGODBC_NEGOTIATE_SECURITY_PLATFORM_H_

#include <array>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "negodbc/sspi.h"
#include "negotiate/cause.h"
#include "negotiate/hint.h"
#include "negotiate/pool.h"
#include "negotiate/secret_bytes.h"

namespace negodbc::auth {

// Where a credential comes from. At most one of the last four; none: the user's default.
struct CredentialRequest {
  std::string package = "Negotiate";
  std::string library;  // "" is "auto"
  std::string principal;
  bool allow_ntlm = false;
  std::string credential_cache;
  std::string client_keytab;
  SecretText password;
  void* native_credential = nullptr;
  std::shared_ptr<void> native_owner;  // given: it is ours until this ends; else it is copied
  // As Identity has them.
  std::string default_caches;
  std::string target;  // where a collection is the source: whose member is chosen for it
  bool by_thread = false;
  // Take the tickets into memory that only this process knows, where the platform can; the source
  // itself is only read.
  bool private_copy = false;
};

// What is known about a credential, found or only tried.
struct CredentialFacts {
  std::string library_name;  // as in CredentialRequest::library
  std::string library;       // for the reader, with the file loaded
  std::string library_version;
  std::string principal;
  std::string source;
  std::int64_t expires_at = 0;  // 0: not known
  TicketKeeper keeper = TicketKeeper::kCache;
  // It is the program's own, which may end it after a call: no call may outlast its caller.
  bool borrowed = false;
};

// Whose a credential is, where the table may have passed over the principal it was asked for.
struct Owner {
  // All that the system tells; none: it does not.
  std::vector<std::string> names;
  // Whether a name means that principal. Empty: the table has seen to it.
  std::function<bool(const std::string& name)> is_wanted;
};

// What the library said about the call that failed last on this thread.
struct ErrorDetail {
  std::uint32_t major = 0;
  std::uint32_t minor = 0;
  Cause cause = Cause::kNone;
  std::string text;                    // one line of UTF-8
  std::string major_text, minor_text;  // the library's, where it has any
  std::string kdc_error;  // "7 Server not found in Kerberos database"; "": no error of RFC 4120
  CredentialFacts facts;  // empty where nothing is known
};

// What a source of credentials looked like; another value: something has changed since.
struct SourceStamp {
  std::array<std::uint64_t, 4> value{};
  friend bool operator==(const SourceStamp&, const SourceStamp&) = default;
};
struct SourceLook {
  SourceStamp stamp;
  bool quick = false;  // quick_stamp() will tell it, too
};

// As whom one thread does its work: the user's ids and the groups', and what it may do beyond them.
struct ThreadIdentity {
  std::array<std::uint64_t, 5> value{};
  friend bool operator==(const ThreadIdentity&, const ThreadIdentity&) = default;
};

// From where one thread sees the system, where threads of a process need not all see the same.
struct Surroundings {
  std::array<std::uint64_t, 9> value{};
  std::int64_t thread = 0;  // whose they are
};

// What a thread takes on to act as the one that asked for it, where it does not come with the
// thread itself.
class ThreadRole {
 public:
  virtual ~ThreadRole() = default;
  // For the rest of the calling thread's life. Whether it has come to be so is seen from the
  // thread's identity.
  virtual void take_on() const = 0;
};

// Whose credential a request means at one moment.
struct Identity {
  // All that decides it and is not in the request itself: the full names of default caches, the
  // user, the environment, what the configuration says. The same key: the same sources.
  PooledText key;
  PooledText default_caches;  // the platform's own way to write the names down
  bool by_target = false;     // the target decides, too: a collection of caches
  // What a thread has from the one that has made it decides, too, and can't be compared.
  bool by_thread = false;
  bool may_be_kept = true;  // false: nothing of the login, nor is anything kept used for it
};

// A ticket for a service.
struct Ticket {
  std::string target;  // the service's principal, with its realm
  std::int64_t expires_at = 0;
  std::uint64_t mark = 0;  // tells it from another ticket for the same target
};
enum class TicketState : std::uint8_t {
  kThere,
  kEnding,  // it may be, but the platform asks for another one, which waits
  kGone,    // or another one is in its place
};

enum class Delegation : std::uint8_t { kNone, kPolicy, kFull };
// By whom messages are sealed and opened, where the platform leaves the choice.
enum class Sealing : std::uint8_t { kAuto, kLibrary, kOpenssl };
enum class Canonicalize : std::uint8_t { kNone, kForward, kForwardReverse };

// auth_data for AcquireCredentialsHandle, and what it points to. data() may be NULL: the default.
class AuthIdentity {
 public:
  virtual ~AuthIdentity() = default;
  virtual void* data() = 0;
};

class SecurityPlatform {
 public:
  virtual ~SecurityPlatform() = default;

  virtual const SecurityFunctionTableW& table() const = 0;

  // Whether ISC_REQ_ALLOCATE_MEMORY can be relied on; if not, the loop lends buffers of cbMaxToken.
  virtual bool allocates_tokens() const = 0;

  // The request must outlive the identity. NULL: the platform has no such source of credentials.
  virtual std::unique_ptr<AuthIdentity> identity(const CredentialRequest& request) const = 0;

  virtual CredentialFacts describe(CredHandle credential) const = 0;

  // Of a credential that was acquired for the request. May wait.
  virtual Owner owner(const CredentialRequest& /*request*/, CredHandle /*credential*/) const {
    return {};
  }

  // Must be asked on the thread that failed, before its next call.
  virtual ErrorDetail last_error(SECURITY_STATUS status) const = 0;

  // The ISC_REQ_* bits that ask for it.
  virtual sec_ulong delegation_bits(Delegation delegation) const = 0;
  virtual sec_ulong sealing_bits(Sealing /*sealing*/) const { return 0; }

  // What the caches need; a platform without them caches no credentials.

  // Whether credentials may be kept for sessions to come, and what follows can be asked.
  virtual bool caches_credentials() const { return false; }
  // Whether a leg with a credential that has a ticket for the target (find_ticket) can still wait
  // for the network.
  virtual bool may_wait_with_ticket() const { return true; }
  // Whether a thread's first call is dear, because the library makes something for each thread.
  virtual bool keeps_state_by_thread() const { return true; }
  // Whether a first leg on a thread of the program's leaves alone what the program itself may keep
  // there. `facts`: of the request's credential.
  virtual bool leaves_thread_alone(const CredentialRequest& /*request*/,
                                   const CredentialFacts& /*facts*/) const {
    return true;
  }
  // Whose credential the request means now, in this thread's environment. Does not wait; nothing:
  // find_identity() has to be asked.
  virtual std::optional<Identity> identity_now(const CredentialRequest& /*request*/) const {
    return Identity{};
  }
  // The same. May wait.
  virtual Identity find_identity(const CredentialRequest& /*request*/) const { return {}; }
  // What the sources of a request with its identity look like. Only where look() has said so, and
  // even then nothing where it can't be told without waiting any more.
  virtual std::optional<SourceStamp> quick_stamp(const CredentialRequest& /*request*/) const {
    return std::nullopt;
  }
  // May wait (a daemon that keeps tickets, a file on another machine).
  virtual SourceLook look(const CredentialRequest& /*request*/) const { return {}; }
  // A second credential with the same tickets that shares no lock with the first. Asks nobody.
  virtual SECURITY_STATUS copy_credential(const CredHandle& /*from*/, CredHandle& /*to*/) const {
    return SEC_E_UNSUPPORTED_FUNCTION;
  }
  // Another credential with the same tickets but those for a target, which the library then fetches
  // anew.
  virtual SECURITY_STATUS copy_without_ticket(const CredHandle& /*from*/,
                                              const std::string& /*target*/,
                                              CredHandle& /*to*/) const {
    return SEC_E_UNSUPPORTED_FUNCTION;
  }
  // The ticket that a credential of the request has for a target, given with or without its realm:
  // a private copy, or a system that keeps tickets itself and tells. Does not wait.
  virtual std::optional<Ticket> find_ticket(const CredentialRequest& /*request*/,
                                            const CredHandle& /*credential*/,
                                            const std::string& /*target*/) const {
    return std::nullopt;
  }
  // What has become of a ticket that find_ticket() has found, where others than this process can
  // take it away. Does not wait.
  virtual TicketState ticket_state(const CredentialRequest& /*request*/,
                                   const std::string& /*target*/, std::uint64_t /*mark*/) const {
    return TicketState::kThere;
  }

  // quick_stamp() and ticket_state() at once, where one look tells both.
  virtual std::optional<SourceStamp> quick_look(const CredentialRequest& request,
                                                const std::string& target, std::uint64_t mark,
                                                TicketState& state) const {
    state = ticket_state(request, target, mark);
    return quick_stamp(request);
  }

  // Seconds since 1970 UTC of a time that the table gave (which is local time); 0: none or for
  // ever.
  virtual std::int64_t unix_time(const TimeStamp& local) const = 0;

  // When a context ends, as unix_time(); `told`: as the table gave it, which is ambiguous in the
  // hour that local time has twice.
  virtual std::int64_t context_end(const CtxtHandle& /*context*/, const TimeStamp& told) const {
    return unix_time(told);
  }

  // The host's canonical name; nothing where resolution fails at this time. May wait for DNS.
  virtual std::optional<std::string> canonical_host(const std::string& host,
                                                    Canonicalize how) const = 0;

  // Seconds of a clock that nobody sets and that goes on while the machine sleeps.
  virtual std::int64_t uptime_s() const {
    return std::chrono::duration_cast<std::chrono::seconds>(
               std::chrono::steady_clock::now().time_since_epoch())
        .count();
  }

  // Changes in a child after fork.
  virtual std::uint64_t process_id() const = 0;

  // Of the calling thread. Where a thread can have others than its process has: such a thread's
  // work is done on no thread that serves others.
  virtual ThreadIdentity thread_identity() const { return {}; }
  // Whether that is the process's own. Waits for the file system.
  virtual bool is_of_process(const ThreadIdentity& /*identity*/) const { return true; }

  // Of the calling thread: the files that names lead it to. A new thread of its making sees the
  // same. None of these waits.
  virtual Surroundings surroundings() const { return {}; }
  // Whether the calling thread sees what another one sees.
  virtual bool has_surroundings(const Surroundings& /*of*/) const { return true; }
  // Whether the calling thread, whose they are, shares them with the process's others.
  virtual bool are_of_process(const Surroundings& /*own*/) const { return true; }
  // From now on the calling thread's are its own, as they are.
  virtual void leave_surroundings() const {}
  // Whether a login of which nobody knows yet whose it is may be one Identity::by_thread.
  virtual bool may_be_by_thread() const { return false; }

  // Of the calling thread, whose identity this is, where a new thread of its making has it not by
  // itself; NULL: it has.
  virtual std::shared_ptr<const ThreadRole> thread_role(const ThreadIdentity& /*identity*/) const {
    return nullptr;
  }

  // For how long one login may hold up others that want the same credential or ticket, with a call
  // that does not return.
  virtual std::chrono::milliseconds patience() const { return std::chrono::seconds(30); }

  // Another value: what a library keeps for each thread may be of the past (Heimdal reads krb5.conf
  // once a thread). `identity`: the thread's. 0: it can't be told, or there is nothing such. Does
  // not wait.
  virtual std::uint64_t era(const ThreadIdentity& /*identity*/) const { return 0; }

  // Whether the process's other threads have ended before what is to be done at its exit runs.
  virtual bool ends_threads_first() const { return false; }

  // Called first on every helper thread.
  virtual void prepare_helper_thread() const = 0;
};

// The one of the system this is built for.
const SecurityPlatform& system_platform();

}  // namespace negodbc::auth

#endif  // NEGODBC_NEGOTIATE_SECURITY_PLATFORM_H_
