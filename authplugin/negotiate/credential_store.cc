#include "negotiate/credential_store.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "negotiate/deadline.h"

namespace negodbc::auth {
namespace {

void append(SecretBytes& key, std::string_view text) {
  const auto* begin = reinterpret_cast<const std::byte*>(text.data());
  key.insert(key.end(), begin, begin + text.size());
  key.push_back(std::byte{0});  // none of the texts has a zero in it
}

SecretBytes key_of(const CredentialRequest& request) {
  SecretBytes key;
  key.push_back(request.allow_ntlm ? std::byte{1} : std::byte{0});
  key.push_back(request.password.given() ? std::byte{1} : std::byte{0});
  append(key, request.package);
  append(key, request.library);
  append(key, request.principal);
  append(key, request.credential_cache);
  append(key, request.client_keytab);
  append(key, request.password.view());
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

CredentialRequest as_private_copy(CredentialRequest request) {
  request.private_copy = true;
  return request;
}

}  // namespace

CredentialSource::CredentialSource(const SecurityPlatform& platform, CredentialRequest request,
                                   std::size_t copies, CacheCounters& counters)
    : platform_(platform), request_(as_private_copy(std::move(request))), counters_(counters) {
  copies_.resize(std::clamp<std::size_t>(copies, 1, kMaxCopies));
  for (std::unique_ptr<Copy>& copy : copies_) copy = std::make_unique<Copy>();
}

CredentialSource::Known CredentialSource::known() {
  const std::lock_guard lock(mutex_);
  if (master_ == nullptr) return {};
  const CredentialFacts& facts = master_->facts();
  return Known{
      generation_, PooledText(facts.library_name), stamp_, quick_, looked_at_, facts.expires_at,
      renew_at_};
}

bool CredentialSource::looks_unchanged(const Known& known) const {
  if (!known.quick) return Clock::now() - known.looked_at < kStampLife;
  const std::optional<SourceStamp> stamp = platform_.quick_stamp(request_, known.library);
  return stamp && *stamp == known.stamp;
}

std::uint64_t CredentialSource::current(std::uint32_t min_lifetime_s) {
  const Known known = this->known();
  if (known.generation == 0 || !looks_unchanged(known)) return 0;
  const std::int64_t now = unix_now_s();
  if (known.expires_at != 0 && known.expires_at - now < std::int64_t{min_lifetime_s}) return 0;
  if (known.renew_at != 0 && now >= known.renew_at) renew_ahead();
  return known.generation;
}

std::optional<Failure> CredentialSource::known_failure() {
  const std::lock_guard lock(mutex_);
  if (!failure_) return std::nullopt;
  if (Clock::now() < failure_until_) {
    const std::optional<SourceStamp> stamp =
        platform_.quick_stamp(request_, failure_->detail.facts.library_name);
    if (!stamp || *stamp == failure_stamp_) {
      ++counters_.failures_remembered;
      return failure_;
    }
  }
  failure_.reset();
  return std::nullopt;
}

Credential::Ptr CredentialSource::peek() {
  const std::lock_guard lock(mutex_);
  return master_;
}

std::optional<CredentialSource::Lease> CredentialSource::look(std::uint32_t min_lifetime_s) {
  const Known known = this->known();
  if (known.generation == 0) return std::nullopt;
  bool good = looks_unchanged(known);
  if (!good && !known.quick) {
    good = platform_.slow_stamp(request_, known.library) == known.stamp;
    const std::lock_guard lock(mutex_);
    looked_at_ = Clock::now();
  }
  const std::lock_guard lock(mutex_);
  if (good && master_ != nullptr && generation_ == known.generation &&
      master_->lives(unix_now_s(), min_lifetime_s)) {
    return Lease{master_, generation_};
  }
  ++counters_.credentials_changed;
  return std::nullopt;
}

Outcome<CredentialSource::Lease> CredentialSource::master(std::uint32_t min_lifetime_s) {
  const std::lock_guard fetching(fetching_);
  if (std::optional<Lease> known = look(min_lifetime_s)) return std::move(*known);
  return fetch();
}

// With `fetching_` held.
Outcome<CredentialSource::Lease> CredentialSource::fetch() {
  // Looked at before it is read: a change in between is seen the next time.
  std::string library;
  {
    const std::lock_guard lock(mutex_);
    if (master_ != nullptr) library = master_->facts().library_name;
  }
  std::optional<SourceStamp> quick = platform_.quick_stamp(request_, library);
  Outcome<Credential::Ptr> outcome = Credential::acquire(platform_, request_, 0);
  ++counters_.credentials_acquired;
  auto* made = std::get_if<Credential::Ptr>(&outcome);
  const std::string used = made != nullptr ? (*made)->facts().library_name
                                           : std::get<Failure>(outcome).detail.facts.library_name;
  SourceStamp slow;
  if (!quick || used != library) {
    quick = platform_.quick_stamp(request_, used);
    if (!quick && made != nullptr) slow = platform_.slow_stamp(request_, used);
  }
  const std::lock_guard lock(mutex_);
  looked_at_ = Clock::now();
  renewing_ = false;
  if (made == nullptr) {
    master_ = nullptr;
    failure_ = std::get<Failure>(outcome);
    failure_until_ = looked_at_ + kFailureLife;
    failure_stamp_ = quick.value_or(SourceStamp{});
    return *failure_;
  }
  failure_.reset();
  master_ = *made;
  ++generation_;
  quick_ = quick.has_value();
  stamp_ = quick.value_or(slow);
  renew_at_ = refetchable() ? renewal_time(master_->facts().expires_at, unix_now_s()) : 0;
  return Lease{master_, generation_};
}

bool CredentialSource::refetchable() const {
  return !request_.client_keytab.empty() || request_.password.given();
}

void CredentialSource::renew_ahead() {
  {
    const std::lock_guard lock(mutex_);
    if (std::exchange(renewing_, true)) return;
  }
  run_later(platform_, [self = shared_from_this()] {
    const std::lock_guard fetching(self->fetching_);
    // A failure is not the end of the master that still lives.
    Outcome<Credential::Ptr> outcome = Credential::acquire(self->platform_, self->request_, 0);
    const std::lock_guard lock(self->mutex_);
    self->renewing_ = false;
    const std::int64_t fetched_at = unix_now_s();
    if (auto* made = std::get_if<Credential::Ptr>(&outcome)) {
      self->master_ = *made;
      ++self->generation_;
      ++self->counters_.credentials_renewed;
      self->renew_at_ = renewal_time(self->master_->facts().expires_at, fetched_at);
    } else {
      constexpr std::int64_t kTryAgain = 30;
      self->renew_at_ = fetched_at + kTryAgain;
    }
  });
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
    Credential::Ptr copy = from->copy();
    if (copy != nullptr) ++counters_.credentials_copied;
    mine.credential = copy != nullptr ? std::move(copy) : std::move(from);
    mine.generation = generation;
    mine.tickets = tickets;
  }
  ++counters_.credentials_reused;
  return mine.credential;
}

void CredentialSource::invalidate(std::uint64_t generation) {
  const std::lock_guard lock(mutex_);
  if (generation_ == generation) master_ = nullptr;
}

CredentialSource::Ptr CredentialStore::find(const CredentialRequest& request, std::size_t copies) {
  if (request.native_credential != nullptr || !platform_.caches_credentials()) return nullptr;
  SecretBytes key = key_of(request);
  const std::lock_guard lock(mutex_);
  const auto found = std::find_if(entries_.begin(), entries_.end(),
                                  [&](const Entry& entry) { return entry.key == key; });
  if (found != entries_.end()) {
    entries_.splice(entries_.begin(), entries_, found);
    return entries_.front().source;
  }
  if (entries_.size() >= kMaxSources) entries_.pop_back();
  auto source = std::make_shared<CredentialSource>(platform_, request, copies, counters_);
  entries_.push_front(Entry{std::move(key), source});
  return source;
}

}  // namespace negodbc::auth
