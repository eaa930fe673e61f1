// OpenSSL, which a process loads when a login first needs it (TLS, a password) and not before: what
// the loader does for it takes as long as a whole login by ticket.
#pragma once

#include <string>

namespace negodbc {

// To be called before anything of OpenSSL's, by whoever begins to use it. In the driver's module it
// opens the library, once a process; programs that are linked to OpenSSL have it already. Any
// thread. Throws ConnectionError 08001 naming the library that is not there, or an OPENSSL_CONF
// that would keep it waiting (a pipe).
void need_openssl();

// Of openssl_calls.cc, where that is part of the module (elsewhere null): false, and why.
bool open_openssl(std::string& fault) __attribute__((weak));

}  // namespace negodbc
