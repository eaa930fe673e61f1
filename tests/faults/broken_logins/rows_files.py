"""Files that settings and the environment name, and that are none: whoever opens them waits, or reads for ever."""
from table import BOTH, E, MIT, NONE, TICKET, TRUST, row
import places

VERIFY = TRUST | {"SSLmode": "verify-full", "SSLrootcert": E["NEGODBC_ROOT_CERT"]}
CERTIFICATE = {"UID": "cert_user", "SSLmode": "verify-full", "SSLrootcert": E["NEGODBC_ROOT_CERT"],
               "SSLcert": E["NEGODBC_CLIENT_CERT"], "SSLkey": E["NEGODBC_CLIENT_KEY"]}
TGT = {"CredentialCache": E["NEGODBC_CCACHE_TGT"]}
KEYTAB = TICKET | {"Principal": f"alice@{E['NEGODBC_REALM']}", "ClientKeytab": E["NEGODBC_ALICE_KEYTAB"]}
NO_TICKET = {"KRB5CCNAME": E["NEGODBC_CCACHE_NONE"]}


def word(name, state, cause, remedy, words, keyword, value, *, libraries=NONE, **more):
    """A keyword names it; the right login has what `words` says, or does without."""
    return row(name, state, cause, remedy, words | {keyword: value}, mend={keyword: words.get(keyword)}, libraries=libraries, **more)


def variable(name, state, cause, remedy, words, which, value, *, libraries=NONE, **more):
    return row(name, state, cause, remedy, words, env={which: value}, mend_env={which: E.get(which)}, libraries=libraries, **more)


