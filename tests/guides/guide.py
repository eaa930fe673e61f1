"""A guide of docs/, as the test reads it: the blocks that are marked, in their order. docs/README.md says how they are marked."""
import dataclasses
import re

FENCE = re.compile(r"^```([\w-]*)[ \t]*(.*)$")
FOLLOW = re.compile(r"^<!-- guide: (\S+) -->$")


class GuideError(Exception):
    """A guide is wrong: what it says fails, or the test can't read it."""


@dataclasses.dataclass(frozen=True)
class Block:
    kind: str  # "run", "file", "output", "guide"
    text: str  # of "guide" its file's name
    line: int
    language: str = ""
    path: str = ""  # of "file"
    user: str = ""  # "" is alice's shell, or root's file
    needs: str = ""  # a program, or something else that the machine may not have


def _block(language, info, lines, line):
    """None: a block that is only for the reader."""
    words = info.split()
    if not words:
        return None
    kind, path, user, needs = "", "", "", ""
    for word in words:
        name, equals, value = word.partition("=")
        if word in ("run", "output"):
            kind = word
        elif name == "file" and value:
            kind, path = "file", value
        elif name == "as" and value:
            user = value
        elif name == "needs" and value:
            needs = value
        else:
            raise GuideError(f"line {line}: {word}: no word of a block's first line")
    if not kind:
        raise GuideError(f"line {line}: what is the block for? run, output or file=PATH is missing")
    return Block(kind, "".join(f"{text}\n" for text in lines), line, language, path, user, needs)


def blocks(text):
    """The marked blocks. Raises GuideError where one is marked wrongly."""
    found, lines, opened = [], None, None
    for number, line in enumerate(text.splitlines(), 1):
        fence = FENCE.match(line)
        if lines is not None:
            if line == "```":
                if block := _block(*opened[:2], lines, opened[2]):
                    found.append(block)
                lines = None
            else:
                lines.append(line)
        elif fence:
            lines, opened = [], (fence[1], fence[2], number)
        elif follow := FOLLOW.match(line):
            found.append(Block("guide", follow[1], number))
    if lines is not None:
        raise GuideError(f"line {opened[2]}: the block is not closed")
    for before, block in zip([None, *found], found):
        if block.kind == "output" and (before is None or before.kind != "run"):
            raise GuideError(f"line {block.line}: there is no block of commands before this output")
    return found


def says(output, expected):
    """Whether the lines of `expected` stand in `output`, one behind the other. Blanks and line ends count as one blank, so
    that the width of a terminal does not matter; ... stands for anything. Gives the first line that is missing, or ""."""
    output = " ".join(output.split())
    at = 0
    for line in expected.splitlines():
        parts = [re.escape(" ".join(part.split())) for part in line.split("...")]
        match = re.compile(r".*?".join(parts)).search(output, at)
        if not match:
            return line
        at = match.end()
    return ""
