#!/usr/bin/python3
"""The tables of entry points and information types in driver/README.md are the code's:
readme_tables_test.py [--write] README FUNCTIONS_CC INFO_TABLE_CC INFO_CC

With --write the tables are made anew; remarks about entry points are kept. Without, a difference is an error.
"""
import os
import re
import sys


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def entry_points(source, old):
    """name -> forms, as functions.cc has them; the third column is prose and stays."""
    rows = re.findall(r'{SQL_API_\w+, "(\w+)", (true|false)}', source)
    assert rows, "functions.cc has another form now"
    remarks = dict(re.findall(r"^\| `(\w+)` \| [^|]* \|(.*)\|$", old, re.M))
    for name, wide in rows:
        forms = "A, W" if wide == "true" else ""
        yield f"| `{name}` | {forms} |{remarks.get(name, '  ')}|"


def arguments(text, start):
    """The arguments of a call, its open parenthesis at `start`: parted at commas outside strings and parentheses."""
    depth, parts, part, i = 0, [], "", start
    while True:
        char = text[i]
        if char == '"':
            end = re.compile(r'"(?:[^"\\]|\\.)*"').match(text, i).end()
            part += text[i:end]
            i = end
            continue
        if char == "(":
            depth += 1
        elif char == ")":
            depth -= 1
            if depth == 0:
                return [" ".join(p.split()) for p in parts + [part] if p.strip()]
        if char == "," and depth == 1:
            parts.append(part)
            part = ""
        elif not (char == "(" and depth == 1):
            part += char
        i += 1


def value_in_words(kind, value, constants):
    if kind == "text":
        literals = re.findall(r'"((?:[^"\\]|\\.)*)"', value)
        if not literals:
            return {"NEGODBC_DRIVER_FILE": "the module's file name",
                    "NEGODBC_DRIVER_VERSION": "the version: ##.##.####"}[value]
        text = re.sub(r"\\(.)", r"\1", "".join(literals))
        return f"`{text}`" if text else "(empty)"
    names = []
    for word in (w.strip() for w in value.split("|")):
        names += constants.get(word, [word])
    prefix = os.path.commonprefix(names)
    prefix = prefix[:prefix.rfind("_") + 1]
    if len(names) == 1 or len(prefix) < 5:
        return ", ".join(f"`{n}`" for n in names)
    return f"`{prefix}...`: " + ", ".join(n.removeprefix(prefix) for n in names)


def information(table, dynamic):
    table = re.sub(r"//[^\n]*", "", table)
    constants = {}
    for name, value in re.findall(r"constexpr SQL\w+ (\w+) =([^;]*);", table):
        words = []
        for word in (w.strip() for w in value.split("|")):
            words += constants.get(word, [word])
        constants[name] = words
    rows = {}
    for call in re.finditer(r"^    (text|small|bits)(?=\()", table, re.M):
        name, value = arguments(table, call.end())
        rows[name] = value_in_words(call[1], value, constants)
    for name in re.findall(r"^    {(SQL_\w+),", dynamic, re.M):
        rows[name] = "of the connection"
    managers = re.search(r"bool is_driver_managers.*?return true", dynamic, re.S)
    for name in re.findall(r"case (SQL_\w+):", managers[0]):
        rows[name] = "the driver manager's"
    assert len(rows) > 180, "info_table.cc has another form now"
    for name in sorted(rows):
        yield f"| `{name}` | {rows[name]} |"


def replaced(readme, table, header, rows_of):
    pattern = re.compile(rf"(<!-- {table}: begin[^\n]*-->\n)(.*?)(<!-- {table}: end -->)", re.S)
    found = pattern.search(readme)
    assert found, f"README has no table {table}"
    new = header + "".join(row + "\n" for row in rows_of(found[2]))
    return readme[:found.start(2)] + new + readme[found.end(2):]


def main():
    write = "--write" in sys.argv
    path, functions, table, dynamic = [a for a in sys.argv[1:] if a != "--write"]
    before = read(path)
    after = replaced(before, "entry points", "| function | forms | remarks |\n|---|---|---|\n",
                     lambda old: entry_points(read(functions), old))
    after = replaced(after, "information types", "| type | value |\n|---|---|\n",
                     lambda old: information(read(table), read(dynamic)))
    if write:
        with open(path, "w", encoding="utf-8") as file:
            file.write(after)
    elif after != before:
        old, new = before.splitlines(), after.splitlines()
        for line in (f"- {line}" for line in old if line not in new):
            print(line)
        for line in (f"+ {line}" for line in new if line not in old):
            print(line)
        sys.exit(f"{path} is not what the code says: {sys.argv[0]} --write ...")


main()
