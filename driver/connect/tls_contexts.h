// TLS contexts of this process, each made once: reading certificates, keys and what OpenSSL looks
// up for a new context costs more than a handshake's arithmetic.
#pragma once

#include <memory>

#include "driver/connect/tls_context.h"

namespace negodbc::connect {

// The context for these settings; made anew when one of its files has changed, come or gone. A
// login is thus told of a bad file just as if the context were its own. Any thread. Throws like
// TlsContext.
std::shared_ptr<const TlsContext> tls_context_for(const LoginSettings& settings);

}  // namespace negodbc::connect
