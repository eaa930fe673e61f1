#!/usr/bin/python3
"""The arrows between rooms are those of a README's table: rooms_test.py ROOT FOLDER...

For each FOLDER (driver, authplugin) the table of FOLDER/README.md with a column "may include" says which rooms a room
may include beside itself. Every #include of a source is read but for tests and folders named testing or tests. Also an error: a
room that has no row, a row that has no room, an arrow that is allowed and points to nothing that exists.
"""
import pathlib
import re
import sys


def table_of(readme):
    """room -> what it may include, of the table whose last column is headed "may include"."""
    rows = {}
    inside = False
    for line in readme.read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if line.startswith("|") and cells[-1] == "may include":
            inside = True
        elif inside and not line.startswith("|"):
            break
        elif inside and not set(line) <= set("|- "):
            rows[cells[0].strip("`").split("/")[0]] = cells[-1]
    assert rows, f"{readme}: no table with a column \"may include\""
    for public in ("include", "tests"):
        rows.pop(public, None)
    every = set(rows)
    arrows = {}
    for room, text in rows.items():
        if text.startswith("all"):
            without = set(re.findall(r"\w+", text[3:])) - {"but"}
            arrows[room] = every - without
            assert without <= every, f"{readme}: {room}: {without - every}?"
        else:
            arrows[room] = set(re.findall(r"\w+", text))
    return arrows


def is_test(path):
    return path.stem.endswith(("_test", "_testing")) or bool({"testing", "tests"} & set(path.parts))


def includes(path):
    return re.findall(r'^\s*#\s*include\s+"([^"]+)"', path.read_text(encoding="utf-8"), re.M)


def wrong_arrows(root, folder):
    arrows = table_of(root / folder / "README.md")
    rooms = {entry.name for entry in (root / folder).iterdir()
             if entry.is_dir() and any(entry.rglob("*.h")) and entry.name not in ("include", "tests")}
    for room in sorted(rooms ^ set(arrows)):
        yield f"{folder}/{room}: " + ("has no row in the table" if room in rooms else "is in the table only")
    for room, allowed in sorted(arrows.items()):
        for other in sorted(allowed - set(arrows)):
            yield f"{folder}/{room}: may include {other}, which is no room"
    for room in sorted(rooms & set(arrows)):
        for path in sorted((root / folder / room).rglob("*")):
            if path.suffix not in (".h", ".cc") or is_test(path.relative_to(root)):
                continue
            for name in includes(path):
                parts = name.removeprefix(folder + "/").split("/")
                if len(parts) > 1 and parts[0] in rooms - arrows[room] - {room}:
                    yield f"{path.relative_to(root)}: includes {name}; {room} may include {sorted(arrows[room])}"


def main():
    root = pathlib.Path(sys.argv[1])
    wrong = [text for folder in sys.argv[2:] for text in wrong_arrows(root, folder)]
    print("\n".join(wrong) or "every arrow is in the tables")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
