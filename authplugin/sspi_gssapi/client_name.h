// Whose ticket is to be fetched, and whose it has become.
#ifndef NEGODBC_SSPI_GSSAPI_CLIENT_NAME_H_
#define NEGODBC_SSPI_GSSAPI_CLIENT_NAME_H_

#include <string>
#include <string_view>

#include "sspi_gssapi/krb5_context.h"

namespace negodbc::sspi_gssapi {

// A principal as users write it is a principal or a name that its domain gives its users, which
// only the KDC knows the principal of (an enterprise name; Active Directory's userPrincipalName):
//
//     alice@REALM                 a principal
//     alice@corp.example@REALM    the name alice@corp.example in the realm REALM
//     alice@corp.example          a principal; but where no KDC of a realm called so is found, and
//                                 realms have no small letters in general, the name
//                                 alice@corp.example in the default realm
enum class ClientKind : std::uint8_t { kPrincipal, kEnterprise };
ClientKind kind_of_client(std::string_view name);
// Whether a principal may be meant as an enterprise name of the default realm.
bool may_be_enterprise(std::string_view name);

// Into krb5.principal.
Krb5Code parse_client(Krb5& krb5, const std::string& name, ClientKind kind);

// The principal of the first entry of krb5.keytab, into krb5.principal.
Krb5Code first_of_keytab(Krb5& krb5, Family family);

// The client of the ticket that krb5 holds, into krb5.principal: the KDC may call him otherwise
// than he was asked for.
Krb5Code take_client_of_ticket(Krb5& krb5, Family family);

// krb5_get_init_creds_password for krb5.principal; an enterprise name is asked for as such.
Krb5Code fetch_by_password(Krb5& krb5, Family family, ClientKind kind, const char* password);

}  // namespace negodbc::sspi_gssapi

#endif  // NEGODBC_SSPI_GSSAPI_CLIENT_NAME_H_
