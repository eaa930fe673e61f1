"""The window in which LibreOffice Base shows a table, as a picture: base_window.py PICTURE.png. Inside the realm, with
libreoffice-base (not -nogui) and xvfb; a person looks at what it shows."""
import os
import struct
import subprocess
import sys
import tempfile
import time
import zlib

import uno
from base import expect, office

WIDTH, HEIGHT = 800, 420
CURSOR_LINES = 30
NAME = "Größe Ω 😀"  # what most fonts have


def screen(directory):
    """An X server that keeps its picture in a file, and the file."""
    reading, writing = os.pipe()
    server = subprocess.Popen(["Xvfb", "-displayfd", str(writing), "-screen", "0", f"{WIDTH}x{HEIGHT}x24", "-fbdir",
                               directory, "-nolisten", "tcp"], pass_fds=[writing])
    os.close(writing)
    with os.fdopen(reading) as pipe:
        number = pipe.readline().strip()
    if not number:
        sys.exit("Xvfb does not start")
    os.environ["DISPLAY"] = ":" + number
    return server, os.path.join(directory, "Xvfb_screen0")


def pixels(file):
    """Rows of red, green, blue out of the X server's file (XWDFile.h: the header's numbers are big-endian)."""
    with open(file, "rb") as stream:
        data = stream.read()
    header = struct.unpack(">25I", data[:100])
    size, width, height, order, bits, line, colours = (header[i] for i in (0, 4, 5, 7, 11, 12, 19))
    expect("bits of a pixel", (bits, order), (32, 0))
    begin = size + 12 * colours
    rows = []
    for y in range(height):
        row = data[begin + y * line:begin + y * line + 4 * width]
        rgb = bytearray(3 * width)
        rgb[0::3], rgb[1::3], rgb[2::3] = row[2::4], row[1::4], row[0::4]
        rows.append(bytes(rgb))
    return rows


def write_png(rows, file):
    def chunk(name, data):
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", len(rows[0]) // 3, len(rows), 8, 2, 0, 0, 0)
    lines = zlib.compress(b"".join(b"\0" + row for row in rows), 9)
    with open(file, "wb") as stream:
        stream.write(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", lines) + chunk(b"IEND", b""))


def settled(file):
    """What is shown once hardly anything changes for two seconds: a cursor blinks."""
    shown, since = pixels(file), time.monotonic()
    while time.monotonic() - since < 2:
        time.sleep(0.2)
        now = pixels(file)
        if sum(old != new for old, new in zip(shown, now)) > CURSOR_LINES:
            shown, since = now, time.monotonic()
    return shown


def database_document(services, context, file):
    """A document over the realm's data source, as Base's wizard makes it, and a table to show."""
    sources = services.createInstanceWithContext("com.sun.star.sdb.DatabaseContext", context)
    source = sources.createInstance()
    source.URL = "sdbc:odbc:" + os.environ.get("NEGODBC_DSN", "negodbc")
    source.Info = (uno.createUnoStruct("com.sun.star.beans.PropertyValue", Name="CharSet", Value="UTF-8"),)
    source.DatabaseDocument.storeAsURL(f"file://{file}", ())
    connection = source.getConnection("", "")
    statement = connection.createStatement()
    statement.execute("CREATE TABLE orders (id int PRIMARY KEY, customer text, amount numeric(10, 2), paid bool,"
                      " ordered date, noted timestamp(0), long_text text)")
    statement.execute(f"INSERT INTO orders SELECT g, '{NAME} ' || g, CASE WHEN g % 5 > 0 THEN g * 12.5 END, g % 2 = 0,"
                      " date '2026-01-01' + g, timestamp '2026-01-01 08:00:00' + g * interval '1 hour',"
                      " repeat('lang ', g) FROM generate_series(1, 300) g")
    statement.close()
    connection.close()


def main():
    with tempfile.TemporaryDirectory() as directory:
        server, framebuffer = screen(directory)
        # The picture does not depend on the desktop that it is taken on.
        os.environ |= {"SAL_USE_VCLPLUGIN": "gen", "LC_ALL": "C.UTF-8"}
        process, services, context = office(os.path.join(directory, "user"), headless=False)
        try:
            file = os.path.join(directory, "sales.odb")
            database_document(services, context, file)
            desktop = services.createInstanceWithContext("com.sun.star.frame.Desktop", context)
            document = desktop.loadComponentFromURL(f"file://{file}", "_default", 0, ())
            base = document.CurrentController
            base.connect()
            before = settled(framebuffer)
            names = [name for name in base.ActiveConnection.getTables().getElementNames() if name.endswith("orders")]
            expect("the table", len(names), 1)
            table = uno.getConstantByName("com.sun.star.sdb.application.DatabaseObject.TABLE")
            view = base.loadComponent(table, names[0], False)
            both = uno.getConstantByName("com.sun.star.awt.PosSize.POSSIZE")
            view.Frame.ContainerWindow.setPosSize(0, 0, WIDTH, HEIGHT, both)
            view.Frame.ContainerWindow.toFront()
            shown = settled(framebuffer)
            if shown == before:
                sys.exit("no window has opened")
            write_png(shown, sys.argv[1])
            # The window's layout makes a changed document, and it would ask.
            document.setModified(False)
            desktop.terminate()
            process.wait()
        finally:
            for program in (process, server):
                if program.poll() is None:
                    program.terminate()
                    program.wait()


main()
