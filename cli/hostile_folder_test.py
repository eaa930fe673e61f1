#!/usr/bin/python3
"""Nothing is loaded from the folder that a program is called in, nor by what it is called: hostile_folder_test.py NEGODBC
DRIVER INTRUDER. The folder holds a library of somebody's by every name that is looked for; root is no exception."""
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import unittest

NEGODBC, DRIVER, INTRUDER = (os.path.abspath(argument) for argument in sys.argv[1:])
TOLD = "INTRUDER"
NAMES = ("negodbc-auth", "libnegodbc-auth.so", "libnegodbc-auth.so.1", "libnegodbc.so", "libodbc.so.2", "libodbcinst.so.2",
         "libgssapi.so.3", "libgssapi_krb5.so.2", "libkrb5.so.3", "libssl.so.3")
# The doctor's login gets as far as the plugin, and ends at a port where nobody listens.
CONNECTION = "Server=127.0.0.1;Port=1;Database=d;Trusted_Connection=Yes;connect_timeout=5"

# Loads the driver by a relative path, goes elsewhere, and logs in: as a driver manager does, without one.
LOADED_BY_A_RELATIVE_PATH = """
import ctypes, os, sys
folder, name, elsewhere, port = sys.argv[1:]
os.chdir(folder)
driver = ctypes.CDLL("./" + name)
driver.SQLDriverConnect.restype = ctypes.c_short  # SQLRETURN
os.chdir(elsewhere)
environment, connection = ctypes.c_void_p(), ctypes.c_void_p()
assert driver.SQLAllocHandle(1, None, ctypes.byref(environment)) == 0
assert driver.SQLSetEnvAttr(environment, 200, ctypes.c_void_p(3), 0) == 0
assert driver.SQLAllocHandle(2, environment, ctypes.byref(connection)) == 0
text = f"Server=127.0.0.1;Port={port};Database=d;Trusted_Connection=Yes;SSLmode=disable;connect_timeout=5".encode()
assert driver.SQLDriverConnect(connection, None, text, len(text), None, 0, None, 0) == -1
state, said = ctypes.create_string_buffer(6), ctypes.create_string_buffer(4096)
assert driver.SQLGetDiagRec(ctypes.c_short(2), connection, ctypes.c_short(1), state, None, said, ctypes.c_short(4096), None) in (0, 1)
print(state.value.decode(), said.value.decode())
"""


def run(command, **options):
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60, check=False, **options)
    return done.returncode, done.stdout + done.stderr


class Listener:
    """A server that takes connections and closes them: enough for a login to need its ticket."""

    def __enter__(self):
        self.socket = socket.create_server(("127.0.0.1", 0))
        threading.Thread(target=self.serve, daemon=True).start()
        return self.socket.getsockname()[1]

    def serve(self):
        try:
            while True:
                self.socket.accept()[0].close()
        except OSError:
            pass

    def __exit__(self, *_):
        self.socket.close()


class HostileFolderTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.mkdtemp(prefix="negodbc-hostile-")
        cls.addClassCleanup(shutil.rmtree, cls.folder)
        for place in ("", "lib", "lib/negodbc", "lib/odbc", "bin"):
            os.makedirs(os.path.join(cls.folder, place), exist_ok=True)
            for name in NAMES:
                shutil.copy(INTRUDER, os.path.join(cls.folder, place, name))
        # A file by the program's name, as an attacker puts it there; not executable, so that the shell passes it by.
        with open(os.path.join(cls.folder, "negodbc"), "w", encoding="utf-8") as file:
            file.write("nothing\n")
        cls.empty_home = os.path.join(cls.folder, "home")
        os.mkdir(cls.empty_home)

    def environment(self, path):
        return {"PATH": path, "HOME": self.empty_home, "ODBCSYSINI": self.empty_home, "LC_ALL": "C.UTF-8",
                "KRB5CCNAME": f"FILE:{self.empty_home}/none", **{k: v for k, v in os.environ.items() if "SAN_" in k}}

    def doctor(self, *, program, path=os.defpath, argv0=None, cwd=None):
        return run([argv0 or program, "doctor", CONNECTION], executable=program, cwd=cwd or self.folder, env=self.environment(path))

    def assert_found_its_own(self, said):
        self.assertNotIn(TOLD, said)
        self.assertRegex(said, r"plugin: negodbc-auth \d", said)
        self.assertNotIn("can't be used", said)

    def test_the_intruder_tells_when_it_is_loaded(self):
        for name in NAMES:
            with self.subTest(name):
                file = os.path.join(self.folder, name)
                _, said = run([sys.executable, "-c", f"import ctypes; ctypes.CDLL({file!r})"])
                self.assertIn(TOLD, said)

    def test_called_by_any_name(self):
        for argv0 in (NEGODBC, "negodbc", "./negodbc", "bin/negodbc", os.path.join(self.folder, "negodbc"),
                      os.path.join(self.folder, "bin", "negodbc"), "/nowhere/negodbc", "nowhere", " "):
            with self.subTest(argv0):
                self.assert_found_its_own(self.doctor(program=NEGODBC, argv0=argv0)[1])

    def test_found_by_a_path(self):
        for path in (f"{self.folder}:{os.path.dirname(NEGODBC)}", f".:{os.path.dirname(NEGODBC)}", f":{os.path.dirname(NEGODBC)}:."):
            with self.subTest(path):
                status, said = run(["/bin/sh", "-c", f"negodbc doctor '{CONNECTION}'"], cwd=self.folder, env=self.environment(path))
                self.assertEqual(status, 1, said)
                self.assert_found_its_own(said)

    def test_called_by_a_link(self):
        link = os.path.join(self.folder, "linked")
        os.symlink(NEGODBC, link)
        self.addCleanup(os.remove, link)
        self.assert_found_its_own(self.doctor(program=link, argv0="linked")[1])

    def test_the_driver_loaded_by_a_relative_path(self):
        with Listener() as port:
            _, said = run([sys.executable, "-c", LOADED_BY_A_RELATIVE_PATH, os.path.dirname(DRIVER), os.path.basename(DRIVER),
                           self.folder, str(port)], env=self.environment(os.defpath))
        self.assertNotIn(TOLD, said)
        self.assertRegex(said, r"(?i)no Kerberos ticket|credential", said)
        self.assertNotIn("can't be used", said)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=2)
