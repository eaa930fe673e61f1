// The functions of the table, once for its A and its W kind: texts are UTF-8 here. They may throw
// std::bad_alloc; the table stops that.
#ifndef NEGODBC_SSPI_GSSAPI_CALLS_H_
#define NEGODBC_SSPI_GSSAPI_CALLS_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "sspi_gssapi/gss_context.h"

namespace negodbc::sspi_gssapi {

// Kerberos tokens with the authorisation data of a large directory; as on Windows (MaxTokenSize).
inline constexpr sec_ulong kMaxToken = 65536;

// What the A and the W kind differ in: how a caller's texts are read and ours are handed out.
enum class TextKind : std::uint8_t { kAnsi, kWide };

// packages.cc
std::optional<Package> find_package(const std::string& name);
// A SecPkgInfoA or SecPkgInfoW with its texts in one block for FreeContextBuffer; several in a row.
void* make_package_infos(const Package* packages, std::size_t count, TextKind kind);
SECURITY_STATUS enumerate_packages(sec_ulong* count, void** infos, TextKind kind);
SECURITY_STATUS query_package(const std::string& name, void** info, TextKind kind);

// identity.cc: auth_data of AcquireCredentialsHandle, or package parameters; false: malformed. Not
// more than `size` bytes are read; kAsItSays where the caller does not tell a size.
inline constexpr std::size_t kAsItSays = static_cast<std::size_t>(-1);
bool read_identity(const void* auth_data, std::size_t size, TextKind kind,
                   CredentialSource& source);

// calls_credential.cc
SECURITY_STATUS acquire_credential(const std::string& principal, const std::string& package,
                                   sec_ulong use, const void* auth_data, TextKind kind,
                                   PCredHandle credential, PTimeStamp expiry);
SECURITY_STATUS query_credential(PCredHandle credential, sec_ulong attribute, void* buffer,
                                 TextKind kind);
SECURITY_STATUS free_credential(PCredHandle credential);

// calls_initialize.cc
struct InitializeCall {
  PCredHandle credential;
  PCtxtHandle context;
  auth::PooledText target;
  sec_ulong request;
  sec_ulong reserved1;
  sec_ulong representation;
  PSecBufferDesc input;
  sec_ulong reserved2;
  PCtxtHandle new_context;
  PSecBufferDesc output;
  sec_ulong* attributes;
  PTimeStamp expiry;
  TextKind kind;
};
SECURITY_STATUS initialize_context(const InitializeCall& call);

// calls_accept.cc
SECURITY_STATUS accept_context(PCredHandle credential, PCtxtHandle context, PSecBufferDesc input,
                               sec_ulong request, sec_ulong representation, PCtxtHandle new_context,
                               PSecBufferDesc output, sec_ulong* attributes, PTimeStamp expiry);

// calls_context.cc
SECURITY_STATUS delete_context(PCtxtHandle context);
SECURITY_STATUS complete_token(PCtxtHandle context, PSecBufferDesc token);
SECURITY_STATUS export_context(PCtxtHandle context, sec_ulong flags, PSecBuffer packed,
                               void** token);
SECURITY_STATUS import_context(const std::string& package, PSecBuffer packed, PCtxtHandle context);

// calls_query.cc
SECURITY_STATUS query_context(PCtxtHandle context, sec_ulong attribute, void* buffer,
                              TextKind kind);
// The most that sealing adds to a message.
std::uint32_t measure_trailer(GssContext& context);

// calls_message.cc
SECURITY_STATUS make_signature(PCtxtHandle context, sec_ulong qop, PSecBufferDesc message);
SECURITY_STATUS verify_signature(PCtxtHandle context, PSecBufferDesc message, sec_ulong* qop);
SECURITY_STATUS encrypt_message(PCtxtHandle context, sec_ulong qop, PSecBufferDesc message);
SECURITY_STATUS decrypt_message(PCtxtHandle context, PSecBufferDesc message, sec_ulong* qop);

// sspi_time.cc: seconds since 1970 UTC to SSPI's local time and back; 0 is "for ever".
TimeStamp local_timestamp(std::int64_t unix_time);
std::int64_t unix_time_of(const TimeStamp& local);

}  // namespace negodbc::sspi_gssapi

#endif  // NEGODBC_SSPI_GSSAPI_CALLS_H_
