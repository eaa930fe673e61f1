"""What the server refuses: its keytab, pg_hba.conf, roles and databases, its state (worlds.py makes them)."""
from table import BOTH, E, TICKET, TRUST, row
import places
import second_server
import worlds

LINE_IS_WRONG = r"The ticket was accepted, but the line of pg_hba.conf does not let alice@\S+ be alice"
NO_LINE = r"no pg_hba\.conf entry for host .* no encryption"
NO_KEYTAB = "could not accept the ticket and gave no reason, like one without a keytab"
PASSWORD = r"password authentication failed for user .* \(28P01\)"
OLD_KEY = "has no key of .* of the version and encryption type that the ticket is made with"
NO_GSS_ENCRYPTION = "closed the connection while GSS encryption was set up"
ENCRYPTED = TICKET | {"GssEncMode": "require"}


def keytab(name, cause, remedy, service, words=None, **more):
    """A service of worlds.py, whose keys in the server's keytab are wrong."""
    return row(name, "28000", cause, remedy, TICKET | {"KrbSrvName": service} | (words or {}), libraries=BOTH, **more)


def line(name, cause, remedy, database, words, **more):
    """A database of its own, for which pg_hba.conf has a line that is wrong, or none."""
    return row(name, "28000", cause, remedy, TICKET | {"UID": "alice", "Database": database} | words, **more)


def refused(name, state, cause, remedy, words, **more):
    return row(name, state, cause, remedy, TRUST | words, **more)


