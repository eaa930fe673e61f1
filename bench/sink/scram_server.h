// SCRAM-SHA-256, the server's half, without channel binding: RFC 5802, RFC 7677. No I/O.
//
// As PostgreSQL 15 does it: the user is the StartupMessage's, and a user without a password gets a
// whole exchange that can't be won, so that nobody learns who has one.
#ifndef NEGODBC_BENCH_SINK_SCRAM_SERVER_H
#define NEGODBC_BENCH_SINK_SCRAM_SERVER_H

#include <string>
#include <string_view>

#include "driver/auth/digest.h"

namespace negodbc::bench {

// What a server keeps of a password.
struct ScramVerifier {
  std::string salt;
  unsigned iterations = 0;
  auth::Sha256 stored_key{};
  auth::Sha256 server_key{};
};

ScramVerifier make_verifier(std::string_view password, std::string_view salt, unsigned iterations);

// Of somebody who has no password: nothing matches it. The salt is the same for the same user as
// long as the process lives.
ScramVerifier impossible_verifier(std::string_view user, unsigned iterations);

class ScramServer {
 public:
  // The verifier outlives it. `nonce`: the server's own part, printable without a comma.
  ScramServer(const ScramVerifier& verifier, std::string nonce);

  // Throws Refusal (malformed) for what is no message of SCRAM's or asks for channel binding.
  std::string first_message(std::string_view client_first);
  // Throws Refusal: malformed, or wrong_password.
  std::string final_message(std::string_view client_final);

 private:
  const ScramVerifier& verifier_;
  std::string nonce_;
  std::string header_;
  std::string messages_;  // what both have said, as it is signed
};

// For ScramServer, from the system's random numbers.
std::string random_nonce();

}  // namespace negodbc::bench

#endif
