// Sealed messages as Windows documents them, on tables that do otherwise.
//
// Windows: EncryptMessage makes TOKEN|DATA|PADDING, and DecryptMessage opens a SECBUFFER_STREAM
// with the whole message, pointing the SECBUFFER_DATA beside it into the stream. Wine (8.0): the
// message is DATA|TOKEN with padding untouched, the trailer that SIZES names is too short, and
// DecryptMessage wants DATA and TOKEN apart, DATA exactly as long as the plain text. A table's
// order is the system's and not looked for in its messages: what is sealed may look like anything,
// a header, too. Only where a system is Wine, one of another version may have come to do as
// Windows: a context's first message tells, by a whole header in front of its TOKEN, and counts for
// the rest.
//
// Source: learn.microsoft.com, "EncryptMessage (Kerberos)", "DecryptMessage (Kerberos)"; RFC 4121
// section 4.2.6.2, RFC 4757 section 7.3.
#ifndef NEGODBC_SSPI_WINDOWS_MESSAGE_LAYOUT_H_
#define NEGODBC_SSPI_WINDOWS_MESSAGE_LAYOUT_H_

#include "negodbc/sspi.h"

namespace negodbc::sspi_windows {

// The order in which a system's EncryptMessage leaves a message in its buffers.
enum class Layout {
  kTokenFirst,  // as documented
  kDataFirst,   // Wine
};

// The system's table with EncryptMessage, DecryptMessage, QueryContextAttributesW (SIZES) and
// DeleteSecurityContext replaced, so that the caller sees Windows' layout alone:
//  - EncryptMessage takes TOKEN, DATA, PADDING, which are what is on the wire in this order;
//  - DecryptMessage takes STREAM and DATA, and answers SEC_E_MESSAGE_ALTERED also where the system
//    says SEC_E_INVALID_TOKEN.
// Other buffers are passed on as they are. `system` must live as long as the process. There is one
// adapted table a process: another call replaces the system behind it (for tests).
const SecurityFunctionTableW& documented_table(const SecurityFunctionTableW& system, Layout layout);

}  // namespace negodbc::sspi_windows

#endif  // NEGODBC_SSPI_WINDOWS_MESSAGE_LAYOUT_H_
