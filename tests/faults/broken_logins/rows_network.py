"""Who answers at the port, and by which TLS."""
from table import E, MISSING, TICKET, TRUST, row
import places
import strangers
import worlds

VERIFY = TRUST | {"SSLmode": "verify-full", "SSLrootcert": E["NEGODBC_ROOT_CERT"]}
CERTIFICATE = {"UID": "cert_user", "SSLmode": "verify-full", "SSLrootcert": E["NEGODBC_ROOT_CERT"]}
OWN = {"SSLcert": E["NEGODBC_CLIENT_CERT"], "SSLkey": E["NEGODBC_CLIENT_KEY"]}
PREFER = TRUST | {"SSLmode": "prefer"}
NO_VERSION = "no version of TLS suits both"


def stranger(name, cause, remedy, serve, words=PREFER, state="08001", **more):
    """The port is somebody else's; the remedy is the realm's server's."""
    return row(name, state, cause, remedy, words, serve=serve, **more)


def tls(name, cause, remedy, words, mend=None, state="08001", **more):
    return row(name, state, cause, remedy, words, mend=mend, **more)


ROWS = [
    stranger("A web server at the port", "is no PostgreSQL server: it answers in HTTP", "correct Server or Port",
             strangers.http),
    stranger("A web server at the port, without TLS", "not PostgreSQL's protocol.* looks like HTTP",
             "correct Server or Port", strangers.http, TRUST),
    stranger("A web server at the port, and a ticket", "not PostgreSQL's protocol.* looks like HTTP",
             "correct Server or Port", strangers.http, TICKET),
    stranger("A web server with TLS at the port", "when asked for TLS", "correct Server or Port", strangers.https),
    stranger("A web server with TLS at the port, and direct TLS", "does not speak PostgreSQL's protocol over direct TLS",
             "sslnegotiation=postgres", strangers.https, TRUST | {"SSLmode": "require", "sslnegotiation": "direct"},
             mend={"sslnegotiation": None}),
    stranger("An SSH server at the port", "is no PostgreSQL server: it answers in SSH", "correct Server or Port",
             strangers.ssh),
    stranger("A MySQL server at the port", "is no PostgreSQL server: it answers in MySQL", "correct Server or Port",
             strangers.mysql),
    stranger("A server that closes at once", "closed the connection without a word", "its log may say why",
             strangers.closes, TRUST),
    stranger("A server that says nothing", "timed out while the driver was waiting for the answer to the start-up message",
             "connect_timeout allows more time", strangers.silent, TRUST | {"connect_timeout": "1"}, "HYT00",
             mend={"connect_timeout": None}),
    row("Nobody listens", "08001", "Connection refused", "is this its port", TRUST | {"Port": E["NEGODBC_CLOSED_PORT"]},
        mend={"Port": E["NEGODBC_PGPORT"]}),
    row("No such host", "08001", r"no-such-host\.invalid can't be resolved", "check its spelling",
        TRUST | {"Server": "no-such-host.invalid"}, mend={"Server": "localhost"}),
    row("A port within Server", "08001", r"the host name localhost:\d+ can't be resolved",
        "the port goes into the keyword Port", TRUST | {"Server": f"localhost:{E['NEGODBC_PGPORT']}"},
        mend={"Server": "localhost"}),
    row("A URI within Server", "08001", r"postgresql://localhost can't be resolved",
        "the host's name alone goes into Server", TRUST | {"Server": "postgresql://localhost"},
        mend={"Server": "localhost"}),
    row("A name in hostaddr", "08001", "hostaddr is not a numeric address", "name goes into Server",
        TRUST | {"hostaddr": "localhost"}, mend={"hostaddr": "127.0.0.1"}),
    row("No socket of a server", "08001", r"No such file or directory \(/", "Is the server running",
        TRUST | {"Server": MISSING}, mend={"Server": "localhost"}),
    # TLS.
    tls("The server has no TLS", "does not offer TLS", "have it turned on there", TRUST | {"SSLmode": "require"},
        world="no TLS"),
    tls("The server has no GSS encryption", "does not offer GSS encryption", "krb_server_keyfile",
        TICKET | {"GssEncMode": "require"}, serve=strangers.declines),
    tls("The server's TLS is older than asked for", NO_VERSION, "ssl_min_protocol_version",
        TRUST | {"SSLmode": "require", "ssl_min_protocol_version": "TLSv1.3"}, {"ssl_min_protocol_version": None},
        world="TLS 1.2 at most", mend_world="TLS 1.2 at most"),
    tls("The server's TLS is newer than allowed", NO_VERSION, "ssl_max_protocol_version",
        TRUST | {"SSLmode": "require", "ssl_max_protocol_version": "TLSv1.2"}, {"ssl_max_protocol_version": None},
        world="TLS 1.3 at least", mend_world="TLS 1.3 at least"),
    tls("A newest version below the oldest", "is newer than ssl_max_protocol_version", "ssl_max_protocol_version",
        TRUST | {"SSLmode": "require", "ssl_min_protocol_version": "TLSv1.3", "ssl_max_protocol_version": "TLSv1.2"},
        {"ssl_max_protocol_version": None}),
    tls("A version that is none", "TLSv9 is not a version of TLS|=TLSv9: expected", "TLSv1.3",
        TRUST | {"SSLmode": "require", "ssl_min_protocol_version": "TLSv9"}, {"ssl_min_protocol_version": None}),
    tls("Direct TLS, and the server is older", "servers before PostgreSQL 17", "want sslnegotiation=postgres",
        TRUST | {"SSLmode": "require", "sslnegotiation": "direct"}, {"sslnegotiation": "postgres"}),
    tls("Direct TLS without having to", "sslnegotiation=direct needs SSLmode=require", "SSLmode=require",
        PREFER | {"sslnegotiation": "direct"}, {"sslnegotiation": None}),
    tls("Another authority's root certificate", "not trusted: self-signed certificate in certificate chain",
        "Name the authority that has signed it", VERIFY | {"SSLrootcert": E["NEGODBC_OTHER_ROOT_CERT"]},
        {"SSLrootcert": E["NEGODBC_ROOT_CERT"]}),
    tls("The system's authorities", "not trusted: self-signed certificate in certificate chain",
        "Name the authority that has signed it", VERIFY | {"SSLrootcert": "system"},
        {"SSLrootcert": E["NEGODBC_ROOT_CERT"]}),
    tls("The certificate is another host's", "is not for the name nothere but for localhost", "put that name into Server",
        VERIFY | {"Server": "nothere", "hostaddr": "127.0.0.1"}, {"Server": "localhost"}),
    tls("An address, and verify-full", r"is not for the name 127\.0\.0\.1 but for localhost", "an address into hostaddr",
        VERIFY | {"Server": "127.0.0.1"}, {"Server": "localhost", "hostaddr": "127.0.0.1"}),
    tls("The server's certificate has run out", "certificate has expired", "Have the server's certificate renewed", VERIFY,
        world="certificate expired"),
    tls("The server's certificate is not valid yet", "certificate is not yet valid", "Set this machine's clock", VERIFY,
        world="certificate early"),
    tls("The server's certificate was revoked", "certificate revoked", "Have the server given another",
        VERIFY | {"SSLcrl": E["NEGODBC_CRL_REVOKING"]}, {"SSLcrl": E["NEGODBC_CRL"]}),
    tls("No root certificate", "the root certificate .*missing does not exist", "name one that is there by SSLrootcert",
        VERIFY | {"SSLrootcert": MISSING}, {"SSLrootcert": E["NEGODBC_ROOT_CERT"]}),
    tls("A root certificate that is none", "the root certificates in .*root.txt can't be read", "Name a PEM file",
        VERIFY | {"SSLrootcert": places.plain("root.txt")}, {"SSLrootcert": E["NEGODBC_ROOT_CERT"]}),
    tls("verify-full, and no root certificate is named", "there is no root certificate", "name one in sslrootcert",
        TRUST | {"SSLmode": "verify-full"}, {"SSLrootcert": E["NEGODBC_ROOT_CERT"]}, env={"HOME": places.FOLDER}),
    tls("No revocation list", "the revocation list .*missing can't be read", "Name a PEM file by SSLcrl",
        VERIFY | {"SSLcrl": MISSING}, {"SSLcrl": E["NEGODBC_CRL"]}),
    tls("No client certificate", "the client certificate .*missing can't be read", "by SSLcert",
        CERTIFICATE | OWN | {"SSLcert": MISSING}, OWN),
    tls("A client certificate without its key", "has no private key", "name it in sslkey",
        CERTIFICATE | {"SSLcert": OWN["SSLcert"]}, OWN, env={"HOME": places.FOLDER}),
    tls("No client key", "the private key .*missing can't be read: No such file", "by SSLkey",
        CERTIFICATE | OWN | {"SSLkey": MISSING}, OWN),
    tls("A client key that others may read", "can be read by others", "chmod 600",
        CERTIFICATE | OWN | {"SSLkey": worlds.SHARED_KEY}, OWN),
    tls("Another certificate's key", "does not belong to the certificate", "name its own by SSLkey",
        CERTIFICATE | OWN | {"SSLcert": E["NEGODBC_ROOT_CERT"]}, OWN),
    tls("A key with a passphrase", "the private key .*locked.* can't be read", "SSLpassword|sslpassword",
        CERTIFICATE | OWN | {"SSLkey": worlds.LOCKED_KEY}, {"SSLpassword": worlds.PASSPHRASE}),
    tls("A client certificate of an authority that the server does not know", "alert unknown ca",
        "have its authority added to ssl_ca_file", CERTIFICATE | {"SSLcert": worlds.FOREIGN_CERTIFICATE,
        "SSLkey": worlds.FOREIGN_KEY}, OWN),
]
