#include "driver/connect/cancel.h"

#include <array>

#include "driver/wire/frontend.h"

namespace negodbc::connect {

bool send_cancel_request(const CancelTarget& target, Deadline deadline,
                         std::chrono::milliseconds closing) noexcept {
  try {
    auto socket = std::make_unique<SocketTransport>(target.address, target.settings, deadline);
    const EncryptionAttempt attempt = {target.encryption};
    const auto stream =
        protect(std::move(socket), attempt, target.settings, target.host, target.tls, deadline);
    std::string request;
    wire::Frontend(request).cancel_request(target.process_id, target.secret_key);
    stream.transport->write(request, deadline);
    // Who went away at once might cancel the next statement: wait until the server has acted, but
    // not for one that does not close.
    const Deadline closed = deadline.sooner(Deadline::after(closing));
    std::array<char, 64> nothing = {};
    try {
      while (stream.transport->read(nothing, closed) != 0) {
        if (closed.expired()) break;
      }
    } catch (const Timeout&) {
      return true;
    } catch (const ConnectionError& error) {
      return error.state() == "08S01";  // a reset instead of a close: it was read
    }
    return true;
  } catch (...) {
    return false;
  }
}

}  // namespace negodbc::connect
