#!/usr/bin/python3
"""Does what a guide of docs/ says, block by block, on a machine of its own (machine.py).

  guides_realm_test.py BUILD GUIDE [--peers DIR] [--instead OLD NEW]...

BUILD is the build folder, which the driver is installed from; DIR has what can't be installed beside Heimdal's programs
(fetch_peers). With --instead the guides have other words: what they say must fail then. Ends with 77 where there can be no
such machine.
"""
import argparse
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(HERE), "realm"))

import machine
import tools
from guide import GuideError, blocks, says

DOCS = os.path.join(os.path.dirname(os.path.dirname(HERE)), "docs")
SKIPPED = 77


class Texts:
    """The guides, read before /home and the like are hidden. The one table of what the machine has and the reader may not:"""

    def __init__(self, instead):
        self._instead = instead
        self._all = {}
        for name in os.listdir(DOCS):
            if name.endswith(".md"):
                with open(os.path.join(DOCS, name), encoding="utf-8") as text:
                    self._all[name] = text.read()
        for old, _ in instead:
            if not any(old in text for text in self._all.values()):
                sys.exit(f"no guide says {old!r}")
        self.substitutions = {}

    def blocks_of(self, name):
        text = self._all[name]
        for old, new in [*self._instead, *self.substitutions.items()]:
            text = text.replace(old, new)
        return blocks(text)


class Reader:
    def __init__(self, texts, where):
        self._texts = texts
        self._machine = where
        self._followed = set()

    def follow(self, name):
        """Raises GuideError at the first block that does not do what it says."""
        if name in self._followed:
            return
        self._followed.add(name)
        said, skipped = "", False
        for block in self._texts.blocks_of(name):
            try:
                if block.kind == "output":
                    if not skipped and (missing := says(said, block.text)):
                        raise GuideError(f"nowhere (behind what stands before it): {missing}\n{said}")
                    continue
                skipped = bool(block.needs) and not self._machine.has(block.needs)
                if skipped:
                    print(f"{name}:{block.line}: left out, there is no {block.needs}", flush=True)
                elif block.kind == "guide":
                    self.follow(block.text)
                elif block.kind == "file":
                    self._machine.write(block.path, block.text, block.user)
                else:
                    said = self._run(block)
                    print(f"{name}:{block.line}: done", flush=True)
            except GuideError as error:
                raise GuideError(str(error) if ".md:" in str(error)[:60] else f"{name}:{block.line}: {error}") from None

    def _run(self, block):
        status, said = self._machine.run(block.user or "alice", block.text)
        if status != 0:
            raise GuideError(f"ended with {status}:\n{block.text}{said}")
        return said


def inside(arguments):
    texts = Texts(arguments.instead)
    krb5_conf = next(block.text for block in texts.blocks_of("mit-realm.md") if block.path == "/etc/krb5.conf")
    where = machine.Machine(arguments.build, arguments.peers, krb5_conf)
    texts.substitutions = {"/postgresql/15/": f"/postgresql/{where.version}/"}
    if arguments.guide == "active-directory.md":
        if not where.has("samba-tool"):
            print("left out: there is no domain controller")
            return SKIPPED
        where.start_domain()
    elif arguments.guide != "mit-realm.md" or not where.has("kdb5_util"):
        where.start_kdc()
    try:
        Reader(texts, where).follow(arguments.guide)
    except GuideError as error:
        print(error, flush=True)
        return 0 if arguments.instead else 1
    finally:
        where.clear()
    if arguments.instead:
        print(f"nothing of {arguments.guide} has failed with {arguments.instead}")
        return 1
    return 0


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("build", type=os.path.abspath)
    parser.add_argument("guide")
    parser.add_argument("--peers", type=os.path.abspath, default="/nonexistent")
    parser.add_argument("--instead", nargs=2, action="append", default=[], metavar=("OLD", "NEW"))
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.inside:
        return inside(arguments)
    if reason := machine.why_not():
        print(f"left out: {reason}")
        return SKIPPED
    os.execv(tools.program("unshare"), ["unshare", *machine.NAMESPACES, sys.executable, "-B", __file__, *sys.argv[1:], "--inside"])


if __name__ == "__main__":
    sys.exit(main())
