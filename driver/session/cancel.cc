#include "driver/session/cancel.h"

#include <array>

#include "driver/wire/frontend.h"

namespace negodbc::session {
namespace {

std::unique_ptr<net::Transport> open_stream(const CancelTarget& target, Deadline deadline) {
  const std::vector<encryption::EncryptionAttempt> attempts = cancel_attempts(target);
  ServerTime time(deadline);
  for (std::size_t at = 0; at < attempts.size(); ++at) {
    try {
      auto socket =
          std::make_unique<net::SocketTransport>(target.address, target.settings, deadline);
      auto stream = encryption::protect(
          std::move(socket), attempts, at, target.settings, target.host, [&] { return target.tls; },
          time);
      return std::move(stream.transport);
    } catch (const net::LoginError& error) {
      const bool another = error.verdict() == net::LoginError::Verdict::other_encryption;
      if (!another || at + 1 == attempts.size()) throw;
    }
  }
  throw ConnectionError("08001", "the request cannot be encrypted as the session is");
}

}  // namespace

std::vector<encryption::EncryptionAttempt> cancel_attempts(const CancelTarget& target) {
  if (target.encryption != encryption::Encryption::gss || !target.credential_was_lent)
    return {{target.encryption}};
  const bool required = target.settings.gssenc_mode == encryption::GssEncMode::require;
  std::vector<encryption::EncryptionAttempt> attempts;
  for (encryption::EncryptionAttempt attempt : encryption::tls_attempts(target.settings.ssl_mode)) {
    if (attempt.wanted == encryption::Encryption::tls && target.tls == nullptr) continue;
    if (required && attempt.wanted == encryption::Encryption::none) continue;
    if (required) attempt.declinable = false;
    attempts.push_back(attempt);
  }
  return attempts;
}

bool send_cancel_request(const CancelTarget& target, Deadline deadline,
                         std::chrono::milliseconds closing) noexcept {
  try {
    const std::unique_ptr<net::Transport> stream = open_stream(target, deadline);
    std::string request;
    wire::Frontend(request).cancel_request(target.process_id, target.secret_key);
    stream->write(request, deadline);
    // Who went away at once might cancel the next statement: wait until the server has acted, but
    // not for one that does not close.
    const Deadline closed = deadline.sooner(Deadline::after(closing));
    std::array<char, 64> nothing = {};
    try {
      while (stream->read(nothing, closed) != 0) {
        if (closed.expired()) break;
      }
    } catch (const net::Timeout&) {
      return true;
    } catch (const ConnectionError& error) {
      return error.state() == "08S01";  // a reset instead of a close: it was read
    }
    return true;
  } catch (...) {
    return false;
  }
}

}  // namespace negodbc::session
