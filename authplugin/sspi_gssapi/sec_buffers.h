// SecBufferDesc: finding buffers, filling them, and the memory that FreeContextBuffer frees.
#ifndef NEGODBC_SSPI_GSSAPI_SEC_BUFFERS_H_
#define NEGODBC_SSPI_GSSAPI_SEC_BUFFERS_H_

#include <cstddef>
#include <span>
#include <string_view>

#include "negodbc/sspi.h"

namespace negodbc::sspi_gssapi {

// Whether the descriptor has a known version and a plausible count. NULL is well-formed: no
// buffers.
bool well_formed(const SecBufferDesc* desc);

// The first buffer of the type (attributes aside); NULL when there is none.
SecBuffer* find_buffer(const SecBufferDesc* desc, sec_ulong type);

bool read_only(const SecBuffer& buffer);

// Memory for FreeContextBuffer, wiped when freed. Zeroed. Throws std::bad_alloc.
void* allocate(std::size_t size);
char* allocate_text(std::string_view text);
SEC_WCHAR* allocate_wide(std::string_view utf8);

// False: it was not handed out by allocate(), or was freed already.
bool free_allocated(void* memory);

// Puts a token into an output buffer: allocated, or into the caller's memory.
SECURITY_STATUS put_token(std::span<const std::byte> token, bool allocate_memory,
                          SecBuffer& buffer);

}  // namespace negodbc::sspi_gssapi

#endif  // NEGODBC_SSPI_GSSAPI_SEC_BUFFERS_H_
