#include "sspi_gssapi/message_buffers.h"

#include <cstring>

#include "sspi_gssapi/gss_context.h"
#include "sspi_gssapi/sec_buffers.h"

namespace negodbc::sspi_gssapi {
namespace {

bool is_data(const SecBuffer& buffer) {
  return (buffer.BufferType & ~SECBUFFER_ATTRMASK) == SECBUFFER_DATA;
}

}  // namespace

std::size_t count_data(const SecBufferDesc& message) {
  std::size_t count = 0;
  for (sec_ulong i = 0; i < message.cBuffers; ++i) count += is_data(message.pBuffers[i]) ? 1 : 0;
  return count;
}

bool data_is_writable(const SecBufferDesc& message) {
  for (sec_ulong i = 0; i < message.cBuffers; ++i) {
    if (is_data(message.pBuffers[i]) && read_only(message.pBuffers[i])) return false;
  }
  return true;
}

auth::SecretBytes gather(const SecBufferDesc& message) {
  auth::SecretBytes data;
  for (sec_ulong i = 0; i < message.cBuffers; ++i) {
    const SecBuffer& buffer = message.pBuffers[i];
    if (!is_data(buffer) || buffer.cbBuffer == 0) continue;
    const auto* begin = static_cast<const std::byte*>(buffer.pvBuffer);
    data.insert(data.end(), begin, begin + buffer.cbBuffer);
  }
  return data;
}

void scatter(const std::byte* from, const SecBufferDesc& message) {
  for (sec_ulong i = 0; i < message.cBuffers; ++i) {
    const SecBuffer& buffer = message.pBuffers[i];
    if (!is_data(buffer) || buffer.cbBuffer == 0) continue;
    std::memcpy(buffer.pvBuffer, from, buffer.cbBuffer);
    from += buffer.cbBuffer;
  }
}

SECURITY_STATUS too_small(SecBuffer& token, std::size_t needed) {
  token.cbBuffer = static_cast<sec_ulong>(needed);
  return fail(SEC_E_BUFFER_TOO_SMALL, auth::Cause::kNone, "the token buffer is too small");
}

}  // namespace negodbc::sspi_gssapi
