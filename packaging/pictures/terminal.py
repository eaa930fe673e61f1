"""A terminal in memory: what a program shows on it, and a picture of that, light or dark."""
import os
import pty
import re
import select
import signal
import termios
import time

import pyte
import pyte.graphics
from PIL import Image, ImageColor, ImageDraw, ImageFont

COLUMNS, ROWS = 80, 120
FONTS = "/usr/share/fonts/truetype/dejavu/DejaVuSansMono{}.ttf"
SIZE, LINE, MARGIN = 14, 18, 10
SHADES = 16
SECONDS = 60
# Of GNOME's terminal (Tango), whose colours most have.
COLOURS = {"black": "#2e3436", "red": "#cc0000", "green": "#4e9a06", "brown": "#c4a000", "blue": "#3465a4", "magenta": "#75507b",
           "cyan": "#06989a", "white": "#d3d7cf"}
LOOKS = {"light": {"ground": "#ffffff", "default": "#171421", "faint": "#8b8a90"},
         "dark": {"ground": "#1e1e1e", "default": "#d0cfcc", "faint": "#77767b"}}
# "Faint" is one of the looks' colours here: the terminal in memory has no such attribute.
pyte.graphics.FG[2] = "faint"


class Terminal:
    def __init__(self):
        self._screen = pyte.Screen(COLUMNS, ROWS)
        self._stream = pyte.ByteStream(self._screen)
        self._said = b""

    def show(self, text):
        self._stream.feed(text.replace("\n", "\r\n").encode())

    def run(self, command, answers=()):
        """Runs it on the terminal, typing the answers one by one when it waits."""
        answers = list(answers)
        pid, terminal = pty.fork()
        if pid == 0:
            try:
                os.execvp(command[0], command)
            finally:
                os._exit(127)
        termios.tcsetwinsize(terminal, (ROWS, COLUMNS))
        deadline, heard = time.monotonic() + SECONDS, time.monotonic()
        while time.monotonic() < deadline:
            if select.select([terminal], [], [], 0.05)[0]:
                try:
                    part = os.read(terminal, 65536)
                except OSError:  # nobody has it any more
                    part = b""
                if not part:
                    break
                self._said += part
                self._stream.feed(part)
                heard = time.monotonic()
            elif answers and time.monotonic() - heard > 0.5:
                os.write(terminal, answers.pop(0).encode() + b"\n")
                heard = time.monotonic()
        else:
            os.kill(pid, signal.SIGKILL)
        os.close(terminal)
        return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])

    def text(self):
        return "\n".join(line.rstrip() for line in self._screen.display).rstrip().split("\n")

    def too_long(self):
        """The lines that the terminal had to break."""
        lines = re.sub(r"\x1b\[[\d;]*m", "", self._said.decode(errors="replace")).split("\r\n")
        return [line for line in lines if len(line) > COLUMNS]

    def picture(self, look, path):
        """Of a palette that has each colour in the shades of a letter's edge, so that it is small."""
        colours = COLOURS | LOOKS[look]
        ground = ImageColor.getrgb(colours.pop("ground"))
        fonts = {bold: ImageFont.truetype(FONTS.format("-Bold" if bold else ""), SIZE) for bold in (False, True)}
        width, lines = fonts[False].getlength("M"), len(self.text())
        size = round(COLUMNS * width) + 2 * MARGIN, lines * LINE + 2 * MARGIN
        image, palette = Image.new("P", size), []
        for number, (name, colour) in enumerate(colours.items()):
            palette += [round(below + (above - below) * shade / (SHADES - 1)) for shade in range(SHADES)
                        for below, above in zip(ground, ImageColor.getrgb(colour))]
            letters = Image.new("L", size)
            draw = ImageDraw.Draw(letters)
            for y in range(lines):
                for x, cell in self._screen.buffer[y].items():
                    if cell.data.strip() and cell.fg == name:
                        draw.text((MARGIN + x * width, MARGIN + y * LINE), cell.data, fill=255, font=fonts[cell.bold])
            shades = letters.point([round(value * (SHADES - 1) / 255) for value in range(256)])
            image.paste(shades.point([min(number * SHADES + shade, 255) for shade in range(256)]),
                        mask=shades.point([255 if shade else 0 for shade in range(256)]))
        image.putpalette(palette)
        image.save(path, optimize=True)
