#include "driver/encryption/schannel/schannel_status.h"

#include <algorithm>
#include <array>
#include <cstdio>

#include "driver/base/windows_text.h"

namespace negodbc::encryption {
namespace {

struct Name {
  SECURITY_STATUS status;
  const char* name;
};
#define NAME(status) \
  Name {             \
    status, #status  \
  }

std::string name_of_status(SECURITY_STATUS status) {
  // Those that the documentation of Schannel's functions and alerts names.
  static const std::array names = {
      NAME(SEC_E_ALGORITHM_MISMATCH),   NAME(SEC_E_APPLICATION_PROTOCOL_MISMATCH),
      NAME(SEC_E_BUFFER_TOO_SMALL),     NAME(SEC_E_CERT_EXPIRED),
      NAME(SEC_E_CERT_UNKNOWN),         NAME(SEC_E_CERT_WRONG_USAGE),
      NAME(SEC_E_CONTEXT_EXPIRED),      NAME(SEC_E_DECRYPT_FAILURE),
      NAME(SEC_E_ENCRYPT_FAILURE),      NAME(SEC_E_ILLEGAL_MESSAGE),
      NAME(SEC_E_INCOMPLETE_MESSAGE),   NAME(SEC_E_INSUFFICIENT_MEMORY),
      NAME(SEC_E_INTERNAL_ERROR),       NAME(SEC_E_INVALID_HANDLE),
      NAME(SEC_E_INVALID_TOKEN),        NAME(SEC_E_MESSAGE_ALTERED),
      NAME(SEC_E_NO_CREDENTIALS),       NAME(SEC_E_OUT_OF_SEQUENCE),
      NAME(SEC_E_SECPKG_NOT_FOUND),     NAME(SEC_E_UNKNOWN_CREDENTIALS),
      NAME(SEC_E_UNSUPPORTED_FUNCTION), NAME(SEC_E_UNTRUSTED_ROOT),
      NAME(SEC_E_WRONG_PRINCIPAL),
  };
  const auto* const found = std::find_if(
      names.begin(), names.end(), [status](const Name& row) { return row.status == status; });
  if (found != names.end()) return found->name;
  std::array<char, 40> text{};
  std::snprintf(text.data(), text.size(), "SECURITY_STATUS 0x%08X", static_cast<unsigned>(status));
  return text.data();
}
#undef NAME

}  // namespace

std::string schannel_error_text(SECURITY_STATUS status) {
  const auto code = static_cast<unsigned long>(static_cast<unsigned>(status));
  const std::string words = system_error_text(code);
  const std::string name = name_of_status(status);
  return words == "error " + std::to_string(code) ? name : name + ": " + words;
}

}  // namespace negodbc::encryption
