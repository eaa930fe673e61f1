#include "negotiate/credential_store.h"

#include <algorithm>
#include <cstdlib>
#include <exception>
#include <iterator>
#include <string_view>
#include <utility>

#include "negotiate/deadline.h"
#include "negotiate/keyed_hash.h"
#include "negotiate/log.h"

namespace negodbc::auth {
namespace {

void append(SecretBytes& key, std::string_view text) {
  const auto* begin = reinterpret_cast<const std::byte*>(text.data());
  key.insert(key.end(), begin, begin + text.size());
  key.push_back(std::byte{0});  // none of the texts has a zero in it, but for hash and identity
}

// Without what the identity and the target add.
SecretBytes key_of(const CredentialRequest& request) {
  SecretBytes key;
  key.push_back(request.allow_ntlm ? std::byte{1} : std::byte{0});
  key.push_back(request.password.given() ? std::byte{1} : std::byte{0});
  append(key, request.package);
  append(key, request.library);
  append(key, request.principal);
  append(key, request.credential_cache);
  append(key, request.client_keytab);
  if (request.password.given()) {
    const std::string_view secret = request.password.view();
    const KeyedHash hash =
        keyed_hash({reinterpret_cast<const std::byte*>(secret.data()), secret.size()});
    append(key, {reinterpret_cast<const char*>(hash.data()), sizeof(hash)});
  }
  return key;
}

// Which copy a thread uses.
std::size_t thread_number() {
  static std::atomic<std::size_t> next{0};
  thread_local const std::size_t mine = next.fetch_add(1, std::memory_order_relaxed);
  return mine;
}

// When a credential that can be fetched again is to be, ahead of its end; 0: never.
std::int64_t renewal_time(std::int64_t expires_at, std::int64_t now) {
  return expires_at > now ? expires_at - (expires_at - now) / 4 : 0;
}

// Changes when the system's clock is set.
std::int64_t clock_now(const SecurityPlatform& platform) {
  return unix_now_s() - platform.uptime_s();
}

// What says nothing about the source: the next login may have it, memory being there again.
bool may_have_passed(negodbc_auth_status status) {
  return status == NEGODBC_AUTH_E_MEMORY || status == NEGODBC_AUTH_E_INTERNAL ||
         status == NEGODBC_AUTH_E_TIMED_OUT;
}

void log_credential(const char* what, const Outcome<Credential::Ptr>& outcome) {
  if (!logs(LogLevel::kInfo)) return;
  const auto* const made = std::get_if<Credential::Ptr>(&outcome);
  const CredentialFacts& facts =
      made != nullptr ? (*made)->facts() : std::get<Failure>(outcome).detail.facts;
  std::string line = made != nullptr ? "credential " : "credential not ";
  line.append(what).append(": ").append(facts.principal).append(", ").append(facts.source);
  if (made == nullptr) line.append(", ").append(std::get<Failure>(outcome).detail.text);
  log(LogLevel::kInfo, line);
}

CredentialRequest as_private_copy(CredentialRequest request) {
  request.private_copy = true;
  return request;
}

}  // namespace

CredentialSource::CredentialSource(const SecurityPlatform& platform, CredentialRequest request,
                                   std::size_t copies, CacheCounters& counters)
    : platform_(platform),
      request_(as_private_copy(std::move(request))),
      counters_(counters),
      fetching_(platform.patience()) {
  copies_.resize(std::clamp<std::size_t>(copies, 1, kMaxCopies));
  for (std::unique_ptr<Copy>& copy : copies_) copy = std::make_unique<Copy>();
}

CredentialSource::Known CredentialSource::known() {
  const std::lock_guard lock(mutex_);
  if (master_ == nullptr || clock_was_set()) return {};
  return Known{generation_, seen_, master_->facts().expires_at, renew_at_};
}

std::uint64_t CredentialSource::usable(const Known& known, std::uint32_t min_lifetime_s) {
  const std::int64_t now = unix_now_s();
  if (known.expires_at != 0 && known.expires_at - now < std::int64_t{min_lifetime_s}) return 0;
  if (known.renew_at != 0 && now >= known.renew_at) renew_ahead();
  return known.generation;
}

std::uint64_t CredentialSource::current(std::uint32_t min_lifetime_s) {
  const Known known = this->known();
  if (known.generation == 0 || !known.seen.quick) return 0;
  const std::optional<SourceStamp> stamp = platform_.quick_stamp(request_);
  return stamp && *stamp == known.seen.stamp ? usable(known, min_lifetime_s) : 0;
}

std::uint64_t CredentialSource::current(std::uint32_t min_lifetime_s, const std::string& target,
                                        std::uint64_t mark, TicketState& state) {
  const Known known = this->known();
  if (known.generation == 0 || !known.seen.quick) return 0;
  const std::optional<SourceStamp> stamp = platform_.quick_look(request_, target, mark, state);
  return stamp && *stamp == known.seen.stamp ? usable(known, min_lifetime_s) : 0;
}

bool CredentialSource::looks_quickly() {
  const std::lock_guard lock(mutex_);
  return master_ == nullptr || seen_.quick;
}

std::uint64_t CredentialSource::current_after_look(std::uint32_t min_lifetime_s) {
  const Known known = this->known();
  if (known.generation == 0 || platform_.look(request_).stamp != known.seen.stamp) return 0;
  return usable(known, min_lifetime_s);
}

std::optional<Failure> CredentialSource::known_failure() {
  SourceLook seen;
  {
    const std::lock_guard lock(mutex_);
    if (!failure_) return std::nullopt;
    if (Clock::now() >= failure_until_) {
      failure_.reset();
      return std::nullopt;
    }
    seen = failure_seen_;
  }
  if (!seen.quick || platform_.quick_stamp(request_) != seen.stamp) return std::nullopt;
  const std::lock_guard lock(mutex_);
  if (failure_) ++counters_.failures_remembered;
  return failure_;
}

Credential::Ptr CredentialSource::peek(std::uint64_t generation) {
  const std::lock_guard lock(mutex_);
  return generation_ == generation ? master_ : nullptr;
}

std::optional<CredentialSource::Fetching> CredentialSource::begin_fetching(
    Clock::time_point deadline) {
  std::unique_lock lock(mutex_);
  for (;;) {
    const Clock::time_point now = Clock::now();
    if (fetching_.is_free(now)) return Fetching(*this, fetching_.take(now));
    if (now >= deadline) return std::nullopt;
    fetched_.wait_until(lock, std::min(deadline, fetching_.until()));
  }
}

void CredentialSource::end_fetching(Right::Holder holder) {
  const std::lock_guard lock(mutex_);
  fetching_.give_back(holder);
  fetched_.notify_one();
}

std::optional<CredentialSource::Lease> CredentialSource::look(std::uint32_t min_lifetime_s) {
  const Known known = this->known();
  if (known.generation == 0) return std::nullopt;
  const bool good = platform_.look(request_).stamp == known.seen.stamp;
  const std::lock_guard lock(mutex_);
  if (good && master_ != nullptr && generation_ == known.generation &&
      master_->lives(unix_now_s(), min_lifetime_s)) {
    return Lease{master_, generation_};
  }
  ++counters_.credentials_changed;
  return std::nullopt;
}

std::optional<Outcome<CredentialSource::Lease>> CredentialSource::master(
    std::uint32_t min_lifetime_s, Clock::time_point deadline) {
  const std::optional<Fetching> fetching = begin_fetching(deadline);
  if (!fetching) return std::nullopt;
  if (std::optional<Lease> known = look(min_lifetime_s)) return std::move(*known);
  return fetch(fetching->holder());
}

// By who has the right to.
Outcome<CredentialSource::Lease> CredentialSource::fetch(Right::Holder holder) {
  // Looked at before it is read: a change in between is seen the next time.
  const SourceLook seen = platform_.look(request_);
  Outcome<Credential::Ptr> outcome = Credential::acquire(platform_, request_, 0);
  ++counters_.credentials_acquired;
  log_credential("taken", outcome);
  auto* made = std::get_if<Credential::Ptr>(&outcome);
  const std::lock_guard lock(mutex_);
  const bool late = !fetching_.is_held_by(holder);
  if (made == nullptr) {
    auto& failed = std::get<Failure>(outcome);
    if (late) return std::move(failed);
    master_ = nullptr;
    if (may_have_passed(failed.status)) {
      failure_.reset();
    } else {
      failure_ = failed;
      failure_until_ = Clock::now() + kFailureLife;
      failure_seen_ = seen;
    }
    return std::move(failed);
  }
  if (late) return Lease{*made, 0};
  failure_.reset();
  master_ = *made;
  ++generation_;
  seen_ = seen;
  renew_at_ = refetchable() ? renewal_time(master_->facts().expires_at, unix_now_s()) : 0;
  clock_ = refetchable() ? clock_now(platform_) : 0;
  return Lease{master_, generation_};
}

bool CredentialSource::clock_was_set() const {
  constexpr std::int64_t kTolerated = 60;  // servers bear five minutes
  return refetchable() && std::abs(clock_now(platform_) - clock_) > kTolerated;
}

bool CredentialSource::refetchable() const {
  return !request_.client_keytab.empty() || request_.password.given();
}

void CredentialSource::renew_ahead() {
  // Ends with the work, also when that is never begun.
  struct Claim {
    explicit Claim(CredentialSource::Ptr of) : source(std::move(of)) {}
    Claim(const Claim&) = delete;
    Claim& operator=(const Claim&) = delete;
    ~Claim() {
      const std::lock_guard lock(source->mutex_);
      if (held) source->renewing_ = false;
    }
    const CredentialSource::Ptr source;
    bool held = false;
  };
  try {
    const auto claim = std::make_shared<Claim>(shared_from_this());
    {
      const std::lock_guard lock(mutex_);
      if (std::exchange(renewing_, true)) return;
      claim->held = true;
    }
    run_later(platform_, [claim] { claim->source->renew(); });
  } catch (const std::exception&) {
    // No thread or no memory now: there is a quarter of its life left to try again.
  }
}

void CredentialSource::renew() {
  constexpr std::chrono::seconds kPatience{60};
  const std::optional<Fetching> fetching = begin_fetching(Clock::now() + kPatience);
  if (!fetching) return;
  const SourceLook seen = platform_.look(request_);
  // A failure is not the end of the master that still lives.
  Outcome<Credential::Ptr> outcome = Credential::acquire(platform_, request_, 0);
  log_credential("renewed", outcome);
  const std::lock_guard lock(mutex_);
  if (!fetching_.is_held_by(fetching->holder())) return;
  const std::int64_t fetched_at = unix_now_s();
  if (auto* made = std::get_if<Credential::Ptr>(&outcome)) {
    master_ = *made;
    ++generation_;
    seen_ = seen;
    ++counters_.credentials_renewed;
    renew_at_ = renewal_time(master_->facts().expires_at, fetched_at);
    clock_ = clock_now(platform_);
  } else {
    constexpr std::int64_t kTryAgain = 30;
    renew_at_ = fetched_at + kTryAgain;
  }
}

void CredentialSource::tickets_added() {
  const std::lock_guard lock(mutex_);
  ++tickets_;
}

Credential::Ptr CredentialSource::for_this_thread(std::uint64_t generation) {
  Credential::Ptr from;
  std::uint64_t tickets = 0;
  {
    const std::lock_guard lock(mutex_);
    if (generation_ != generation || master_ == nullptr) return nullptr;
    from = master_;
    tickets = tickets_;
  }
  Copy& mine = *copies_[thread_number() % copies_.size()];
  const std::lock_guard lock(mine.mutex);
  if (mine.credential == nullptr || mine.generation != generation || mine.tickets != tickets) {
    mine.credential = from->copy();
    if (mine.credential == nullptr) {
      // The master itself, which is not to outlive its time here.
      ++counters_.credentials_reused;
      return from;
    }
    ++counters_.credentials_copied;
    mine.generation = generation;
    mine.tickets = tickets;
  }
  ++counters_.credentials_reused;
  return mine.credential;
}

CredentialSource::Lease CredentialSource::replace(std::uint64_t generation, Credential::Ptr fresh) {
  const std::lock_guard lock(mutex_);
  if (generation_ != generation || master_ == nullptr) return {};
  master_ = std::move(fresh);
  ++generation_;
  return Lease{master_, generation_};
}

void CredentialSource::invalidate(std::uint64_t generation) {
  const std::lock_guard lock(mutex_);
  if (generation_ == generation) master_ = nullptr;
}

bool same_source(const CredentialRequest& a, const CredentialRequest& b) {
  return key_of(a) == key_of(b);
}

CredentialSource::Ptr CredentialStore::find(const CredentialRequest& request,
                                            std::string_view identity, std::size_t copies) {
  if (request.native_credential != nullptr || !platform_.caches_credentials()) return nullptr;
  SecretBytes given = key_of(request);
  SecretBytes key = given;
  append(key, request.target);
  append(key, identity);
  const std::lock_guard lock(mutex_);
  const auto found = std::find_if(entries_.begin(), entries_.end(),
                                  [&](const Entry& entry) { return entry.key == key; });
  if (found != entries_.end()) {
    entries_.splice(entries_.begin(), entries_, found);
    return entries_.front().source;
  }
  if (entries_.size() >= kMaxSources) entries_.pop_back();
  auto source = std::make_shared<CredentialSource>(platform_, request, copies, counters_);
  entries_.push_front(Entry{std::move(key), std::move(given), source});
  return source;
}

void CredentialStore::forget(const CredentialRequest* request) {
  std::list<Entry> gone;  // ended without the lock
  const SecretBytes given = request == nullptr ? SecretBytes() : key_of(*request);
  const std::lock_guard lock(mutex_);
  for (auto entry = entries_.begin(); entry != entries_.end();) {
    const auto next = std::next(entry);
    if (request == nullptr || entry->request == given) gone.splice(gone.end(), entries_, entry);
    entry = next;
  }
}

}  // namespace negodbc::auth
