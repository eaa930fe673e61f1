// CancelRequest: a connection of its own to the same server, asking it to stop what one session
// does.
#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "driver/base/deadline.h"
#include "driver/connect/encryption.h"
#include "driver/connect/resolve.h"

namespace negodbc::connect {

struct CancelTarget {
  LoginSettings settings;  // without passwords
  Host host;
  Address address;
  Encryption encryption = Encryption::none;
  std::shared_ptr<const TlsContext> tls;
  std::int32_t process_id = 0;
  std::string secret_key;
};

// True when the request was delivered: the server reads it, answers nothing and closes, which is
// waited for so that the request hits nothing that is sent later, for `closing` at most. Never
// throws.
bool send_cancel_request(const CancelTarget& target, Deadline deadline,
                         std::chrono::milliseconds closing) noexcept;

}  // namespace negodbc::connect
