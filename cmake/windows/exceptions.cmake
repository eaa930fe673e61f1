# What the tests of Windows are not, and why: the one list.

# Programs with tests that are built for other systems only:
#   authplugin/tests: GSSAPI, fork(); authplugin/tests/windows is what runs here
#   login_test's Unix-domain sockets and encryption_test's OpenSSL (encryption_schannel_test is Schannel's part)
#   login_*_realm_test: credential caches by name, OpenSSL; the api_*_realm_test and faults_realm_test log in here
#   api_wide_realm_test, api_credential_realm_test, tests/clients, bench but for bench/handshake: unixODBC and its
#   clients, this system's loader, GSSAPI's handles
# The other api_*_realm_test are linked to the DLL itself: Wine's odbc32 loads no drivers of Windows.
set(NEGODBC_TESTS_NOT_ON_WINDOWS
  sql_realm_test stream_realm_test # read the realm's server by the driver's rooms, without a driver
)

# What auth_secur32_realm_test can't show under Wine 8.0 (8.0~repack-4), which Windows has, and what it shows instead:
#   the client's and the service's names (NATIVE_NAMES, NAMES: SEC_E_UNSUPPORTED_FUNCTION): the logon session's account
#   SEC_E_TARGET_UNKNOWN, SEC_E_NO_AUTHENTICATING_AUTHORITY: Wine says SEC_E_INTERNAL_ERROR for all of them
#   an expired ticket (no code of SSPI's): told by the LSA's list of tickets on both
#   delegation by policy: Wine forwards a ticket whenever ISC_REQ_DELEGATE is set
#   NTLM and SPNEGO with several legs: by the fake table (auth_contract_loop_test)

# What the driver's tests do otherwise under Wine: data sources of integrated login name their user (UID=alice), since
# Wine does not tell whose ticket it is (driver/api/testing/data_sources_windows.cc).

# What installer_test sees otherwise under Wine: SQLWriteDSNToIni and SQLRemoveDSNFromIni write and remove a data
# source's name and driver for the whole machine, and leave the user's other values of it.
# Its scripts are in no folder with a percent sign: Wine's cmd expands what it has expanded once more, which Windows' does not.

# What installer_package_test does otherwise under Wine: a user's scope is ALLUSERS= (Wine takes ALLUSERS=2 for the machine's) and
# is told to a removal, too; a repair is REINSTALL=ALL (its msiexec has no /fa FILE); empty keys, the user's folder Programs
# and the separator of what was in PATH are left. A 32-bit package is installed, but nothing of it is run: Debian's Wine for amd64 runs no 32-bit programs.

# What the dialog does otherwise under Wine: Ctrl+Tab does not turn a property sheet's pages (the button All keywords does), and
# the installer keeps no errors, so that ConfigDSN's codes are shown by data_source_windows_test.

# What Wine's Schannel and CNG lack, and what shows it instead:
#   keys by CNG (NCryptImportKey: NTE_NOT_SUPPORTED), and so keys that are not RSA or are encrypted: CryptoAPI's
#   container, with which a login by certificate works here (api_login_realm_test)
#   alerts by their own codes (SEC_E_INTERNAL_ERROR for all), renegotiation and tickets seen by the caller, direct TLS,
#   SEC_I_INCOMPLETE_CREDENTIALS: by the fake table (encryption_schannel_test)
#   WSAPoll tells of a connection's end only when nothing is left to read (login_test), so that a session whose
#   server has gone with a last word seems alive until it is used (driver/api/lost_connection_realm_test.cc is not run)

# What no test here sees of a domain, and what shows it instead: cli_domain_test, where an LSA and a directory are scripted.
# Wine's LSA tells of the logon session its package alone, and no client of a ticket; its LDAP client is shown a server of the
# test's own, as nobody.

# What encryption_store_test does otherwise under Wine: an authority is put into the user's store without a word, which
# Windows asks its user about.

# What faults_realm_test sees otherwise under Wine: a service that the KDC does not know is 08001 (SEC_E_INTERNAL_ERROR)
# and not 28000.
