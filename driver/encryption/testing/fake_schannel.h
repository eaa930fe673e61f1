// A SecurityFunctionTable in Schannel's place that does as it is told, and the records it speaks.
//
// Records look like TLS' (type, 3.3, length), with words instead of ciphertext. To the client:
//   handshake  "finish" ends the handshake, "more" is answered and goes on, "certificate?" wants a
//              client certificate, "ticket" is taken without an answer, "update" with one, "half"
//              needs the next record, "alert" is refused with `handshake_failure`
//   alert      "close" is a close_notify, anything else breaks the connection
//   data       the plain text, with a '.' behind it
#pragma once

#include <windows.h>
// After windows.h.
#include <wincrypt.h>

#include <string>
#include <string_view>
#include <vector>

#include "negodbc/sspi.h"

namespace negodbc::encryption::testing {

inline constexpr char handshake_record = 22;
inline constexpr char alert_record = 21;
inline constexpr char data_record = 23;

std::string record(char type, std::string_view payload);
// The payload of a data record, as a peer reads it: without the '.'.
std::string data_of(std::string_view plain);

// What the table does, and what it was asked. One for the process; a test resets it.
struct FakeSchannel {
  PCCERT_CONTEXT certificate = nullptr;  // the server's; owned by the test
  SECURITY_STATUS handshake_failure = SEC_E_ILLEGAL_MESSAGE;
  SECURITY_STATUS sizes_status = SEC_E_OK;
  bool knows_credentials = true;  // SCH_CREDENTIALS; else only SCHANNEL_CRED
  bool satisfied_without_certificate = true;
  bool is_tls_1_3 = true;  // else 1.2
  std::string protocol;    // of ALPN; "": none was agreed on

  DWORD credential_version = 0;
  DWORD disabled_protocols = 0;  // of SCH_CREDENTIALS
  DWORD certificates_given = 0;
  bool key_is_named = false;  // the client certificate says where its key is
  std::string target;
  int handshake_calls = 0;
  int incomplete = 0;  // calls answered by SEC_E_INCOMPLETE_MESSAGE
  int contexts = 0, credentials = 0, buffers = 0;

  [[nodiscard]] int live() const { return contexts + credentials + buffers; }
};
FakeSchannel& fake_schannel();

const SecurityFunctionTableW& fake_schannel_table();

}  // namespace negodbc::encryption::testing
