"""What the client tests share: connections by pyodbc, isql and iusql as a user types them, the server's log."""
import contextlib
import os
import re
import subprocess
import threading

import pyodbc

# A pooled connection would outlive its test, and the next one would log in to nothing.
pyodbc.pooling = False

# GSSAPI library and package: each pair is a DSN of the realm's.
TICKET_DSNS = ("negodbc-heimdal", "negodbc-heimdal-krb5", "negodbc-mit", "negodbc-mit-krb5")

PRINCIPAL = os.environ.get("NEGODBC_REALM", "") and "alice@" + os.environ["NEGODBC_REALM"]
# Under a sanitizer what is alike is tried less often: one of so many.
FEWER_BY = int(os.environ.get("NEGODBC_FEWER_BY", "1"))

WHO = "SELECT principal, current_user FROM pg_stat_gssapi WHERE pid = pg_backend_pid()"


def connection_string(dsn="negodbc", **keywords):
    def quoted(value):
        return "{" + value.replace("}", "}}") + "}" if re.search(r"[][{}(),;?*=!@ ]", value) else value

    return ";".join(f"{name}={quoted(value)}" for name, value in ({"DSN": dsn} | keywords).items())


@contextlib.contextmanager
def connect(dsn="negodbc", *, autocommit=True, **keywords):
    connection = pyodbc.connect(connection_string(dsn, **keywords), autocommit=autocommit)
    try:
        yield connection
    finally:
        connection.close()


def isql(program, *arguments, sql="", environment=None):
    """What isql or iusql answers to the lines of `sql`, in batch mode, columns with | between them."""
    return subprocess.run([program, *arguments, "-v", "-b", "-d|"], input=sql + "\n", capture_output=True, text=True,
                          env=os.environ | (environment or {}), timeout=60, check=False)


def in_threads(count, work):
    """Runs work(0), work(1), ... at the same time; what they raise comes back as a list."""
    errors = []

    def guarded(number):
        try:
            work(number)
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=guarded, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return errors


class ServerLog:
    """The statements that the server has logged since this was made: the realm is private, so they are ours."""

    _STATEMENT = re.compile(r"app=(\S*) LOG:  (?:statement|execute [^:]*): (.*)")

    def __init__(self):
        self._path = os.environ["NEGODBC_PG_LOG"]
        self._start = os.path.getsize(self._path)

    def lines(self):
        with open(self._path, encoding="utf-8") as log:
            log.seek(self._start)
            return log.read().splitlines()

    def statements(self):
        return [match.group(2) for match in map(self._STATEMENT.search, self.lines()) if match]
