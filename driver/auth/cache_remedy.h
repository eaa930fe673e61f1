// What keeps a file of tickets from being of use, seen by looking at it.
#pragma once

#include <string>
#include <string_view>

namespace negodbc::auth {

// `source`: as the plugin names a credential cache, "FILE:/tmp/krb5cc_0"; `library`: what would
// have read it. `named`: by CredentialCache, so that kinit alone puts the ticket elsewhere. A
// sentence of cause and remedy; "" when nothing is wrong with it, or it is of another type. Reads
// the file's state and its beginning. What would change a file (chmod, kinit) is told only of a
// cache of this user's, or an empty file (file_kind.h).
std::string remedy_for_cache(std::string_view source, std::string_view library, bool named);

}  // namespace negodbc::auth
