"""Who answers at a port that is not PostgreSQL's: context managers with a port."""
import contextlib
import ssl

from scripted_server import Server, declines_gss_encryption, sized
from tools import program, run
import places


def _answers(data, *, at_once=False, stays=True):
    def serve(connection):
        if not at_once:
            sized(connection)
        connection.sendall(data)
        if stays:
            connection.recv(1)
    return lambda: Server(serve)


http = _answers(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")
ssh = _answers(b"SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n", at_once=True)
mysql = _answers(b"\x4a\0\0\0\x0a8.0.36\0" + b"\0" * 60, at_once=True)
closes = _answers(b"", stays=False)
silent = _answers(b"")


def declines():
    return Server(declines_gss_encryption)


@contextlib.contextmanager
def https():
    """A real TLS server that knows nothing of PostgreSQL."""
    certificate, key = places.path("https.crt"), places.path("https.key")
    run([program("openssl"), "req", "-x509", "-newkey", "rsa:2048", "-noenc", "-subj", "/CN=localhost", "-keyout", key,
         "-out", certificate])
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)

    def serve(connection):
        with contextlib.suppress(ssl.SSLError), context.wrap_socket(connection, server_side=True) as secured:
            secured.recv(1)

    with Server(serve) as server:
        yield server
