"""Connection strings and odbc.ini as they are written by hand."""
from table import E, MISSING, TICKET, TRUST, row
import places

PORT = E["NEGODBC_PGPORT"]
SOURCE = {"Driver": "negodbc", "Server": "localhost", "Port": PORT, "Database": "negodbc", "UID": "trust_user",
          "SSLmode": "disable"}


def slip(name, state, wrong, meant, words, mend, **more):
    return row(name, state, rf'there is no keyword "{wrong}"', rf"is {meant} meant\?", words, mend=mend, **more)


def source(name, state, cause, remedy, lines, mend, **more):
    return row(name, state, cause, remedy, {}, ini=SOURCE | lines, mend_ini=mend, **more)


ROWS = [
    slip("Trusted_Connection with a slip", "28000", "Trusted_Conection", "Trusted_Connection",
         {"Trusted_Conection": "Yes", "UID": None, "PWD": "left over"},
         {"Trusted_Conection": None, "Trusted_Connection": "Yes"}),
    slip("PWD's other name with a slip", "28000", "Pasword", "PWD",
         {"UID": "md5_user", "Pasword": E["NEGODBC_MD5_PASSWORD"], "Trusted_Connection": "No"},
         {"Pasword": None, "Password": E["NEGODBC_MD5_PASSWORD"]}),
    slip("Port with a slip", "08001", "Prot", "Port", TRUST | {"Port": None, "Prot": PORT}, {"Prot": None, "Port": PORT}),
    slip("Server with a slip", "08001", "Sevrer", "Server",
         TRUST | {"Server": "no-such-host.invalid", "Sevrer": "localhost"}, {"Sevrer": None, "Server": "localhost"}),
    slip("Database with a slip", "08004", "Databse", "Database", TRUST | {"Database": None, "Databse": "negodbc"},
         {"Databse": None, "Database": "negodbc"}),
    slip("KrbSrvName with a slip", "28000", "KrbServName", "KrbSrvName",
         TICKET | {"KrbServName": "postgres", "ServerSPN": "wrongkey/localhost"}, {"KrbServName": None, "ServerSPN": None}),
    slip("SSLmode with a slip", "28000", "SLLmode", "SSLmode",
         TICKET | {"UID": "alice", "Database": "ssl_db", "SLLmode": "require"}, {"SLLmode": None, "SSLmode": "require"},
         mend_world="wrong"),
    source("A slip in odbc.ini", "08001", r'there is no keyword "Servr"', r"is Server meant\?",
           {"Server": "no-such-host.invalid", "Servr": "localhost"}, {"Servr": None, "Server": "localhost"}),
    source("A remark behind Server in odbc.ini", "08001", "the host name localhost # ours can't be resolved",
           "the host's name alone goes into Server", {"Server": "localhost # ours"}, {"Server": "localhost"}),
    source("A remark behind Database in odbc.ini", "08004", 'database "negodbc # ours" does not exist',
           "put the remark on a line of its own", {"Database": "negodbc # ours"}, {"Database": "negodbc"}),
    source("A remark behind UID in odbc.ini", "28000", 'role "trust_user # me"|user "trust_user # me"',
           "put the remark on a line of its own", {"UID": "trust_user # me", "Database": "anybody_db"},
           {"UID": "trust_user"}),
    source("Quotes around a password in odbc.ini", "28000", r"password authentication failed for user .* \(28P01\)",
           "The quotes around PWD belong to the password", {"UID": "md5_user", "PWD": f'"{E["NEGODBC_MD5_PASSWORD"]}"'},
           {"PWD": E["NEGODBC_MD5_PASSWORD"]}),
    row("A value that is none", "08001", "SSLmode=perhaps: expected one of", "disable, allow, prefer",
        TRUST | {"SSLmode": "perhaps"}, mend={"SSLmode": "prefer"}),
    row("A port that is none", "08001", "Port=54x32", "expected", TRUST | {"Port": "54x32"}, mend={"Port": PORT}),
    row("A number that is none", "08001", "connect_timeout=soon", "expected", TRUST | {"connect_timeout": "soon"},
        mend={"connect_timeout": "20"}),
    row("A way of delegation that is none", "08001", "GssDelegation=always", "expected one of",
        TICKET | {"GssDelegation": "always"}, mend={"GssDelegation": "policy"}),
    row("A brace that is not closed", "HY000", "the brace is not closed", "at character", TRUST | {"Description": "{a"},
        mend={"Description": None}),
    row("Neither UID nor a ticket", "28000", "No UID was given and no ticket was found", "set UID",
        {"Database": "anybody_db"}, env={"KRB5CCNAME": E["NEGODBC_CCACHE_NONE"]}, mend={"UID": "trust_user"}),
    row("A password without UID", "28000", r'No UID was given, so the system', "set UID",
        {"Database": "anybody_db", "PWD": "secret"}, mend={"UID": "trust_user"}),
    row("A library that the driver needs is not there", "01000", r"libodbcinst\.so\.9: cannot open shared object",
        r"install what holds libodbcinst\.so\.9", TRUST | {"Driver": places.driver_without_library(b"libodbcinst.so.2")}, mend={"Driver": "negodbc"},
        driver=False),
    row("A log that can't be written", "08001", "DiagnosisLog=.*log can't be written: No such file", "name a file that this user can write",
        TICKET | {"DiagnosisLog": f"{MISSING}/log"}, mend={"DiagnosisLog": None}),
]
