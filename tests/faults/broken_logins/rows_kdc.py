"""What a KDC refuses, and how it is looked for (kdcs.py makes them)."""
from kdcs import BRANCH, FIXED_TICKETS, LATER_TICKETS, MITS, NEW_TICKETS, PASSWORD, STALE_TICKETS, conf
from rows_tickets import CLOCKS, NO_KDC, NO_WAY
from table import BOTH, E, HEIMDAL, MISSING, MIT, PEERS, REALM, TICKET, row

FRESH = TICKET | {"CredentialCache": E["NEGODBC_CCACHE_TGT"]}  # without a ticket for the server: the KDC is asked
IN_CONF = r"address for the realm in krb5\.conf"
NO_TYPE = "KDC has no support for encryption type"
NEITHER = "whether .* or .* is disabled at the KDC"
OVER = r"(?i:client('s entry in database has| \(\S+\))? expired)"
PASSWORD_OVER = "(?i:password has expired|client key expired|required pwchange)"
LOCKED = "(?i:client locked out|credentials have been revoked|: locked_out)"
CARD = "(?i:looping|generic preauthentication failure|no preauth)"
STALE = "the KDC does not take the ticket of "
NONE_FOR = "the KDC gives no ticket for the server's principal"


def account(name, cause, remedy, user, realm=REALM, **more):
    words = {"Principal": f"{user}@{realm}", "PrincipalPassword": PASSWORD}
    return row(name, "28000", cause, remedy, TICKET | words, libraries=BOTH, **more)


def service(name, cause, remedy, which, **more):
    return row(name, "28000", cause, remedy, FRESH | {"KrbSrvName": which}, libraries=BOTH, **more)


def configured(name, state, cause, remedy, wrong, words=None, *, right=E["KRB5_CONFIG"], libraries=BOTH, **more):
    """With a krb5.conf of its own."""
    return row(name, state, cause, remedy, words or FRESH, env={"KRB5_CONFIG": wrong}, mend_env={"KRB5_CONFIG": right},
               libraries=libraries, **more)


def mits_account(name, cause, remedy, user):
    return account(f"{name}, and MIT's KDC", cause, remedy, user, MITS, env={"KRB5_CONFIG": conf("mit")})


def mits_service(name, cause, remedy, which):
    words = {"KrbSrvName": which, "Principal": f"alice@{MITS}", "PrincipalPassword": PASSWORD}
    return row(f"{name}, and MIT's KDC", "28000", cause, remedy, TICKET | words, env={"KRB5_CONFIG": conf("mit")},
               libraries=BOTH)