ROWS = [
    word("A cache that is a pipe", "28000", "FILE:.*pipe-cache: it is a pipe or a device", "name a cache that is one",
         TICKET, "CredentialCache", f"FILE:{places.pipe('pipe-cache')}", libraries=BOTH),
    variable("A cache of the environment that is a device", "28000", "/dev/zero: it is a pipe or a device", "name a cache that is one",
             TICKET, "KRB5CCNAME", "FILE:/dev/zero", libraries=BOTH),
    word("A client keytab that is a pipe", "28000", "pipe-keytab: it is a pipe or a device", "Check that keytab .* can be read",
         KEYTAB, "ClientKeytab", places.pipe("pipe-keytab"), libraries=BOTH),
    word("A client keytab that is a folder", "28000", "keytab .*folder-keytab", "Check that keytab .*folder-keytab can be read", KEYTAB,
         "ClientKeytab", places.folder("folder-keytab").removeprefix("FILE:"), libraries=BOTH),
    word("A client keytab that is none", "28000", "keytab .*text-keytab", "Check that keytab .*text-keytab can be read", KEYTAB,
         "ClientKeytab", places.plain("text-keytab"), libraries=BOTH),
    row("A client keytab of the environment that is a pipe", "28000", "pipe-own-keytab: it is a pipe or a device",
        "Check that keytab .* can be read", TICKET, env=NO_TICKET | {"KRB5_CLIENT_KTNAME": places.pipe("pipe-own-keytab")},
        mend_env={"KRB5_CLIENT_KTNAME": None, "KRB5CCNAME": E["NEGODBC_CCACHE_VALID"]}, libraries=MIT),
    row("A client keytab of krb5.conf that is a pipe", "28000", "pipe-conf-keytab: it is a pipe or a device",
        "Check that keytab .* can be read", TICKET,
        env=NO_TICKET | {"KRB5_CONFIG": places.configuration("keytab.conf", f"default_client_keytab_name = {places.pipe('pipe-conf-keytab')}")},
        mend_env={"KRB5CCNAME": E["NEGODBC_CCACHE_VALID"]}, libraries=MIT),
    variable("A list of mechanisms that is a pipe", "08001", "GSS_MECH_CONFIG names no ordinary file: it is a pipe or a device",
             "Correct krb5.conf", TICKET | TGT, "GSS_MECH_CONFIG", places.pipe("pipe-mechanisms"), libraries=MIT),
    word("A GSSAPI library that is a pipe", "08001", "pipe-library: it is a pipe or a device", "correct the path", TICKET, "GssLib",
         places.pipe("pipe-library")),
    word("A plugin that is a pipe", "08001", "pipe-plugin.* it is a pipe", "Leave AuthPlugin=.*pipe-plugin out", TICKET, "AuthPlugin",
         places.pipe("pipe-plugin")),
    word("A plugin that is a folder", "08001", "folder-plugin.* it is a folder", "Leave AuthPlugin=.*folder-plugin out", TICKET,
         "AuthPlugin", places.folder("folder-plugin").removeprefix("FILE:")),
    variable("krb5.conf is a pipe", "08001", "krb5.conf can't be used: .*pipe-krb5.conf can't be read", "Correct krb5.conf",
             TICKET | TGT, "KRB5_CONFIG", places.pipe("pipe-krb5.conf"), libraries=BOTH),
    variable("krb5.conf is much too large", "08001", "krb5.conf can't be used: .*large-krb5.conf can't be read: File too large",
             "Correct krb5.conf", TICKET | TGT, "KRB5_CONFIG", places.large("large-krb5.conf"), libraries=BOTH),
    variable("A trace that nobody reads", "08001", "KRB5_TRACE names a pipe that nobody reads", "Correct krb5.conf", TICKET | TGT,
             "KRB5_TRACE", places.pipe("pipe-trace"), libraries=MIT),
    word("A log of logins that is a pipe", "08001", "pipe-log can't be written: it is a pipe", "name a file that this user can write",
         TICKET, "DiagnosisLog", places.pipe("pipe-log")),
    word("A root certificate that is a pipe", "08001", "the root certificates in .*pipe-root can't be read: it is a pipe",
         "Name a PEM file by SSLrootcert", VERIFY, "SSLrootcert", places.pipe("pipe-root")),
    word("A root certificate that is a device", "08001", "the root certificates in /dev/zero can't be read: it is a device",
         "Name a PEM file by SSLrootcert", VERIFY, "SSLrootcert", "/dev/zero"),
    word("A root certificate that is much too large", "08001", r"large-root can't be read: it has \d+ bytes", "Name a PEM file by SSLrootcert",
         VERIFY, "SSLrootcert", places.large("large-root")),
    word("A client certificate that is a pipe", "08001", "the client certificate .*pipe-cert can't be read: it is a pipe",
         "Name a PEM file by SSLcert", CERTIFICATE, "SSLcert", places.pipe("pipe-cert")),
    word("A client key that is a pipe", "08001", "the private key .*pipe-key can't be read: it is a pipe", "Name a PEM file by SSLkey",
         CERTIFICATE, "SSLkey", places.pipe("pipe-key")),
    word("A client key that is none, and others may read", "08001", "the private key .*public-text can't be read: it holds no private key",
         "Name a PEM file by SSLkey", CERTIFICATE, "SSLkey", places.plain("public-text", mode=0o644)),
    word("A revocation list that is a folder", "08001", "the revocation list .*folder-crl can't be read: it is a folder",
         "Name a PEM file by SSLcrl", VERIFY, "SSLcrl", places.folder("folder-crl").removeprefix("FILE:")),
    row("The system's authorities are a pipe", "08001", "the system's certificate authorities in .*pipe-authorities can't be read",
        "Name a PEM file by SSL_CERT_FILE", TRUST | {"SSLmode": "verify-full", "SSLrootcert": "system"},
        env={"SSL_CERT_FILE": places.pipe("pipe-authorities")}, mend_env={"SSL_CERT_FILE": E["NEGODBC_ROOT_CERT"]}),
    variable("OpenSSL's configuration is a pipe", "08001", "OPENSSL_CONF names .*pipe-openssl.cnf", "Take it out of the environment",
             VERIFY, "OPENSSL_CONF", places.pipe("pipe-openssl.cnf")),
]
