// What Schannel's failures are called.
#pragma once

#include <string>

#include "negodbc/sspi.h"

namespace negodbc::encryption {

// "SEC_E_UNTRUSTED_ROOT: " and the system's words; the number where it has no name here, nothing
// behind it where the system has no words.
std::string schannel_error_text(SECURITY_STATUS status);

}  // namespace negodbc::encryption
