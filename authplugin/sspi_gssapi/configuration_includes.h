// What a library misses that does not read krb5.conf's include lines: Heimdal before 8 gives a file
// up at the first of them, as at any line that it does not understand, and says nothing.
#ifndef NEGODBC_SSPI_GSSAPI_CONFIGURATION_INCLUDES_H_
#define NEGODBC_SSPI_GSSAPI_CONFIGURATION_INCLUDES_H_

#include <string>

namespace negodbc::sspi_gssapi {

// "/etc/krb5.conf, line 1": where such a library stops, if what it misses by that (the files that
// are included, the lines below) has anything to do with logins. "": it misses nothing of that
// kind. Reads the files of this moment's environment.
std::string where_includes_begin();

}  // namespace negodbc::sspi_gssapi

#endif  // NEGODBC_SSPI_GSSAPI_CONFIGURATION_INCLUDES_H_
