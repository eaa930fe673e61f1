"""Tickets: where they come from, for which server they are, whose they are."""
from table import BOTH, E, HEIMDAL, MISSING, MIT, REALM, TICKET, row
import places

NO_KDC = "no KDC gives a ticket: (unable to reach|Cannot contact) any KDC (in|for) realm '?NEGODBC"
NO_WAY = "no KDC gives a ticket: no way leads from"
CLOCKS = "the clocks differ too much: "
NONE_THERE = E["NEGODBC_CCACHE_NONE"]
VALID = E["NEGODBC_CCACHE_VALID"]
TGT = E["NEGODBC_CCACHE_TGT"]


def cache(name, state, cause, remedy, source, *, libraries=BOTH):
    """A cache named by CredentialCache; the remedy names another."""
    return row(name, state, cause, remedy, TICKET | {"CredentialCache": source}, mend={"CredentialCache": VALID},
               libraries=libraries)


def service(name, state, cause, remedy, words, mend, *, libraries=BOTH):
    return row(name, state, cause, remedy, TICKET | words, mend=mend, libraries=libraries)


ROWS = [
    # Where from.
    row("No ticket in the default cache", "28000", "no Kerberos ticket: .*Run kinit to get a ticket .looked for",
        r"Run kinit to get a ticket", TICKET, env={"KRB5CCNAME": NONE_THERE}, mend_env={"KRB5CCNAME": VALID},
        libraries=BOTH),
    cache("No ticket in the cache that is named", "28000", "CredentialCache names a file that is not there",
          "run kinit -c /", NONE_THERE),
    cache("A cache in a folder that is missing", "28000", "There is no folder ", "name a cache in one that is there",
          f"FILE:{MISSING}/cache"),
    cache("A cache without a byte", "28000", "holds no tickets", "run kinit -c /", places.file("empty-cache", b"")),
    cache("A cache that is none", "28000", "holds no tickets", "and is no cache: name one by CredentialCache",
          places.file("text-cache", b"no cache at all\n" * 20)),
    cache("A cache that is cut off", "28000", "is cut off", "run kinit -c /",
          places.file("cut-cache", places.content(VALID)[:40])),
    cache("A cache that is a folder", "28000", "folder-cache is a folder", "name a file by CredentialCache",
          places.folder("folder-cache")),
    cache("A cache that others may read, and Heimdal", "28000", "Others may read or write", "chmod 600",
          places.file("shared-cache", places.content(VALID), mode=0o640), libraries=HEIMDAL),
    cache("A cache of the kernel's, and Heimdal", "28000", "can't use a cache of the type KEYRING", "GssLib=mit",
          "KEYRING:persistent:0", libraries=HEIMDAL),
    cache("A cache of a type that nobody knows", "28000", "NOSUCHTYPE",
          "of a type that", "NOSUCHTYPE:x"),
    cache("A ticket that has run out", "28000", "the Kerberos ticket has expired: the ticket of .* has run out",
          "Run kinit", E["NEGODBC_CCACHE_EXPIRED"]),
    row("A ticket that runs out too soon", "28000", "the ticket runs out in .* less than the", "Run kinit",
        TICKET | {"MinTicketLifetime": "999999999"}, mend={"MinTicketLifetime": None}, libraries=BOTH),
    row("A client keytab without the principal", "28000", "(Failed to find|no suitable keys for) bob@",
        "Check that keytab .* holds the current key of bob", TICKET | {"ClientKeytab": E["NEGODBC_ALICE_KEYTAB"],
        "Principal": f"bob@{REALM}"}, mend={"Principal": f"alice@{REALM}"}, libraries=BOTH),
    row("A client keytab that is not there", "28000", "no Kerberos ticket: .*keytab .*missing",
        "Check that keytab .* can be read", TICKET | {"ClientKeytab": f"{MISSING}/keytab", "Principal": f"alice@{REALM}"},
        mend={"ClientKeytab": E["NEGODBC_ALICE_KEYTAB"]}, libraries=BOTH),
    row("A wrong password of a principal", "28000", "(?i)preauthentication failed|password incorrect",
        "Check the password of alice", TICKET | {"Principal": f"alice@{REALM}", "PrincipalPassword": "guessed"},
        mend={"PrincipalPassword": E["NEGODBC_ALICE_PASSWORD"]}, libraries=BOTH),
    row("A principal that the KDC does not know", "28000", "this principal is refused: .*nobody",
        "Check the spelling of the principal", TICKET | {"Principal": f"nobody@{REALM}", "PrincipalPassword": "x"},
        mend={"Principal": f"alice@{REALM}", "PrincipalPassword": E["NEGODBC_ALICE_PASSWORD"]}, libraries=BOTH),
    row("A principal that is none", "08001", "an option is wrong: ", "Write principals as name@REALM",
        TICKET | {"Principal": "alice@A@B@C", "PrincipalPassword": "x"},
        mend={"Principal": f"alice@{REALM}", "PrincipalPassword": E["NEGODBC_ALICE_PASSWORD"]}, libraries=BOTH),
    row("No KDC answers", "08001", NO_KDC,
        "address for the realm in krb5.conf", TICKET | {"CredentialCache": TGT},
        env={"KRB5_CONFIG": E["NEGODBC_KRB5_CONFIG_DOWN"]}, mend_env={"KRB5_CONFIG": E["KRB5_CONFIG"]}, libraries=BOTH),
    row("krb5.conf has a slip of the pen", "08001", "krb5.conf can't be used: .*line 9", "Correct krb5.conf",
        TICKET | {"CredentialCache": TGT}, env={"KRB5_CONFIG": places.malformed_configuration()},
        mend_env={"KRB5_CONFIG": E["KRB5_CONFIG"]}, libraries=BOTH),
    row("This machine's clock is an hour off", "28000", CLOCKS, "Set the clocks",
        TICKET | {"CredentialCache": TGT}, env=places.clock("+1h"), mend_env=dict.fromkeys(places.clock("+1h")),
        libraries=HEIMDAL),
    row("No such GSSAPI library", "08001", "no GSSAPI library: .*libgssapi.so.3",
        "Install a GSSAPI library|correct the path", TICKET | {"GssLib": f"{MISSING}/libgssapi.so.3"},
        mend={"GssLib": "auto"}),
    row("No such plugin", "08001", r"libnegodbc-auth\.so: .*No such file",
        "install it beside the driver, or name it by an absolute", TICKET | {"AuthPlugin": f"{MISSING}/libnegodbc-auth.so"},
        mend={"AuthPlugin": None}),
    row("A plugin by a relative path", "08001", "AuthPlugin=nowhere: expected an absolute path",
        "expected an absolute path", TICKET | {"AuthPlugin": "nowhere"}, mend={"AuthPlugin": None}),
    row("NTLM that is not allowed", "08001", "Authentication=NTLM needs AllowNTLM", "AllowNTLM=Yes",
        TICKET | {"Authentication": "NTLM"}, mend={"Authentication": None}),
    row("NTLM without a mechanism", "28000", "no credential for NTLM", "leave Authentication=NTLM out",
        TICKET | {"Authentication": "NTLM", "AllowNTLM": "Yes"}, mend={"Authentication": None, "AllowNTLM": None},
        libraries=BOTH),
    # For which server.
    service("KrbSrvName of another name", "28000", r"KDC does not know .*Leave KrbSrvName=nosuchservice",
            r"out where the service is postgres", {"KrbSrvName": "nosuchservice"}, {"KrbSrvName": None}),
    service("KrbSrvName of another case", "28000", r"KDC does not know .*Leave KrbSrvName=POSTGRES",
            "upper and lower case count", {"KrbSrvName": "POSTGRES"}, {"KrbSrvName": "postgres"}),
    service("ServerSPN of another host", "28000", r"KDC does not know .*Correct ServerSPN=postgres/elsewhere",
            "Correct ServerSPN", {"ServerSPN": f"postgres/elsewhere@{REALM}"}, {"ServerSPN": "postgres/localhost"}),
    service("The server by its address", "28000", r"KDC does not know .*A KDC knows servers by name",
            "put the server's name into Server", {"Server": "127.0.0.1"}, {"Server": "localhost", "hostaddr": "127.0.0.1"}),
    service("A wrong Realm, and another answers", "28000", "the ticket is of the realm .* was asked for",
            "Check the realm given", {"Realm": "ELSEWHERE.TEST"}, {"Realm": None}, libraries=HEIMDAL),
    service("A wrong Realm, and no way leads there", "08001", NO_WAY,
            "Correct Realm=ELSEWHERE", {"Realm": "ELSEWHERE.TEST"}, {"Realm": None}, libraries=MIT),
    # Whose.
    service("The ticket is another's than UID", "28000", f"it is of alice@{REALM}, who may not be bob", "say UID=alice",
            {"UID": "bob"}, {"UID": "alice"}),
    service("UID of another case than the principal", "28000", "upper and lower case of role names count", "say UID=alice",
            {"UID": "Alice"}, {"UID": "alice"}),
    row("The principal has no role", "28000", 'role "mallory" does not exist', "Have the role mallory created",
        TICKET | {"CredentialCache": E["NEGODBC_CCACHE_WRONG"]}, libraries=BOTH),
]
