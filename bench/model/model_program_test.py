"""The program negodbc-storm-model as it is used.

usage: model_program_test.py PATH-OF-negodbc-storm-model PATH-OF-negodbc-storm
"""
import json
import os
import pathlib
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import unittest
import xml.etree.ElementTree

HERE = pathlib.Path(__file__).resolve().parent
MODEL, STORM = sys.argv.pop(1), sys.argv.pop(1)


def serve(listener):
    """Lets everybody in, after a wait that is much longer than the work."""
    ready = b"R" + struct.pack("!II", 8, 0) + b"Z" + struct.pack("!I", 5) + b"I"

    def one(connection):
        with connection, connection.makefile("rb") as stream:
            stream.read(struct.unpack("!I", stream.read(4))[0] - 4)
            threading.Event().wait(0.05)
            connection.sendall(ready)
            stream.read()

    while True:
        try:
            connection, _ = listener.accept()
        except OSError:
            return
        threading.Thread(target=one, args=(connection,), daemon=True).start()


class ModelTest(unittest.TestCase):
    def setUp(self):
        self.directory = tempfile.TemporaryDirectory()
        self.addCleanup(self.directory.cleanup)

    def path(self, name):
        return os.path.join(self.directory.name, name)

    def model(self, *arguments, status=0):
        done = subprocess.run([MODEL, *arguments], capture_output=True, text=True, timeout=120, check=False)
        self.assertEqual(done.returncode, status, done.stdout + done.stderr)
        return done.stdout + done.stderr

    def test_a_storm_by_hand(self):
        said = self.model("--set=clients.count=1000", "--set=costs.backend_s=0.02", "--set=costs.client_s=0",
                          "--set=costs.accept_s=0", "--set=costs.end_s=0", "--set=costs.signal_s=0", "--set=costs.round_trip_s=0",
                          "--set=site.server_processors=10", "--json", self.path("one.json"))
        self.assertIn("1000 back", said)
        self.assertIn("the last after 2 s", said)
        with open(self.path("one.json"), encoding="utf-8") as file:
            report = json.load(file)
        self.assertAlmostEqual(report["prediction"]["all_back_s"], 2)
        self.assertEqual(report["clients"]["count"], 1000)
        # What it has written is what it reads.
        again = {name: report[name] for name in ("costs", "site", "clients", "storm")}
        with open(self.path("parameters.json"), "w", encoding="utf-8") as file:
            json.dump(again, file)
        self.assertEqual(self.model("--parameters", self.path("parameters.json")), said)

    def test_what_is_wrong_is_said(self):
        self.assertIn("no such part", self.model("--set=cost.client_s=1", status=2))
        self.assertIn("not known", self.model("--set=costs.cleint_s=1", status=2))
        self.assertIn("server_processors is of another type", self.model("--set=site.server_processors=-1", status=2))
        self.assertIn("fewer connections", self.model("--set=clients.count=9", "--set=site.max_connections=8", status=2))
        self.assertIn("no-such-file", self.model("--parameters=no-such-file", status=2))
        self.assertIn("no-such-file", self.model("--calibrate=no-such-file", status=2))

    def test_a_storm_that_was_measured(self):
        """At a server whose wait is all of a login, so that the rate is known however busy the machine is."""
        listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.addCleanup(listener.close)
        threading.Thread(target=serve, args=(listener,), daemon=True).start()
        port = listener.getsockname()[1]
        subprocess.run([STORM, f"--target=a=floor:host=127.0.0.1 port={port} user=u dbname=d", "--rounds=2", "--logins=40",
                        "--concurrency=4", "--pause=0", "--quiet", f"--server-pid={os.getpid()}", "--json", self.path("storm.json")],
                       check=True, timeout=60, stdout=subprocess.DEVNULL)
        said = self.model("--calibrate", self.path("storm.json"), "--wait-ms=50", "--against", self.path("storm.json"),
                          "--within=9", "--save", self.path("parameters.json"))
        self.assertRegex(said, r"a, 4 at once: a login costs the client")
        self.assertRegex(said, r"closed +4 +logins a second")
        with open(self.path("parameters.json"), encoding="utf-8") as file:
            self.assertEqual(json.load(file)["costs"]["wait_s"], 0.05)
        # A model of a server that works a second and more for each login is off.
        self.assertIn("off by", self.model("--parameters", self.path("parameters.json"), "--set=costs.backend_s=2",
                                           "--set=site.clients_on_server=true", "--against", self.path("storm.json"), status=1))

    def test_the_pictures_are_the_same_each_time(self):
        for folder in ("a", "b"):
            costs = [f"--set=costs.{name}" for name in ("client_s=0.0005", "backend_s=0.001", "accept_s=0.0001", "end_s=0.0001")]
            table = self.model(*costs, "--sizing", self.path(folder), "--up-to=2000")
        self.assertRegex(table, r"\| 2,000 \|( [0-9.]+ m?s \|){4}")
        names = sorted(os.listdir(self.path("a")))
        self.assertEqual(len(names), 4)
        for name in names:
            xml.etree.ElementTree.parse(os.path.join(self.path("a"), name))
            with open(os.path.join(self.path("a"), name), "rb") as one, open(os.path.join(self.path("b"), name), "rb") as other:
                self.assertEqual(one.read(), other.read())

    def test_the_page_says_what_the_program_says(self):
        table = self.model("--parameters", str(HERE / "costs.json"), "--sizing", self.path("page"), "--up-to=2000")
        page = (HERE.parents[1] / "docs" / "sizing.md").read_text(encoding="utf-8")
        self.assertIn(table, page)


if __name__ == "__main__":
    unittest.main()