ROWS = [
    # Accounts.
    account("An account that is disabled", "may not log in at the KDC: disabled", "Ask the administrator why account_off",
            "account_off"),
    account("An account whose time is over", OVER, "have the account of account_over@.* last longer", "account_over"),
    account("A password that has expired", PASSWORD_OVER, "Set a new password of password_over", "password_over"),
    row("An account that was disabled after kinit", "28000", NEITHER, "Ask the administrator whether account_later",
        TICKET | {"CredentialCache": LATER_TICKETS}, libraries=BOTH),
    configured("An account without a key of a permitted type", "28000", NO_TYPE, "Permit more of them in krb5.conf",
               conf("aes"), TICKET | {"Principal": f"account_weak@{REALM}", "PrincipalPassword": PASSWORD}),
    row("A ticket from before the KDC's key was changed", "28000", STALE, "Run kinit anew",
        TICKET | {"CredentialCache": STALE_TICKETS}, env={"KRB5_CONFIG": conf("branch")},
        mend={"CredentialCache": NEW_TICKETS}, libraries=BOTH),
    row("A principal that is not whose cache it is", "28000", "has those of alice@", "ask for no principal .Principal",
        TICKET | {"Principal": f"bob@{REALM}"}, mend={"Principal": None}, libraries=BOTH),
    row("A daemon's cache, and no daemon", "28000", "No KCM server found|no daemon answers for KCM",
        "sssd-kcm.socket; .*or name another", TICKET | {"CredentialCache": "KCM:"},
        mend={"CredentialCache": E["NEGODBC_CCACHE_VALID"]}, libraries=BOTH),
    row("A ticket that is to be forwarded and can't be", "01000", "was not forwarded to .* GssDelegation=full",
        "get one that is forwardable .kinit -f", TICKET | {"CredentialCache": FIXED_TICKETS, "GssDelegation": "full"},
        mend={"CredentialCache": E["NEGODBC_CCACHE_VALID"]}, libraries=BOTH, doctor=False),
    # Services.
    service("A service that is disabled", NEITHER, "Ask the administrator whether .* or off/localhost", "off"),
    service("A service that is none", NEITHER, "Ask the administrator whether .* or none/localhost", "none"),
    service("A service for first tickets only", NEITHER, "not allowed to use first/localhost", "first"),
    service("A service whose time is over", NONE_FOR, "enable the service principal over/localhost", "over"),
    configured("A service without a key of a permitted type", "28000", NO_TYPE, "Permit more of them in krb5.conf",
               conf("aes"), FRESH | {"KrbSrvName": "rc4"}),
    row("A ticket of a realm without trust", "08001", NO_WAY, "for a trust between",
        TICKET | {"Principal": f"alice@{BRANCH}", "PrincipalPassword": PASSWORD}, env={"KRB5_CONFIG": conf("branch")},
        libraries=BOTH),
    # How a KDC is looked for.
    configured("A KDC that answers over TCP only", "08001", NO_KDC, "for TCP set large_message_size = 0", conf("tcp"),
               right=conf("tcp-mended"), libraries=HEIMDAL),
    configured("The KDC's clock is off", "28000", CLOCKS, "Set the clocks", conf("ahead")),
    configured("A KDC's name that is none", "08001", NO_KDC, IN_CONF, conf("no-host")),
    configured("krb5.conf without the realm's KDC", "08001", NO_KDC, IN_CONF, conf("no-realms"), libraries=HEIMDAL),
    configured("krb5.conf without the realm's KDC, and MIT", "08001", "ticket: Cannot find KDC for realm", "realm's KDC in krb5.conf",
               conf("no-realms"), libraries=MIT),
    configured("krb5.conf names the realm in another case", "08001", "upper and lower case count; .*not found in Kerberos",
               r"krb5.conf .\[realms\], \[domain_realm\]", conf("other-case"), libraries=MIT),
    configured("krb5.conf that is not there", "08001", "krb5.conf can't be used: .* can't be read: No such file",
               "have KRB5_CONFIG name one", f"{MISSING}/krb5.conf"),
    row("krb5.conf with an include line, and Heimdal", "08001", "Heimdal's library knows no include lines", "GssLib=mit",
        FRESH, env={"KRB5_CONFIG": conf("include")}, mend={"GssLib": "mit"}, libraries=HEIMDAL),
]
if PEERS:
    ROWS += [
        mits_account("An account that is disabled", LOCKED, "unlock account_off", "account_off"),
        mits_account("An account that is locked", LOCKED, "unlock account_locked", "account_locked"),
        mits_account("An account whose time is over", OVER, "have the account of account_over@.* last longer",
                     "account_over"),
        mits_account("A password that has expired", PASSWORD_OVER, "Set a new password", "password_over"),
        mits_account("A password that has to be changed", PASSWORD_OVER, "Set a new password", "password_new"),
        # Heimdal's library tells only that the first realm's KDC does not know the service.
        row("A trust with two keys", "28000", STALE, "have the trust's keys made equal",
            TICKET | {"KrbSrvName": "rc4", "Principal": f"alice@{MITS}", "PrincipalPassword": PASSWORD},
            env={"KRB5_CONFIG": conf("trust")}, libraries=MIT),
        mits_account("An account that needs a smart card", CARD, "kinit, which can ask for what the KDC wants",
                     "account_card"),
        mits_service("A service that is disabled", "KDC does not know .*Leave KrbSrvName=off", "create or enable", "off"),
        mits_service("A service that is none", NONE_FOR, "enable the service principal none/localhost", "none"),
        mits_service("A service for first tickets only", NEITHER, "not allowed to use first/localhost", "first"),
        mits_service("A service whose time is over", NONE_FOR, "enable the service principal over/localhost", "over"),
        mits_service("A service that asks for more than a password", CARD, "or ask the administrator", "proof"),
    ]
