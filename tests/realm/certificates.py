"""A self-made certification authority and a server certificate for localhost, by the openssl command."""
import os

from tools import program, run


class Certificates:
    def __init__(self, directory):
        os.mkdir(directory)
        self.root = os.path.join(directory, "root.crt")
        # An authority that signed nothing here: for the tests of a server that can't be verified.
        self.other_root = os.path.join(directory, "other-root.crt")
        self.server = os.path.join(directory, "server.crt")
        self.server_key = os.path.join(directory, "server.key")
        root_key = os.path.join(directory, "root.key")
        self._self_signed(self.root, root_key, "negodbc test authority")
        self._self_signed(self.other_root, os.path.join(directory, "other-root.key"), "another authority")
        # The address is left out on purpose: verify-full has to refuse 127.0.0.1.
        self._make(self.server, self.server_key, "localhost",
                   ["-CA", self.root, "-CAkey", root_key, "-addext", "subjectAltName=DNS:localhost",
                    "-addext", "basicConstraints=critical,CA:FALSE"])

    def _self_signed(self, certificate, key, name):
        self._make(certificate, key, name, ["-addext", "keyUsage=critical,keyCertSign,cRLSign"])

    @staticmethod
    def _make(certificate, key, name, options):
        run([program("openssl"), "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-noenc",
             "-days", "30", "-subj", f"/CN={name}", "-keyout", key, "-out", certificate, *options])
