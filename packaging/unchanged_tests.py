#!/usr/bin/env python3
"""Which realm tests need not be run again, because they have passed with the very same files.

unchanged_tests.py list BUILD          prints a regular expression of their names (ctest -E); "^$" where there is none
unchanged_tests.py note BUILD JUNIT    after a run of ctest --output-junit: those that it ran and that passed are remembered

A test's files are those that its command names, the realm's own, a script's neighbours, and what is given to
programs there: the plugin, and the driver unless the test is one of the plugin's. Tests without a realm may read anything of the tree and are quick:
they are always run.
"""
import hashlib
import json
import pathlib
import subprocess
import sys
import xml.etree.ElementTree

ROOT = pathlib.Path(__file__).resolve().parent.parent
REALM = ROOT / "tests/realm"


def neighbours(folder):
    return [file for file in sorted(folder.iterdir()) if file.is_file()]


def files_of(test, labels, libraries):
    files = set(neighbours(REALM))
    for word in test["command"]:
        named = pathlib.Path(word)
        if not named.is_absolute() or not named.is_file() or named.suffix == ".so":
            continue
        files.add(named)
        if ROOT in named.parents and named.suffix in (".py", ".sh"):
            files.update(neighbours(named.parent))
    if "--driver" in test["command"]:
        files.update(file for file in libraries if "auth" not in labels or "auth" in file.name)
    return files


def state_of(files, known):
    state = hashlib.sha256()
    for file in sorted(files):
        if file not in known:
            known[file] = hashlib.sha256(file.read_bytes()).digest()
        state.update(str(file).encode() + b"\0" + known[file])
    return state.hexdigest()


def states(build):
    """The state of each test that has a realm."""
    said = subprocess.run(["ctest", "--test-dir", build, "--show-only=json-v1"], capture_output=True, check=True).stdout
    libraries = sorted((build / "lib").glob("*.so*"))
    found, known = {}, {}
    for test in json.loads(said)["tests"]:
        labels = next((p["value"] for p in test["properties"] if p["name"] == "LABELS"), [])
        if "realm" in labels:
            found[test["name"]] = state_of(files_of(test, labels, libraries), known) + " ".join(test["command"])
    return found


def main():
    build = pathlib.Path(sys.argv[2]).resolve()
    noted = build / "passed_tests.json"
    passed = json.loads(noted.read_text()) if noted.exists() else {}
    now = states(build)
    if sys.argv[1] == "note":
        for test in xml.etree.ElementTree.parse(sys.argv[3]).iter("testcase"):
            name = test.get("name")
            passed.pop(name, None)
            if test.get("status") == "run" and name in now:
                passed[name] = now[name]
        noted.write_text(json.dumps(passed, indent=1))
        return
    same = sorted(name for name, state in now.items() if passed.get(name) == state)
    print("^(" + "|".join(same) + ")$" if same else "^$")


if __name__ == "__main__":
    main()
