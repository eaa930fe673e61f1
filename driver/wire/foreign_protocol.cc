#include "driver/wire/foreign_protocol.h"

namespace negodbc::wire {

std::string_view foreign_protocol(std::string_view bytes) {
  constexpr std::size_t head = 6;
  if (bytes.starts_with("HTTP/")) return "HTTP";
  if (bytes.starts_with("SSH-")) return "SSH";
  if (bytes.size() < head) return {};
  // A record of a handshake's, an alert's or data's type (RFC 8446, section 5.1).
  const char type = bytes[0];
  if (type >= '\x14' && type <= '\x17' && bytes[1] == '\x03') return "TLS";
  // The first packet of a conversation, in version 10 of the protocol, and the server's version.
  if (bytes[2] == '\0' && bytes[3] == '\0' && bytes[4] == '\x0a' && bytes[5] >= '0' &&
      bytes[5] <= '9')
    return "MySQL's protocol";
  return {};
}

}  // namespace negodbc::wire
