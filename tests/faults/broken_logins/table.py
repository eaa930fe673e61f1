"""What a row of the table is: a login as somebody gets it wrong, what it must be told, and how it is mended."""
import dataclasses
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
for folder in ("realm", "support"):
    sys.path.append(os.path.join(HERE, os.pardir, os.pardir, folder))

E = os.environ
REALM = E["NEGODBC_REALM"]
# Where tests/guides/fetch_peers has unpacked MIT's KDC; "": nowhere, and its rows are left out.
PEERS = E.get("NEGODBC_TEST_PEERS", "")
if not os.path.exists(f"{PEERS}/complete"):
    PEERS = ""
# In the realm's own directory, so that nobody has made it.
MISSING = f"{E['NEGODBC_REALM_DIR']}/missing"

# Rows about a ticket are tried with each library; the others once.
BOTH = ("heimdal", "mit")
HEIMDAL = ("heimdal",)
MIT = ("mit",)
NONE = (None,)

TICKET = {"Trusted_Connection": "Yes"}
TRUST = {"UID": "trust_user"}


@dataclasses.dataclass(frozen=True)
class Login:
    words: dict                    # keywords of the connection string; None: without that of the usual ones
    env: dict = dataclasses.field(default_factory=dict)
    ini: dict | None = None        # the lines of a data source of odbc.ini instead of words
    world: str = "wrong"           # the server's configuration (worlds.py)
    serve: object = None           # makes a server in the server's place: a context manager with a port


@dataclasses.dataclass(frozen=True)
class Row:
    name: str
    state: str
    cause: str     # a regular expression; rows whose cause is the same have the same, and it fits no other row's text
    remedy: str    # of what the text says is to be done
    wrong: Login
    right: Login
    libraries: tuple
    doctor: bool   # whether `negodbc doctor` meets the same
    driver: bool   # whether the driver is there to tell it


def row(name, state, cause, remedy, words, *, env=None, ini=None, world="wrong", serve=None, mend=None, mend_env=None,
        mend_ini=None, mend_world="right", libraries=NONE, doctor=True, driver=True):
    """`mend`, `mend_env`, `mend_ini`: what is another in the right login; None as a value takes a word away."""
    def mended(given, another):
        return {key: value for key, value in ((given or {}) | (another or {})).items() if value is not None}

    wrong = Login(words, env or {}, ini, world, serve)
    right = Login(words | (mend or {}), mended(env, mend_env), ini and mended(ini, mend_ini), mend_world, None)
    return Row(name, state, cause, remedy, wrong, right, libraries, doctor, driver)
