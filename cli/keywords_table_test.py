#!/usr/bin/python3
"""The keyword table of docs/keywords.md is the driver's. keywords_table_test.py FILE NEGODBC... [--write]"""
import re
import subprocess
import sys

document, *program = sys.argv[1:]
write = program[-1] == "--write" and program.pop()
table = subprocess.run([*program, "keywords"], capture_output=True, text=True, check=True).stdout
with open(document, encoding="utf-8") as file:
    text = file.read()
found = re.search(r"(<!-- keywords: begin[^\n]*-->\n)(.*?)(<!-- keywords: end -->)", text, re.DOTALL)
if not found:
    sys.exit(f"{document} has no keyword table between its two comments")
if write:
    with open(document, "w", encoding="utf-8") as file:
        file.write(text[:found.start(2)] + table + text[found.end(2):])
elif found.group(2) != table:
    sys.exit(f"{document}: the keyword table is not the driver's; write it with {sys.argv[0]} {document} {' '.join(program)} --write")
print("the tables of", table.count("\n| `"), "keywords are the driver's")
