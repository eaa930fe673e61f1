// OpenSSL's way to read and write a SocketTransport: without SIGPIPE, without waiting.
#pragma once

#include <openssl/bio.h>

namespace negodbc::encryption {

class OpensslTransport;

// Gives nullptr without memory. The transport outlives it.
BIO* new_transport_bio(OpensslTransport& transport);

}  // namespace negodbc::encryption
