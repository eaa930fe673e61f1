"""Files that rows name, made in the realm's directory."""
import glob
import os
import shutil

from table import E

FOLDER = os.path.join(E["NEGODBC_REALM_DIR"], "broken")
os.makedirs(FOLDER, exist_ok=True)


def path(name):
    return os.path.join(FOLDER, name)


def content(cache):
    with open(cache.removeprefix("FILE:"), "rb") as file:
        return file.read()


def file(name, data, *, mode=0o600):
    """A cache's name."""
    with open(path(name), "wb") as out:
        out.write(data)
    os.chmod(path(name), mode)
    return f"FILE:{path(name)}"


def plain(name, *, mode=0o600):
    """A file that holds nothing of use."""
    file(name, b"nothing of use\n", mode=mode)
    return path(name)


def folder(name):
    os.makedirs(path(name), exist_ok=True)
    return f"FILE:{path(name)}"


def pipe(name):
    """One that nobody writes to or reads."""
    if not os.path.exists(path(name)):
        os.mkfifo(path(name))
    return path(name)


def large(name):
    """Of more bytes than anybody would read, and of nothing on the disk."""
    with open(path(name), "wb") as out:
        out.truncate(80 << 20)
    return path(name)


def driver_without_library(name):
    """A copy of the driver, with its plugin, that needs a library of a version which nobody has."""
    there = os.path.dirname(E["NEGODBC_DRIVER"])
    os.makedirs(path("driver"), exist_ok=True)
    for plugin in glob.glob(f"{there}/libnegodbc-auth.so*"):
        shutil.copy(plugin, path("driver"))
    with open(E["NEGODBC_DRIVER"], "rb") as file:
        driver = file.read()
    assert name + b"\0" in driver, f"the driver does not need {name}"
    with open(path("driver/libnegodbc.so"), "wb") as file:
        file.write(driver.replace(name + b"\0", name[:-1] + b"9\0"))
    return path("driver/libnegodbc.so")


def malformed_configuration():
    """The realm's krb5.conf with a slip of the pen."""
    with open(E["KRB5_CONFIG"], encoding="utf-8") as right, open(path("krb5.conf"), "w", encoding="utf-8") as wrong:
        wrong.write(right.read().replace("[realms]", "[realms"))
    return path("krb5.conf")


def configuration(name, line):
    """The realm's krb5.conf with one more line of [libdefaults]."""
    with open(E["KRB5_CONFIG"], encoding="utf-8") as right, open(path(name), "w", encoding="utf-8") as changed:
        changed.write(right.read().replace("[libdefaults]", f"[libdefaults]\n    {line}"))
    return path(name)


def clock(offset):
    """The environment of a program whose clock is off."""
    preload = [*glob.glob("/usr/lib/*/faketime/libfaketimeMT.so.1"), E.get("LD_PRELOAD", "")]
    return {"LD_PRELOAD": ":".join(filter(None, preload)), "FAKETIME": offset, "FAKETIME_DONT_FAKE_MONOTONIC": "1"}
