"""A name server of a test's own: says by UDP and TCP where a realm's KDCs are (SRV, RFC 2782), and that it has nothing else.

It needs an address of loopback of its own, port 53, since a resolver takes no other; whoever asks it names it in resolv.conf.
"""
import contextlib
import socket
import struct
import threading

SRV, A = 33, 1
NO_SUCH_NAME = 3


def name_bytes(name):
    return b"".join(bytes([len(part)]) + part.encode() for part in name.rstrip(".").split(".")) + b"\0"


def question_in(message):
    """(name, type, the question's bytes)"""
    at, parts = 12, []
    while message[at]:
        parts.append(message[at + 1:at + 1 + message[at]].decode())
        at += message[at] + 1
    return ".".join(parts).lower(), struct.unpack_from("!H", message, at + 1)[0], message[12:at + 5]


class DnsServer:
    """`services`: {"_kerberos._udp.REALM": [(priority, host, port), ...]}; `hosts`: {"host": "127.0.0.1"}."""

    def __init__(self, address, services, hosts):
        self.records = {(name.lower(), SRV): [struct.pack("!HHH", priority, 0, port) + name_bytes(host) for priority, host, port in places]
                        for name, places in services.items()}
        self.records |= {(host.lower(), A): [socket.inet_aton(ip)] for host, ip in hosts.items()}
        self.asked = []
        self.datagrams = socket.socket(type=socket.SOCK_DGRAM)
        self.datagrams.bind((address, 53))
        self.listener = socket.create_server((address, 53))
        self.ended = threading.Event()
        self.threads = [threading.Thread(target=work) for work in (self._serve_datagrams, self._serve_streams)]
        for each in (self.datagrams, self.listener):
            each.settimeout(0.1)  # a socket that somebody waits at is not closed before that ends

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.ended.set()
        for thread in self.threads:
            thread.join()
        self.datagrams.close()
        self.listener.close()

    def answer(self, message):
        name, kind, question = question_in(message)
        self.asked.append((name, kind))
        data = self.records.get((name, kind), [])
        known = any(name == each for each, _ in self.records)
        head = message[:2] + struct.pack("!HHHHH", 0x8400 | (0 if known else NO_SUCH_NAME), 1, len(data), 0, 0)
        # The name of each record is the question's, by reference (RFC 1035, 4.1.4).
        return head + question + b"".join(struct.pack("!HHHIH", 0xC00C, kind, 1, 60, len(each)) + each for each in data)

    def _serve_datagrams(self):
        while not self.ended.is_set():
            with contextlib.suppress(TimeoutError):
                message, peer = self.datagrams.recvfrom(4096)
                self.datagrams.sendto(self.answer(message), peer)

    def _serve_streams(self):
        while not self.ended.is_set():
            with contextlib.suppress(OSError, IndexError, struct.error):
                with self.listener.accept()[0] as client:
                    answer = self.answer(client.recv(4096)[2:])
                    client.sendall(struct.pack("!H", len(answer)) + answer)
