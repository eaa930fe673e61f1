"""A self-made certification authority, a server certificate for localhost, a client's and what is revoked, by openssl."""
import os

from tools import program, run, write

PROGRAMS = ["openssl"]

# What `openssl ca` needs to know to write a revocation list.
AUTHORITY = """\
[ca]
default_ca = authority
[authority]
database = {directory}/{name}.index
default_md = sha256
default_crl_days = 30
"""


class Certificates:
    def __init__(self, directory):
        self.directory = directory
        self.root = os.path.join(directory, "root.crt")
        # An authority that signed nothing here: for the tests of a server that can't be verified.
        self.other_root = os.path.join(directory, "other-root.crt")
        self.server = os.path.join(directory, "server.crt")
        self.server_key = os.path.join(directory, "server.key")
        # Of the role cert_user.
        self.client = os.path.join(directory, "client.crt")
        self.client_key = os.path.join(directory, "client.key")
        self.crl = os.path.join(directory, "nothing-revoked.crl")
        self.crl_revoking = os.path.join(directory, "server-revoked.crl")
        os.mkdir(directory)

    def make(self):
        root_key = os.path.join(self.directory, "root.key")
        # RSA: Wine takes a valid ECDSA signature for a false one when one of its two numbers is a byte shorter than usual.
        self._self_signed(self.root, root_key, "negodbc test authority", key="rsa:2048")
        self._self_signed(self.other_root, os.path.join(self.directory, "other-root.key"), "another authority")
        # The address is left out on purpose: verify-full has to refuse 127.0.0.1.
        self._make(self.server, self.server_key, "localhost",
                   ["-CA", self.root, "-CAkey", root_key, "-addext", "subjectAltName=DNS:localhost",
                    "-addext", "basicConstraints=critical,CA:FALSE"])
        # RSA: the one kind of key that Wine takes.
        self._make(self.client, self.client_key, "cert_user",
                   ["-CA", self.root, "-CAkey", root_key, "-addext", "basicConstraints=critical,CA:FALSE"], key="rsa:2048")
        self._revocation_list(self.crl, root_key)
        self._revocation_list(self.crl_revoking, root_key, self.server)

    def _self_signed(self, certificate, key_file, name, key=None):
        self._make(certificate, key_file, name, ["-addext", "keyUsage=critical,keyCertSign,cRLSign"], key)

    def _revocation_list(self, path, root_key, *revoked):
        name = os.path.basename(path).removesuffix(".crl")
        config = os.path.join(self.directory, f"{name}.cnf")
        write(config, AUTHORITY.format(directory=self.directory, name=name))
        write(os.path.join(self.directory, f"{name}.index"), "")
        authority = [program("openssl"), "ca", "-config", config, "-cert", self.root, "-keyfile", root_key]
        for certificate in revoked:
            run([*authority, "-revoke", certificate])
        run([*authority, "-gencrl", "-out", path])

    @staticmethod
    def _make(certificate, key_file, name, options, key=None):
        kind = ["-newkey", key] if key else ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"]
        run([program("openssl"), "req", "-x509", *kind, "-noenc", "-days", "30", "-subj", f"/CN={name}",
             "-keyout", key_file, "-out", certificate, *options])
