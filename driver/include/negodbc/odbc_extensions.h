/* What this ODBC driver has beyond the standard. For applications; needs sql.h and sqlext.h.
 *
 * Connection attributes are from the range that ODBC 3.8 leaves to drivers (0x4000 to 0x7FFF).
 * HY092 from other drivers.
 *
 * To be read by SQLGetConnectAttr after a login: what its time went to, each
 * a SQLUINTEGER of microseconds. 08003 before the login.
 */
#ifndef NEGODBC_ODBC_EXTENSIONS_H
#define NEGODBC_ODBC_EXTENSIONS_H

/* Host names to addresses. */
#define SQL_ATTR_NEGODBC_LOGIN_RESOLVE_US 0x4E01
/* TCP, servers that did not answer included. */
#define SQL_ATTR_NEGODBC_LOGIN_CONNECT_US 0x4E02
/* TLS or GSS encryption, its waits included. */
#define SQL_ATTR_NEGODBC_LOGIN_ENCRYPTION_US 0x4E03
/* Tickets and tokens: the authentication plugin. */
#define SQL_ATTR_NEGODBC_LOGIN_TOKEN_US 0x4E04
/* The rest: waiting for the server's answers. */
#define SQL_ATTR_NEGODBC_LOGIN_SERVER_US 0x4E05
/* The sum. */
#define SQL_ATTR_NEGODBC_LOGIN_TOTAL_US 0x4E06

/* To be set by SQLSetConnectAttr before a login, a SQLPOINTER: the credential to log in with
 * (delegated to this program, S4U2Proxy, ...), a gss_cred_id_t of the library that GssLib names.
 * It stays the program's, which keeps it until the call that connects has returned, and is
 * forgotten then: for another login it is set anew. NULL: none. HY011 while connected.
 */
#define SQL_ATTR_NEGODBC_CREDENTIAL 0x4E10

#endif /* NEGODBC_ODBC_EXTENSIONS_H */
