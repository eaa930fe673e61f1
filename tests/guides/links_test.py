#!/usr/bin/python3
"""Every link from one page of this repository to another leads to a file that is there, and to a heading of it:
links_test.py ROOT"""
import functools
import os
import pathlib
import re
import sys
import unittest

ROOT = pathlib.Path(sys.argv.pop(1)).resolve()
# Not what stands in a block or between backquotes.
CODE = re.compile(r"^```.*?^```|^(?: {4}|\t)[^\n]*|`[^`\n]*`", re.MULTILINE | re.DOTALL)
BLOCK = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\[[^][]*\]\(([^()\s]+)\)")
HEADING = re.compile(r"^#{1,6} +(.*?) *#*$", re.MULTILINE)


def pages():
    for folder, folders, names in os.walk(ROOT):
        folders[:] = [name for name in folders if name not in ("build", ".git")]
        yield from (pathlib.Path(folder) / name for name in names if name.endswith(".md"))


@functools.cache
def anchors(page):
    """As the places that show such pages make them of headings."""
    found = []
    for heading in HEADING.findall(BLOCK.sub("", page.read_text(encoding="utf-8"))):
        words = re.sub(r"[^\w\- ]", "", re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", heading).lower()).replace(" ", "-")
        times = sum(1 for other in found if other == words or re.fullmatch(re.escape(words) + r"-\d+", other))
        found.append(f"{words}-{times}" if times else words)
    return found


def broken(page, text):
    """What does not lead anywhere."""
    for link in LINK.findall(CODE.sub("", text)):
        if re.match(r"[a-z]+:", link):
            continue
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        if not target.is_relative_to(ROOT) or not target.exists():
            yield f"{link}: there is no such file"
        elif anchor and (target.suffix != ".md" or anchor not in anchors(target)):
            yield f"{link}: there is no such heading"


class LinksTest(unittest.TestCase):
    def test_every_link_leads_somewhere(self):
        found = 0
        for page in pages():
            text = page.read_text(encoding="utf-8")
            found += len(LINK.findall(text))
            with self.subTest(str(page.relative_to(ROOT))):
                self.assertEqual(list(broken(page, text)), [])
        self.assertGreater(found, 20)

    def test_what_leads_nowhere_is_found(self):
        page = ROOT / "README.md"
        text = "[a](nowhere.md) [b](README.md#nowhere) [c](../outside.md) `[d](code.md)` [e](https://example.com) [f](LICENSE)\n"
        self.assertEqual([link.split(":")[0] for link in broken(page, text)], ["nowhere.md", "README.md#nowhere", "../outside.md"])


if __name__ == "__main__":
    unittest.main(verbosity=2)
