"""A server for tests of the storm: it lets everybody in, or says what it is told to."""
import contextlib
import socket
import struct
import threading
import time


def message(kind, body):
    return kind + struct.pack("!I", len(body) + 4) + body


class Server(threading.Thread):
    """Answers every StartupMessage with `greeting` and every query with nothing but ReadyForQuery."""

    READY = message(b"Z", b"I")
    WELCOME = message(b"R", struct.pack("!I", 0)) + READY

    def __init__(self, greeting=WELCOME, delay=0, one_by_one=False):
        super().__init__(daemon=True)
        self.turn = threading.Lock() if one_by_one else contextlib.nullcontext()
        self.greeting = greeting
        self.delay = delay
        self.connections = 0
        self.socket = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = self.socket.getsockname()[1]
        self.start()

    def run(self):
        while True:
            try:
                connection, _ = self.socket.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self.serve, args=(connection,), daemon=True).start()

    def serve(self, connection):
        with connection, connection.makefile("rb") as stream:
            stream.read(struct.unpack("!I", stream.read(4))[0] - 4)
            if self.greeting is None:
                stream.read()
                return
            with self.turn:
                time.sleep(self.delay)
            connection.sendall(self.greeting)
            while (kind := stream.read(1)) == b"Q":
                stream.read(struct.unpack("!I", stream.read(4))[0] - 4)
                connection.sendall(self.READY)
