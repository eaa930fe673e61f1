// GSSAPI's acceptor: MIT's library, as PostgreSQL has it, with the keys of a keytab.
#ifndef NEGODBC_BENCH_SINK_GSS_ACCEPTOR_H
#define NEGODBC_BENCH_SINK_GSS_ACCEPTOR_H

#include <memory>
#include <string>
#include <string_view>

#include "bench/sink/counters.h"

namespace negodbc::bench {

// One client's context. One thread at a time.
class AcceptedContext {
 public:
  virtual ~AcceptedContext() = default;

  // One leg: true when the context stands. Appends what is to be sent to the client. Throws Refusal
  // (false_token, old_token, replayed_token).
  virtual bool accept(std::string_view token, std::string& answer) = 0;
  // The client's principal, with its realm; of a context that stands.
  virtual std::string client() const = 0;
  // Messages, encrypted; of a context that stands. Both append. Throw Refusal (encryption) for what
  // was changed, repeated, left out, or is not encrypted.
  virtual void seal(std::string_view message, std::string& sealed) = 0;
  virtual void open(std::string_view sealed, std::string& message) = 0;
};

// Any thread may begin contexts.
class GssAcceptor {
 public:
  virtual ~GssAcceptor() = default;
  virtual std::unique_ptr<AcceptedContext> begin() const = 0;
};

// The keys are read once. `keytab` and `replay_cache` are the library's names (FILE:/path;
// file2:/path, none:). What the library reads of them is the environment, which is set here: before
// other threads begin, and for one acceptor in a process. Throws std::runtime_error when there is
// no library or no key.
//
// The replay cache is the library's own: a file in which the tag of each authenticator is kept
// for the length of the clock skew. Who else accepts for the same service must look at the same
// file, which is why MIT's default is one for each machine (and user).
std::unique_ptr<GssAcceptor> make_gss_acceptor(const std::string& keytab,
                                               const std::string& replay_cache);

}  // namespace negodbc::bench

#endif
