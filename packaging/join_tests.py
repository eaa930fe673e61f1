#!/usr/bin/python3
"""join_tests.py BUILD: for clang-tidy, the test programs of a folder as one source.

Half of what clang-tidy does with a test is reading GoogleTest's headers. So BUILD/compile_commands.json is written anew:
the sources of all test programs (NAME_test) of a folder stand in one file that includes each of them once, with the flags
of all. Names in unnamed namespaces have to differ within the folder, as they have within a room.
"""
import json
import pathlib
import re
import shlex
import sys


def options(command):
    """What a compiler's command says of how to read a source, in its order."""
    words = shlex.split(command)
    wanted = []
    for i, word in enumerate(words):
        if word == "-isystem":
            wanted.append((word, words[i + 1]))
        elif re.match(r"-(I|D|std|f|m|W)", word):
            wanted.append((word,))
    return words[0], wanted


def main():
    build = pathlib.Path(sys.argv[1]).resolve()
    path = build / "compile_commands.json"
    kept, groups = [], {}
    for entry in json.loads(path.read_text()):
        match = re.search(r" -o (\S+)/CMakeFiles/(\w+_test)\.dir/", entry["command"])
        file = pathlib.Path(entry["file"])
        # A fake of what another test takes as it is stays by itself.
        if match and file.suffix != ".c" and "/fake/" not in file.read_text():
            groups.setdefault(match.group(1), []).append(entry)
        else:
            kept.append(entry)
    (build / "joined").mkdir(exist_ok=True)
    for folder, entries in sorted(groups.items()):
        sources, flags = {}, {}
        for entry in entries:
            file = pathlib.Path(entry["file"])
            joined = re.findall(r'#include "([^"]+)"', file.read_text()) if "/Unity/" in str(file) else [str(file)]
            sources.update(dict.fromkeys(joined))
            compiler, wanted = options(entry["command"])
            flags.update(dict.fromkeys(wanted))
        source = build / "joined" / (folder.replace("/", "_") + ".cc")
        source.write_text("".join(f'#include "{name}"\n' for name in sources))
        command = shlex.join([compiler] + [word for flag in flags for word in flag] + ["-c", str(source)])
        kept.append({"directory": str(build), "file": str(source), "command": command})
    path.write_text(json.dumps(kept, indent=1))
    print(f"{sum(map(len, groups.values()))} sources of tests are {len(groups)} now")


if __name__ == "__main__":
    main()
