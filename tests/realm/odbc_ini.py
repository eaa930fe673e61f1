"""Private ODBC ini files: our driver, the established driver as a peer, and a DSN for every way of login."""
import glob
import os

from postgres import DATABASE, PASSWORDS
from tools import write

DRIVER_NAME = "negodbc"
PEER_NAME = "PostgreSQL Unicode"
INTEGRATED = {"Trusted_Connection": "Yes"}


def dsns(port, root_certificate):
    """DSN -> its keywords besides driver, server and database."""
    yield "negodbc", INTEGRATED
    for library in ("heimdal", "mit"):
        yield f"negodbc-{library}", INTEGRATED | {"GssLib": library, "Authentication": "Negotiate"}
        yield f"negodbc-{library}-krb5", INTEGRATED | {"GssLib": library, "Authentication": "Kerberos"}
    for way in ("scram", "md5"):
        yield f"negodbc-{way}", {"UID": f"{way}_user", "PWD": PASSWORDS[f"{way}_user"]}
    yield "negodbc-trust", {"UID": "trust_user"}
    yield "negodbc-tls", {"UID": "scram_ssl_user", "PWD": PASSWORDS["scram_ssl_user"], "SSLmode": "verify-full",
                          "SSLrootcert": root_certificate}
    # With words that are none, and some that are the driver manager's.
    yield "negodbc-misspelt", {"UID": "trust_user", "SLLmode": "verify-full", "Threading": 1, "CPTimeout": 0,
                               "pqopt": "{gssencmod=require}"}


def section(name, values):
    return f"[{name}]\n" + "".join(f"{keyword} = {value}\n" for keyword, value in values.items()) + "\n"


class OdbcIni:
    """Both files in one folder, which the environment names; the system's files are never read."""

    def __init__(self, directory, *, driver, port, root_certificate):
        os.mkdir(directory)
        drivers = ""
        if driver:
            # Threading=0: the driver looks after its own thread safety, the driver manager takes no lock.
            drivers += section(DRIVER_NAME, {"Description": "negodbc", "Driver": driver, "Threading": 0})
        peer = glob.glob("/usr/lib/*/odbc/psqlodbcw.so")
        if peer:
            drivers += section(PEER_NAME, {"Description": "psqlodbc", "Driver": peer[0], "Threading": 0})
        write(os.path.join(directory, "odbcinst.ini"), drivers)
        sources = ""
        if driver:
            common = {"Driver": DRIVER_NAME, "Servername": "localhost", "Port": port, "Database": DATABASE}
            sources = "".join(section(name, common | own) for name, own in dsns(port, root_certificate))
        user_file = os.path.join(directory, "user-odbc.ini")
        write(user_file, sources, 0o600)
        # unixODBC puts ODBCSYSINI before the name in ODBCINSTINI, so that one has to be a bare name.
        self.environment = {"ODBCSYSINI": directory, "ODBCINSTINI": "odbcinst.ini", "ODBCINI": user_file}
