"""What is the same in every realm (principals, keytabs, certificates, the database cluster), made once and copied.

A template lies in a folder that the caller names, and only files that no server has open are put into it. Whoever
comes first makes it in its own realm, as without a template, and leaves a copy; the others wait for that and copy. Its
name tells the scripts and programs that made it and whose it is, so that a change of either makes another one.
"""
import contextlib
import fcntl
import glob
import hashlib
import os
import shutil
import time

from tools import program, run

# Beneath the realm's directory. The folders around them exist, with owner and mode, before anything is copied.
PARTS = ("kdc", "tls", "tickets", "postgres")

# The certificates are good for 30 days, and a realm may live for a while.
KEPT_SECONDS = 7 * 24 * 3600


def _name(programs):
    """Programs are known by size and time: what a package brings anew differs in them."""
    known = hashlib.sha256()
    for script in sorted(glob.glob(os.path.join(os.path.dirname(os.path.abspath(__file__)), "*.py"))):
        with open(script, "rb") as text:
            known.update(text.read())
    for path in programs:
        state = os.stat(path)
        known.update(f"{path} {state.st_size} {state.st_mtime_ns}\n".encode())
    return f"template-{os.geteuid()}-{known.hexdigest()[:16]}"


def _usable(template):
    try:
        state = os.lstat(template)
    except OSError:
        return False
    return state.st_uid == os.geteuid() and 0 <= time.time() - state.st_mtime < KEPT_SECONDS


def _copy(source, destination):
    run([program("cp"), "-a", "--reflink=auto", "-t", destination, *(os.path.join(source, part) for part in PARTS)])


def _keep(directory, folder, name):
    """Called by whoever has the lock for itself: nobody else makes, copies or removes a template now."""
    for old in glob.glob(os.path.join(glob.escape(folder), f"template-{os.geteuid()}-*")):
        shutil.rmtree(old, ignore_errors=True)
    unfinished = os.path.join(folder, name + ".unfinished")
    os.mkdir(unfinished, 0o700)
    _copy(directory, unfinished)
    os.utime(unfinished)
    os.rename(unfinished, os.path.join(folder, name))


def _lock(folder):
    """None: there is no such folder and none can be made, or it is somebody else's."""
    try:
        os.makedirs(folder, exist_ok=True)
        return open(os.path.join(folder, "lock"), "ab")
    except OSError:
        return None


def furnish(directory, folder, programs, make):
    """Fills `directory` from the template in `folder`, or by make(); without a folder, or one for us, always by make()."""
    lock = _lock(folder) if folder else None
    if lock is None:
        make()
        return
    with lock:  # closing lets go, and so does dying: no program that is run here inherits the descriptor
        name = _name(programs)
        template = os.path.join(folder, name)
        for way in (fcntl.LOCK_SH, fcntl.LOCK_EX):
            fcntl.flock(lock, way)
            if _usable(template):
                _copy(template, directory)
                return
        make()
        # A full disk takes the template away, not the realm, which is whole.
        with contextlib.suppress(OSError):
            _keep(directory, folder, name)
