"""A server of tests in Python that does what no real PostgreSQL can be made to do."""
import os
import socket
import struct
import threading

# Authentication messages of a server (PostgreSQL 15 documentation, chapter 55.7).
ASK_FOR_TICKET = b"R" + struct.pack(">ii", 8, 7)
LET_IN = b"R" + struct.pack(">ii", 8, 0)


def continued(token):
    return b"R" + struct.pack(">ii", 8 + len(token), 8) + token


class Server:
    """On a port of its own; `serve` gets each connection."""

    def __init__(self, serve):
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._serve = serve
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def _run(self):
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            with connection:
                connection.settimeout(10)
                try:
                    self._serve(connection)
                except OSError:
                    pass

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join()


def exactly(connection, size):
    data = b""
    while len(data) < size:
        part = connection.recv(size - len(data))
        if not part:
            raise ConnectionError
        data += part
    return data


def sized(connection):
    head = exactly(connection, 4)
    return head + exactly(connection, struct.unpack(">i", head)[0] - 4)


def message(connection):
    return exactly(connection, 1) + sized(connection)


def answers_tokens_with(answer):
    """A server that asks for a ticket and answers the token so; bytes, or a function of what the real server says."""
    def serve(connection):
        startup = sized(connection)
        if callable(answer):
            with socket.create_connection(("127.0.0.1", int(os.environ["NEGODBC_PGPORT"]))) as real:
                real.sendall(startup)
                message(real)
                connection.sendall(ASK_FOR_TICKET)
                real.sendall(message(connection))
                connection.sendall(answer(message(real)))
        else:
            connection.sendall(ASK_FOR_TICKET)
            message(connection)
            connection.sendall(answer)
        connection.recv(1)
    return serve


def declines_gss_encryption(connection):
    sized(connection)
    connection.sendall(b"N")
    connection.recv(1)
