// What OpenSSL's failures mean to who wants to log in.
#pragma once

#include <string>

namespace negodbc::encryption {

// OpenSSL's own words about the last failure on this thread, and behind "; " what can be done about
// it where that is known. The failure is then forgotten.
std::string tls_error_text();

// Why the server's certificate is not trusted (X509_V_ERR_*), and what can be done about it.
std::string distrust_text(long verify_result);

}  // namespace negodbc::encryption
