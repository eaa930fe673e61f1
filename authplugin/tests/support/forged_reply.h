// Replies as a peer writes them that does not use a library.
#ifndef NEGODBC_TESTS_SUPPORT_FORGED_REPLY_H_
#define NEGODBC_TESTS_SUPPORT_FORGED_REPLY_H_

#include <cstddef>
#include <cstdint>
#include <ctime>
#include <string>
#include <string_view>

#include "sspi_gssapi/der.h"
#include "sspi_gssapi/oids.h"
#include "sspi_gssapi/token_guard.h"
#include "tests/support/handshake.h"

namespace negodbc::test {

inline Bytes enclose(std::uint8_t tag, const Bytes& content) {
  Bytes whole;
  sspi_gssapi::der::put_header(whole, tag, content.size());
  whole.insert(whole.end(), content.begin(), content.end());
  return whole;
}

inline void append(Bytes& to, const Bytes& more) {
  to.insert(to.end(), more.begin(), more.end());
}

inline Bytes identifier_of(const gss_OID_desc& oid) {
  return enclose(0x06, bytes_of({static_cast<const char*>(oid.elements), oid.length}));
}

// NegTokenResp of who goes on with Kerberos; what is empty is left out.
inline Bytes spnego_reply(sspi_gssapi::NegState state, const Bytes& inner, const Bytes& seal) {
  Bytes fields = enclose(0xA0, enclose(0x0A, Bytes{static_cast<std::byte>(state)}));
  append(fields, enclose(0xA1, identifier_of(sspi_gssapi::kKrb5Mech)));
  if (!inner.empty()) append(fields, enclose(0xA2, enclose(0x04, inner)));
  if (!seal.empty()) append(fields, enclose(0xA3, enclose(0x04, seal)));
  return enclose(0xA1, enclose(0x30, fields));
}

// A KRB-ERROR (RFC 4120, 5.9.1) in Kerberos' frame, of a server whose clock tells `time`.
inline Bytes kerberos_error(std::int32_t number, std::time_t time, std::string_view text = {}) {
  const auto integer = [](std::int32_t value) {
    Bytes bytes;
    for (int shift = 24; shift >= 0; shift -= 8)
      bytes.push_back(static_cast<std::byte>(static_cast<std::uint32_t>(value) >> shift));
    return enclose(0x02, bytes);
  };
  const auto words = [](std::string_view of) { return enclose(0x1B, bytes_of(of)); };
  std::tm utc{};
  ::gmtime_r(&time, &utc);
  std::string written(15, '\0');
  std::strftime(written.data(), written.size() + 1, "%Y%m%d%H%M%SZ", &utc);

  Bytes name = enclose(0xA0, integer(2));
  Bytes parts = words("postgres");
  append(parts, words("localhost"));
  append(name, enclose(0xA1, enclose(0x30, parts)));

  Bytes fields = enclose(0xA0, integer(5));
  append(fields, enclose(0xA1, integer(30)));
  append(fields, enclose(0xA4, enclose(0x18, bytes_of(written))));
  append(fields, enclose(0xA5, integer(0)));
  append(fields, enclose(0xA6, integer(number)));
  append(fields, enclose(0xA9, words("SOME.TEST")));
  append(fields, enclose(0xAA, enclose(0x30, name)));
  if (!text.empty()) append(fields, enclose(0xAB, words(text)));

  Bytes framed = identifier_of(sspi_gssapi::kKrb5Mech);
  append(framed, bytes_of({"\x03\x00", 2}));
  append(framed, enclose(0x60 + 30, enclose(0x30, fields)));
  return enclose(0x60, framed);
}

}  // namespace negodbc::test

#endif  // NEGODBC_TESTS_SUPPORT_FORGED_REPLY_H_
