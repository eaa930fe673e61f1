#include "driver/connect/cancel.h"

#include <array>

#include "driver/wire/frontend.h"

namespace negodbc::connect {

bool send_cancel_request(const CancelTarget& target, Deadline deadline) noexcept {
  try {
    auto socket = std::make_unique<SocketTransport>(target.address, target.settings, deadline);
    const EncryptionAttempt attempt = {target.encryption};
    const auto stream =
        protect(std::move(socket), attempt, target.settings, target.host, target.tls, deadline);
    std::string request;
    wire::Frontend(request).cancel_request(target.process_id, target.secret_key);
    stream.transport->write(request, deadline);
    // Who went away at once might cancel the next statement: wait until the server has acted.
    std::array<char, 64> nothing = {};
    try {
      while (stream.transport->read(nothing, deadline) != 0) {
        if (deadline.expired()) break;
      }
    } catch (const ConnectionError& error) {
      return error.state() == "08S01";  // a reset instead of a close: it was read
    }
    return true;
  } catch (...) {
    return false;
  }
}

}  // namespace negodbc::connect
