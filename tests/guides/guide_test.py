#!/usr/bin/python3
"""How the guides are read (guide.py), and that all of docs/ can be."""
import pathlib
import re
import unittest
import xml.etree.ElementTree

from guide import Block, GuideError, blocks, says

DOCS = pathlib.Path(__file__).resolve().parents[2] / "docs"


class BlocksTest(unittest.TestCase):
    def test_those_that_are_marked(self):
        text = ("```sh\nnot this\n```\n```sh run as=root needs=kcm\nkinit\n\nklist\n```\ntext\n```text output\nall\n```\n"
                "<!-- guide: server.md -->\n```ini file=/etc/odbc.ini\n[a]\n```\n    ```sh run\n")
        self.assertEqual(blocks(text), [
            Block("run", "kinit\n\nklist\n", 4, "sh", "", "root", "kcm"), Block("output", "all\n", 10, "text"),
            Block("guide", "server.md", 13), Block("file", "[a]\n", 14, "ini", "/etc/odbc.ini")])

    def test_marked_wrongly(self):
        for text in ("```sh runs\n```\n", "```sh as=root\n```\n", "```sh file=\n```\n", "```sh run\n", "```text output\n```\n",
                     "```ini file=/a\n```\n```text output\n```\n"):
            with self.subTest(text), self.assertRaises(GuideError):
                blocks(text)


class SaysTest(unittest.TestCase):
    def test_lines_in_their_order(self):
        output = "user  | n\r\nalice | 1\nnote: something (5 ms)\n"
        for expected, missing in (("user | n\nalice | 1\n", ""), ("note: ... (... ms)\n", ""), ("...something\n", ""),
                                  ("alice | 1\nuser | n\n", "user | n"), ("alice | 2\n", "alice | 2"), ("alice.*\n", "alice.*")):
            with self.subTest(expected):
                self.assertEqual(says(output, expected), missing)


class DocsTest(unittest.TestCase):
    def test_every_guide_is_read_and_listed(self):
        index = (DOCS / "README.md").read_text(encoding="utf-8")
        for path in sorted(DOCS.glob("*.md")):
            text = path.read_text(encoding="utf-8")
            with self.subTest(path.name):
                blocks(text)
                for example in re.findall(r"^```xml\n(.*?)^```", text, re.MULTILINE | re.DOTALL):
                    xml.etree.ElementTree.fromstring(example.encode())
                self.assertTrue(path.name == "README.md" or f"]({path.name})" in index)


if __name__ == "__main__":
    unittest.main(verbosity=2)