ROWS = [
    # The keytab.
    *(row(f"The server's keytab {what}", "28000", NO_KEYTAB, "krb_server_keyfile .* name one that is there", TICKET,
      world=world, libraries=BOTH) for what, world in (("is missing", "keytab missing"), ("can't be read",
      "keytab unreadable"), ("is empty", "keytab empty"))),
    keytab("The server's keytab lacks the principal", r"keytab has no key of lacking/localhost(@\S+)?;",
           "have it put there", "lacking"),
    keytab("The server's keytab has an old key", OLD_KEY, "have it extracted anew", "stale"),
    keytab("The server's keytab lacks the encryption type", OLD_KEY, "with all of its types", "weak"),
    keytab("The ticket is older than the server's keytab", OLD_KEY, "run kinit anew", "renewed",
           env={"KRB5CCNAME": worlds.OLD_TICKETS}, mend_env={"KRB5CCNAME": E["NEGODBC_CCACHE_TGT"]}, doctor=False),
    keytab("The server's keytab has another key", r"keytab holds another key of wrongkey/localhost(@\S+)? than the KDC",
           "have the key extracted into it anew", "wrongkey", mend={"KrbSrvName": None}),
    keytab("The server has another key, and need not prove itself", "does not say without MutualAuthentication",
           "leave MutualAuthentication=No out", "wrongkey", words={"MutualAuthentication": "No"},
           mend={"KrbSrvName": None, "MutualAuthentication": None}),
    row("This machine's clock is off, seen by the server", "28000", "could not accept the ticket: .*(?i:clock skew)",
        "Set the clocks", TICKET | {"UID": "alice"}, env=places.clock("+20m") | {"KRB5CCNAME": worlds.FULL_TICKETS},
        mend_env=dict.fromkeys(places.clock("+20m")), libraries=BOTH),
    row("GSS encryption, and the server's keytab is missing", "08001", NO_GSS_ENCRYPTION,
        "keytab .krb_server_keyfile. may be missing", ENCRYPTED, world="keytab missing", libraries=BOTH),
    # pg_hba.conf.
    line("pg_hba.conf wants another realm", LINE_IS_WRONG, "krb_realm", "realm_db", {}, libraries=BOTH),
    line("pg_hba.conf leaves the realm in the name", LINE_IS_WRONG, "include_realm", "include_db", {}, libraries=BOTH),
    line("pg_ident.conf's map does not fit", LINE_IS_WRONG, "map .pg_ident.conf", "map_db", {}, libraries=BOTH),
    line("pg_hba.conf has no gss line", "asks for the authentication method .* although integrated login",
         "have one put there", "nogss_db", {}),
    line("pg_hba.conf has no line", NO_LINE, "Have a line for this user", "noline_db", {}),
    line("pg_hba.conf lets in by GSS encryption only", NO_LINE, "GssEncMode=require", "gssenc_db", {"GssEncMode": "disable"},
         mend={"GssEncMode": "require"}, mend_world="wrong"),
    line("pg_hba.conf lets in by TLS only", NO_LINE, "SSLmode=require", "ssl_db", {}, mend={"SSLmode": "require"},
         mend_world="wrong"),
    line("pg_hba.conf lets in by GSS encryption only, and TLS was tried",
         r"no pg_hba\.conf entry for host .* SSL encryption", "GssEncMode=require", "gssenc_db", {"SSLmode": "require"},
         mend={"GssEncMode": "require"}, mend_world="wrong"),
    refused("pg_hba.conf rejects", "28000", "pg_hba.conf rejects connection", "Have the line with reject",
            {"UID": "rejected_user"}),
    refused("pg_hba.conf asks for a certificate", "28000", "connection requires a valid client certificate",
            "SSLcert and its key by SSLkey", {"UID": "cert_user", "SSLmode": "require"},
            mend={"SSLcert": E["NEGODBC_CLIENT_CERT"], "SSLkey": E["NEGODBC_CLIENT_KEY"]}),
    line("pg_hba.conf asks for a certificate beside the ticket", "connection requires a valid client certificate",
         "SSLcert and its key by SSLkey", "clientcert_db", {"SSLmode": "require"},
         mend={"SSLcert": E["NEGODBC_CLIENT_CERT"], "SSLkey": E["NEGODBC_CLIENT_KEY"]}, mend_world="wrong"),
    refused("The certificate is another user's", "28000", "certificate authentication failed", "another common name",
            {"UID": "trust_user", "Database": "cn_db", "SSLmode": "require", "SSLcert": E["NEGODBC_CLIENT_CERT"],
            "SSLkey": E["NEGODBC_CLIENT_KEY"]}, mend={"UID": "cert_user"}, mend_world="wrong"),
    refused("pg_hba.conf asks the client's host", "28000", "Ident authentication failed", "have it say gss",
            {"Database": "ident_db"}),
    row("pg_hba.conf asks for a ticket, and there is to be none", "28000", "that is switched off", "leave that out",
        {"UID": "alice", "Trusted_Connection": "No"}, mend={"Trusted_Connection": None}),
    row("A server that asks for nothing", "28000", "let the user in without any authentication", "require_auth=none",
        TICKET | TRUST, mend={"require_auth": "none"}),
    # Roles and passwords.
    refused("A role that may not log in", "28000", "is not permitted to log in", "ALTER ROLE nologin_role LOGIN",
            {"UID": "nologin_role"}),
    refused("A role of another case", "28000", 'role "Any_Role" does not exist', "upper and lower case count",
            {"UID": "Any_Role", "Database": "anybody_db"}, mend={"UID": "trust_user"}),
    row("A wrong password", "28000", PASSWORD, "Check UID .* and PWD", {"UID": "scram_user", "PWD": "guessed"},
        mend={"PWD": f"{{{E['NEGODBC_SCRAM_PASSWORD']}}}"}),
    row("A wrong password by MD5", "28000", PASSWORD, "Check UID .* and PWD", {"UID": "md5_user", "PWD": "guessed"},
        mend={"PWD": E["NEGODBC_MD5_PASSWORD"]}),
    row("A password with quotes around it", "28000", PASSWORD, "The quotes around PWD belong to the password",
        {"UID": "md5_user", "PWD": f'"{E["NEGODBC_MD5_PASSWORD"]}"'}, mend={"PWD": E["NEGODBC_MD5_PASSWORD"]}),
    row("A password past its VALID UNTIL", "28000", PASSWORD, "VALID UNTIL", {"UID": "old_role", "PWD": "any secret"}),
    row("A role without a password", "28000", PASSWORD, "may have no password", {"UID": "bare_role", "PWD": "any secret"}),
    row("No password", "28000", "asks for a password .* and none was given", "give it by PWD",
        {"UID": "md5_user", "Trusted_Connection": "No"}, mend={"PWD": E["NEGODBC_MD5_PASSWORD"]}),
    row("A cleartext password without TLS", "28000", "asks for the password in clear text", "Use sslmode=require",
        {"UID": "password_user", "PWD": E["NEGODBC_CLEARTEXT_PASSWORD"]}, mend={"SSLmode": "require"}),
    row("A way that require_auth rules out", "28000", "require_auth accepts only: gss", "add scram-sha-256 to it",
        {"UID": "scram_user", "PWD": f"{{{E['NEGODBC_SCRAM_PASSWORD']}}}", "require_auth": "gss"},
        mend={"require_auth": "gss,scram-sha-256"}),
    row("Channel binding without TLS", "28000", "does not bind the channel", "takes TLS .SSLmode=require",
        {"UID": "scram_user", "PWD": f"{{{E['NEGODBC_SCRAM_PASSWORD']}}}", "channel_binding": "require"},
        mend={"SSLmode": "require"}),
    refused("A role with too many connections", "08004", "too many connections for role", "CONNECTION LIMIT",
            {"UID": "busy_role"}),
    # Databases.
    refused("No such database", "08004", 'database "nosuch" does not exist', "Check the keyword Database",
            {"Database": "nosuch"}, mend={"Database": "negodbc"}),
    refused("A database of another case", "08004", 'database "Negodbc" does not exist', "upper and lower case count",
            {"Database": "Negodbc"}, mend={"Database": "negodbc"}),
    refused("No database is named", "08004", 'database "trust_user" does not exist', "No Database was given",
            {"Database": None}, mend={"Database": "negodbc"}),
    refused("A database with too many connections", "08004", "too many connections for database", "ALTER DATABASE",
            {"Database": "busy_db"}),
    refused("A database that is closed", "08004", "is not currently accepting connections", "ALLOW_CONNECTIONS",
            {"Database": "closed_db"}),
    refused("A database that the user may not enter", "08004", "permission denied for database", "GRANT CONNECT",
            {"Database": "private_db"}),
    # The session.
    refused("An option that the server does not know", "08004", "unrecognized configuration parameter",
            "Correct the keyword options", {"options": "-c nosuch_setting=1"}, mend={"options": "-c work_mem=7MB"}),
    refused("An option's value that is none", "08004", 'invalid value for parameter "work_mem"',
            "Correct the keyword options", {"options": "-c work_mem=banana"}, mend={"options": "-c work_mem=7MB"}),
    refused("SQL after the login that is none", "42000", "not what ConnSettings has executed", "correct that SQL",
            {"ConnSettings": "SELEC 1"}, mend={"ConnSettings": "SELECT 1"}, doctor=False),
    refused("Another kind of server", "08001", "is not what target_session_attrs=standby asks for", "another kind",
            {"target_session_attrs": "standby"}, mend={"target_session_attrs": "primary"}),
    # The server's state; the remedy is to wait, which the realm's server stands for.
    refused("A server that is full", "08004", "sorry, too many clients already", "close connections that are not needed",
            {}, serve=second_server.full),
    refused("A server that shuts down", "08001", "the database system is shutting down",
            "Try again once it was started anew", {}, serve=second_server.shutting_down),
    refused("A server that starts up", "08001", "the database system is starting up", "Wait until it is up", {},
            serve=second_server.starting_up),
]
