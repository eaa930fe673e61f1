// SCRAM-SHA-256 and SCRAM-SHA-256-PLUS, the client's half: RFC 5802, RFC 7677. No I/O.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "driver/auth/digest.h"
#include "driver/auth/scram_keys.h"
#include "driver/base/deadline.h"
#include "driver/base/error.h"
#include "driver/base/secret.h"

namespace negodbc::auth {

// The peer's messages are not SCRAM's, or it does not know the password's verifier: never trust it.
class ScramError : public Error {
 public:
  explicit ScramError(const std::string& message) : Error("28000", message) {}
};

// What is said about channel binding (RFC 5802 section 6).
enum class ScramBinding {
  unsupported,   // "n": not over TLS, or switched off
  server_lacks,  // "y": the client could, the server does not offer it
  used,          // "p=tls-server-end-point"
};

class ScramClient {
 public:
  // An iteration count over this is an attempt to keep the client busy.
  static constexpr unsigned most_iterations = 10'000'000;

  // `channel_binding`: the hash of the server's certificate, for ScramBinding::used.
  ScramClient(std::string_view password, ScramBinding binding, std::string_view channel_binding);
  // With a nonce of the caller's (tests of published exchanges).
  ScramClient(std::string_view password, ScramBinding binding, std::string_view channel_binding,
              std::string_view user, std::string_view nonce);

  ScramClient(const ScramClient&) = delete;
  ScramClient& operator=(const ScramClient&) = delete;
  // Keys that were used and have not led to verify() are forgotten.
  ~ScramClient();

  // Takes what is derived from the password from `cache`, where it has it, and leaves it there once
  // the server is verified. `whose`: the server and the user. The cache outlives the client.
  void keep_keys_in(ScramKeyCache& cache, std::string whose);

  // The three messages, in this order. PostgreSQL takes the user from the StartupMessage: n= is
  // empty.
  std::string first_message() const;
  // Throws ScramError for a malformed message, a nonce that is not ours, an iteration count out of
  // bounds; Timeout when the deadline runs out while the password is hashed.
  std::string final_message(std::string_view server_first, Deadline deadline);
  // Verifies the server's signature; throws ScramError.
  void verify(std::string_view server_final);
  [[nodiscard]] bool verified() const { return verified_; }

 private:
  ScramKeys keys_for(const std::string& salt, unsigned iterations, Deadline deadline);

  Secret password_;
  ScramKeyCache* cache_ = nullptr;
  std::string whose_;
  std::string place_;               // of the keys in the cache
  std::optional<ScramKeys> new_;    // to be kept
  std::string gs2_header_, bound_;  // bound_: base 64 of header and binding data
  std::string first_bare_, nonce_;
  Sha256 server_signature_ = {};
  bool answered_ = false;
  bool verified_ = false;
};

// RFC 5802's Hi(), that is PBKDF2 with one block. Throws Timeout.
Sha256 scram_salted_password(std::string_view password, std::string_view salt, unsigned iterations,
                             Deadline deadline);

}  // namespace negodbc::auth
