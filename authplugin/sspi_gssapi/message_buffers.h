// The data of a message, which may lie in several buffers.
#ifndef NEGODBC_SSPI_GSSAPI_MESSAGE_BUFFERS_H_
#define NEGODBC_SSPI_GSSAPI_MESSAGE_BUFFERS_H_

#include <cstddef>

#include "negodbc/sspi.h"
#include "negotiate/secret_bytes.h"

namespace negodbc::sspi_gssapi {

std::size_t count_data(const SecBufferDesc& message);

// Whether every DATA buffer may be written to.
bool data_is_writable(const SecBufferDesc& message);

// All DATA buffers in a row.
auth::SecretBytes gather(const SecBufferDesc& message);

// Back into the DATA buffers, which together are as long.
void scatter(const std::byte* from, const SecBufferDesc& message);

// The size that is needed is left in the buffer.
SECURITY_STATUS too_small(SecBuffer& token, std::size_t needed);

}  // namespace negodbc::sspi_gssapi

#endif  // NEGODBC_SSPI_GSSAPI_MESSAGE_BUFFERS_H_
