"""Programs in the place of those that remedies call: each writes where the real one would, below a folder, and asks nobody."""

SPOIL = 'spoil() { case "$1" in "$STUBS_WRITE_BELOW"/*) echo spoiled >> "$1";; esac; }\n'
PROGRAMS = {
    "sudo": 'exec "$@"',
    "sudoedit": 'for file; do spoil "$file"; done',
    "setfacl": 'for file; do :; done; chmod 777 "$file"',
    # Into the cache that -c or the environment names; the folder of a collection gets a file.
    "kinit": 'cache=$KRB5CCNAME; while [ $# -gt 0 ]; do [ "$1" != -c ] || cache=$2; shift; done\n'
             'case "$cache" in DIR:*) spoil "${cache#DIR:}/tktnew";; FILE:*) spoil "${cache#FILE:}";; /*) spoil "$cache";; esac',
    "kadmin": 'case "$2" in "ktadd -k "*) set -- $2; spoil "$3";; esac',
    **dict.fromkeys(("negodbc", "odbcinst", "systemctl", "apt", "timedatectl", "kpasswd"), ":"),
}


def make(folder, below):
    """In `folder`, and the environment in which they are found first, also as the editor."""
    folder.mkdir()
    for name, script in PROGRAMS.items():
        program = folder / name
        program.write_text(f"#!/bin/sh\n{SPOIL}{script}\n", encoding="utf-8")
        program.chmod(0o755)
    return {"PATH": f"{folder}:/usr/sbin:/usr/bin:/sbin:/bin", "EDITOR": str(folder / "sudoedit"),
            "STUBS_WRITE_BELOW": str(below)}
