// The client's certificate where Windows keeps it: in a store of the user's or the machine's, with
// its key in a provider (a file, a TPM, a smart card), which it never leaves.
//
// It is named as curl names it: STORE LOCATION\STORE\THUMBPRINT, "CurrentUser\MY\934a...8d7a".
// Spaces, colons and the mark that the certificate's window puts before a thumbprint do not matter.
#pragma once

#include <string>

#include "driver/encryption/schannel/schannel_files.h"

namespace negodbc::encryption {

// Whether sslcert names one; else it is a file. The form alone counts.
bool names_store(const std::string& certificate);

// As who the calling thread acts: CurrentUser is that user. Throws ConnectionError 08001: the form,
// the store or the certificate is not there, or has no key that this user may use.
Certificate certificate_of_store(const std::string& name);

}  // namespace negodbc::encryption
