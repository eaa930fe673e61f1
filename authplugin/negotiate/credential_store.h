// Credentials kept for the sessions to come, by where they come from.
//
// A source (a user's cache, a keytab with a principal, a password with a principal) has one master
// credential: a private copy of the source's tickets, to which the tickets for services are added
// as they are fetched. Threads log in with copies of the master, because a credential that is
// shared serialises them inside the library. Rules:
//
// - A credential is never used for another source than the one it was made of: the key is the whole
//   request with the identity that was found for it at the moment of the login: full names of
//   caches, the user, the environment, what the configuration says. A credential handed over by the
//   program is not kept.
// - Before each use the source is looked at: a local file where the login runs, anything else on a
//   helper. Before a source is read it is looked at, too. What has changed, or has vanished, is
//   taken anew.
// - A credential with less life than the session asks for is not used. What comes from a keytab or
//   a password is fetched anew ahead of time, when a quarter of its life is left.
// - A failure is remembered for kFailureLife, as long as the source stays as it was; not when
//   memory or the like was lacking.
// - At most kMaxSources sources; the least recently used one goes.
//
// Fetching is exclusive, by an object that lets go when it dies, or hangs for too long: what comes
// of it after that is its own login's, and not kept. All functions may be called by any
// thread. Those that may wait for the network say so.
#ifndef NEGODBC_NEGOTIATE_CREDENTIAL_STORE_H_
#define NEGODBC_NEGOTIATE_CREDENTIAL_STORE_H_

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "negotiate/cache_counters.h"
#include "negotiate/credential.h"
#include "negotiate/right.h"

namespace negodbc::auth {

class CredentialSource : public std::enable_shared_from_this<CredentialSource> {
 public:
  using Ptr = std::shared_ptr<CredentialSource>;
  using Clock = std::chrono::steady_clock;
  static constexpr std::chrono::milliseconds kFailureLife{1000};
  static constexpr std::size_t kMaxCopies = 64;

  // `request`: with its identity. `copies`: how many threads get a credential of their own, at most
  // kMaxCopies.
  CredentialSource(const SecurityPlatform& platform, CredentialRequest request, std::size_t copies,
                   CacheCounters& counters);

  // Whether the master can be used as it is: the source is unchanged, enough life is left. 0: no,
  // or that can't be told without waiting; else the generation of the master, which changes with
  // it. Does not wait.
  std::uint64_t current(std::uint32_t min_lifetime_s);
  // The same, and what has become of a ticket of the master's.
  std::uint64_t current(std::uint32_t min_lifetime_s, const std::string& target, std::uint64_t mark,
                        TicketState& state);
  // Whether current() can tell, and if it cannot, the one that may wait for the source to be looked
  // at.
  bool looks_quickly();
  std::uint64_t current_after_look(std::uint32_t min_lifetime_s);

  // The failure remembered, if it still holds. Does not wait, and does not tell what it would have
  // to wait for.
  std::optional<Failure> known_failure();

  struct Lease {
    Credential::Ptr credential;
    std::uint64_t generation = 0;
  };
  // The master, taken anew when it can't be used; its life may still be less than asked for. May
  // wait for the network; one thread fetches while others wait, each until its deadline. Nothing:
  // that has come.
  std::optional<Outcome<Lease>> master(std::uint32_t min_lifetime_s, Clock::time_point deadline);

  // The master of a generation, for its facts; NULL: it is gone.
  Credential::Ptr peek(std::uint64_t generation);

  // The master has got tickets since; copies are to have them, too.
  void tickets_added();

  // This thread's copy of the master of `generation`; NULL when that is gone. No waiting.
  Credential::Ptr for_this_thread(std::uint64_t generation);

  // Another credential in the place of the master of a generation, which has the same tickets and a
  // newer one; the lease of it. Empty: the master is another by now.
  Lease replace(std::uint64_t generation, Credential::Ptr fresh);

  // Forget the master: a context could not be made with it although it looked good.
  void invalidate(std::uint64_t generation);

 private:
  struct Copy {
    std::mutex mutex;
    Credential::Ptr credential;
    std::uint64_t generation = 0;
    std::uint64_t tickets = 0;
  };

  // What is known of the master, for a look at the source without the lock.
  struct Known {
    std::uint64_t generation = 0;  // 0: there is none
    SourceLook seen;
    std::int64_t expires_at = 0;
    std::int64_t renew_at = 0;
  };
  // The right to take the master anew.
  class Fetching {
   public:
    Fetching(CredentialSource& source, Right::Holder holder) : source_(&source), holder_(holder) {}
    Fetching(Fetching&& other) noexcept
        : source_(std::exchange(other.source_, nullptr)), holder_(other.holder_) {}
    Fetching& operator=(Fetching&&) = delete;
    ~Fetching() {
      if (source_ != nullptr) source_->end_fetching(holder_);
    }
    Right::Holder holder() const { return holder_; }

   private:
    CredentialSource* source_;
    Right::Holder holder_;
  };
  std::optional<Fetching> begin_fetching(Clock::time_point deadline);
  void end_fetching(Right::Holder holder);

  Known known();
  std::uint64_t usable(const Known& known, std::uint32_t min_lifetime_s);
  // The master if it can be used. May wait.
  std::optional<Lease> look(std::uint32_t min_lifetime_s);
  bool refetchable() const;
  // Whether the system's clock was set since the master was fetched, which has noted how far from
  // the KDC's it was then. With the lock held.
  bool clock_was_set() const;
  void renew_ahead();
  void renew();
  Outcome<Lease> fetch(Right::Holder holder);

  const SecurityPlatform& platform_;
  const CredentialRequest request_;
  CacheCounters& counters_;

  std::mutex mutex_;  // guards what follows; never held over a call that may wait
  std::condition_variable fetched_;
  Right fetching_;
  bool renewing_ = false;
  Credential::Ptr master_;
  std::uint64_t generation_ = 0;
  std::uint64_t tickets_ = 0;  // counts tickets_added()
  SourceLook seen_;
  std::int64_t renew_at_ = 0;  // unix time; 0: never
  std::int64_t clock_ = 0;     // the clock that it was fetched by: unix time less uptime
  std::optional<Failure> failure_;
  SourceLook failure_seen_;
  Clock::time_point failure_until_{};

  std::vector<std::unique_ptr<Copy>> copies_;
};

// Whether two requests name the same source, whatever that is at this moment.
bool same_source(const CredentialRequest& a, const CredentialRequest& b);

class CredentialStore {
 public:
  static constexpr std::size_t kMaxSources = 64;

  CredentialStore(const SecurityPlatform& platform, CacheCounters& counters)
      : platform_(platform), counters_(counters) {}

  // The source of this request with the identity of this key, made when there is none. NULL when it
  // must not be kept.
  CredentialSource::Ptr find(const CredentialRequest& request, std::string_view identity,
                             std::size_t copies);

  // Forgets the sources that a request may mean, whatever its identity; NULL: all. What is in use
  // ends with its last user.
  void forget(const CredentialRequest* request);

 private:
  struct Entry {
    SecretBytes key;
    SecretBytes request;  // without what identity and target add
    CredentialSource::Ptr source;
  };
  const SecurityPlatform& platform_;
  CacheCounters& counters_;
  std::mutex mutex_;
  std::list<Entry> entries_;  // the most recently used first
};

}  // namespace negodbc::auth

#endif  // NEGODBC_NEGOTIATE_CREDENTIAL_STORE_H_
