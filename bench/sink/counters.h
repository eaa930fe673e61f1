// What a sink counts: what it accepted, and what it refused by its cause.
//
// Any thread may count; what is read while others count is each number as it stands at its moment.
#ifndef NEGODBC_BENCH_SINK_COUNTERS_H
#define NEGODBC_BENCH_SINK_COUNTERS_H

#include <array>
#include <atomic>
#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <stdexcept>
#include <string>

namespace negodbc::bench {

enum class Accepted : std::uint8_t {
  connections,
  tls,             // sessions encrypted by TLS
  tls_declined,    // SSLRequest answered with N
  gss_encryption,  // sessions encrypted by GSSAPI
  gss_encryption_declined,
  trust,  // logins, by their way
  scram,
  gss,                // with a token of the login's own
  gss_of_encryption,  // by the context that encrypts the session
  statements,
  refused_statements,  // answered with an ErrorResponse: the session goes on
  cancel_requests,
  terminated,  // sessions that ended with Terminate
  gone,        // sessions that ended without
  count_
};

enum class Cause : std::uint8_t {
  too_long,      // a length over what is allowed at its place
  malformed,     // not the protocol
  version,       // a protocol that is not 3.0, or replication
  early_bytes,   // sent in clear behind a request for encryption
  unknown_user,  // no password known
  wrong_password,
  false_token,  // not a token, changed on its way, or of a key that is not the acceptor's
  old_token,    // outside of the clock skew, or of a ticket that has run out
  replayed_token,
  other_principal,  // a good token of somebody else than who logs in
  encryption,       // a handshake of TLS or a frame that can't be opened
  too_many,         // connections
  timed_out,        // not logged in within the time
  went,             // the client closed before it was logged in
  count_
};

// Why a connection is refused. `text` and `sqlstate` are for the client; without a state it is
// closed without a word, as PostgreSQL does where the client could not read one.
struct Refusal : std::runtime_error {
  Refusal(Cause why, std::string state, const std::string& text)
      : std::runtime_error(text), cause(why), sqlstate(std::move(state)) {}
  Cause cause;
  std::string sqlstate;
};

class Counters {
 public:
  void add(Accepted what) { add(accepted_[static_cast<std::size_t>(what)]); }
  void add(Cause why) { add(refused_[static_cast<std::size_t>(why)]); }
  std::uint64_t of(Accepted what) const {
    return accepted_[static_cast<std::size_t>(what)].load(std::memory_order_relaxed);
  }
  std::uint64_t of(Cause why) const {
    return refused_[static_cast<std::size_t>(why)].load(std::memory_order_relaxed);
  }
  std::uint64_t logins() const;

  // {"logins": n, "accepted": {name: n}, "refused": {name: n}}; every name, also of what is 0.
  nlohmann::json to_json() const;
  // Some lines; only what is not 0.
  std::string to_text() const;

 private:
  using Number = std::atomic<std::uint64_t>;
  static void add(Number& number) { number.fetch_add(1, std::memory_order_relaxed); }

  std::array<Number, static_cast<std::size_t>(Accepted::count_)> accepted_{};
  std::array<Number, static_cast<std::size_t>(Cause::count_)> refused_{};
};

}  // namespace negodbc::bench

#endif
