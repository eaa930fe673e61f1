// CancelRequest: a connection of its own to the same server, asking it to stop what one session
// does.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "driver/base/deadline.h"
#include "driver/encryption/encryption.h"
#include "driver/net/resolve.h"

namespace negodbc::session {

// What of a login's settings another connection to the same server needs.
struct CancelSettings : net::SocketOptions, encryption::EncryptionOptions {};

struct CancelTarget {
  // Without passwords, but that of the principal where GSS encryption needs it again, and never
  // with the program's own credential, which was lent until the login was through.
  CancelSettings settings;
  net::Host host;
  net::Address address;
  encryption::Encryption encryption = encryption::Encryption::none;  // the session's
  bool credential_was_lent = false;                   // encryption by GSS cannot be set up again
  std::shared_ptr<const encryption::TlsContext> tls;  // null: not to be had
  std::int32_t process_id = 0;
  std::string secret_key;
};

// How the connection for the request is protected, in the order of trying: as the session is. Where
// GSS encryption cannot be set up again, by TLS, and without any only where the session did not
// have to be encrypted (gssencmode, sslmode). None: the request must not be sent.
std::vector<encryption::EncryptionAttempt> cancel_attempts(const CancelTarget& target);

// True when the request was delivered: the server reads it, answers nothing and closes, which is
// waited for so that the request hits nothing that is sent later, for `closing` at most. Never
// throws.
bool send_cancel_request(const CancelTarget& target, Deadline deadline,
                         std::chrono::milliseconds closing) noexcept;

}  // namespace negodbc::session
