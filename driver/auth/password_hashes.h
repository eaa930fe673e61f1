// Passwords in the forms that servers ask for.
#pragma once

#include <string>
#include <string_view>

#include "driver/base/secret.h"

namespace negodbc::auth {

// "md5" and md5(md5(password user) salt), hexadecimal.
std::string md5_response(std::string_view password, std::string_view user, std::string_view salt);

// As SCRAM hashes it (RFC 4013): an ASCII password is itself. Of the others the mapping step is
// done (spaces other than U+0020 become one, characters that are commonly mapped to nothing go);
// normalisation to NFKC is not, so a password must be typed in that form, as input methods give it.
Secret scram_password(std::string_view password);

}  // namespace negodbc::auth
