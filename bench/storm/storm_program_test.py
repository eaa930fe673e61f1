"""The program negodbc-storm as it is used, against a server of the test's own that lets everybody in.

usage: storm_program_test.py PATH-OF-negodbc-storm
"""
import json
import os
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import unittest
import xml.etree.ElementTree

STORM = sys.argv.pop(1)


def message(kind, body):
    return kind + struct.pack("!I", len(body) + 4) + body


class Server(threading.Thread):
    """Answers every StartupMessage with `greeting` and every query with nothing but ReadyForQuery."""

    READY = message(b"Z", b"I")
    WELCOME = message(b"R", struct.pack("!I", 0)) + READY

    def __init__(self, greeting=WELCOME):
        super().__init__(daemon=True)
        self.greeting = greeting
        self.socket = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = self.socket.getsockname()[1]
        self.start()

    def run(self):
        while True:
            try:
                connection, _ = self.socket.accept()
            except OSError:
                return
            threading.Thread(target=self.serve, args=(connection,), daemon=True).start()

    def serve(self, connection):
        with connection, connection.makefile("rb") as stream:
            stream.read(struct.unpack("!I", stream.read(4))[0] - 4)
            if self.greeting is None:
                stream.read()
                return
            connection.sendall(self.greeting)
            while (kind := stream.read(1)) == b"Q":
                stream.read(struct.unpack("!I", stream.read(4))[0] - 4)
                connection.sendall(self.READY)


class StormTest(unittest.TestCase):
    def setUp(self):
        self.directory = tempfile.TemporaryDirectory()
        self.addCleanup(self.directory.cleanup)

    def server(self, *arguments):
        server = Server(*arguments)
        self.addCleanup(server.socket.close)
        return server

    def path(self, name):
        return os.path.join(self.directory.name, name)

    def storm(self, *arguments, status=0, environment=None):
        done = subprocess.run([STORM, "--pause", "0", *arguments], capture_output=True, text=True, timeout=60,
                              env=os.environ | (environment or {}), check=False)
        self.assertEqual(done.returncode, status, done.stdout + done.stderr)
        return done

    def report(self, name="report.json"):
        with open(self.path(name), encoding="utf-8") as file:
            return json.load(file)

    @staticmethod
    def floor(name, port):
        return f"--target={name}=floor:host=127.0.0.1 port={port} user=u dbname=d"

    def test_targets_take_turns_and_are_all_counted(self):
        server = self.server()
        done = self.storm(self.floor("a", server.port), self.floor("b", server.port), "--rounds=3", "--logins=40",
                          "--concurrency=4", "--query=select 1", "--json", self.path("report.json"))
        report = self.report()
        self.assertEqual([target["name"] for target in report["targets"]], ["a", "b"])
        begins = []
        for target in report["targets"]:
            self.assertEqual(target["summary"]["logins"], 120)
            self.assertEqual(target["summary"]["failures"], 0)
            self.assertEqual(target["summary"]["query_us"]["count"], 120)
            self.assertEqual(set(target["summary"]["phases_us"]), {"connect", "token", "server"})
            begins.append([each["begin_s"] for each in target["rounds"]])
        turns = [begin for pair in zip(*begins) for begin in pair]
        self.assertEqual(turns, sorted(turns))
        self.assertIn("round 3/3  b  40 logins  0 failed", done.stderr)

    def test_open_mode(self):
        server = self.server()
        self.storm(self.floor("a", server.port), "--mode=open", "--rate=400", "--ramp=0.1", "--rounds=1", "--logins=50",
                   "--concurrency=8", "--json", self.path("report.json"))
        summary = self.report()["targets"][0]["summary"]
        self.assertEqual(summary["logins"], 50)
        self.assertEqual(summary["service_us"]["count"], 50)

    def test_two_connections_and_two_caches_are_four_processes(self):
        server = self.server()
        self.storm(self.floor("a", server.port), self.floor("a", server.port), "--cache=a=FILE:/x", "--cache=a=FILE:/y",
                   "--rounds=1", "--logins=20", "--concurrency=4", "--json", self.path("report.json"))
        target = self.report()["targets"][0]
        self.assertEqual(target["summary"]["logins"], 20)
        self.assertEqual(len(target["connections"]), 2)
        self.assertEqual(target["caches"], ["FILE:/x", "FILE:/y"])

    def test_failures_are_grouped_and_told(self):
        refusal = message(b"E", b"SFATAL\0C28000\0Mnobody comes in\0\0")
        done = self.storm(self.floor("a", self.server(refusal).port), "--rounds=1", "--logins=5", "--json",
                          self.path("report.json"), status=1)
        self.assertIn("5 times 28000: nobody comes in", done.stdout)
        self.assertEqual(self.report()["targets"][0]["rounds"][0]["result"]["errors"],
                         [{"sqlstate": "28000", "count": 5, "first_text": "nobody comes in"}])

    def test_a_server_that_wants_another_way_of_login(self):
        password = message(b"R", struct.pack("!I", 3))
        done = self.storm(self.floor("a", self.server(password).port), "--rounds=1", "--logins=2", status=1)
        self.assertIn("another way of login", done.stdout)

    def test_a_target_that_can_not_begin_stops_no_other(self):
        server = self.server()
        done = self.storm("--target=bad=floor:nonsense=1", self.floor("good", server.port), "--rounds=1", "--logins=5",
                          "--json", self.path("report.json"), "--html", self.path("report.html"), status=1)
        self.assertIn("bad: a floor's connection has", done.stdout)
        self.assertEqual(self.report()["targets"][1]["summary"]["logins"], 5)
        xml.etree.ElementTree.parse(self.path("report.html"))

    def test_a_process_that_dies_is_told(self):
        silent = self.server(None)
        process = subprocess.Popen([STORM, self.floor("a", silent.port), "--warm-up=0", "--rounds=1", "--quiet"],
                                   stdout=subprocess.PIPE, text=True)
        children = f"/proc/{process.pid}/task/{process.pid}/children"
        worker = ""
        while not worker and process.poll() is None:
            with open(children, encoding="ascii") as file:
                worker = file.read().strip()
        os.kill(int(worker), signal.SIGKILL)
        said, _ = process.communicate(timeout=60)
        self.assertEqual(process.returncode, 1)
        self.assertIn("ended by signal 9", said)

    def test_merged_reports_and_a_page_that_is_well_formed(self):
        server = self.server()
        for rank in ("0", "1"):
            self.storm(self.floor("a <b>", server.port), "--rounds=2", "--logins=30", "--json", self.path("report.json"),
                       "--title", "Tag & nacht", environment={"OMPI_COMM_WORLD_RANK": rank})
        self.storm("--merge", self.path("report.0.json"), self.path("report.1.json"), "--json", self.path("all.json"),
                   "--html", self.path("all.html"))
        merged = self.report("all.json")
        self.assertEqual(len(merged["hosts"]), 2)
        self.assertEqual(merged["targets"][0]["summary"]["logins"], 120)
        self.assertEqual(merged["targets"][0]["summary"]["login_us"]["count"], 120)
        page = xml.etree.ElementTree.parse(self.path("all.html")).getroot()
        self.assertEqual(page.find("body/h1").text, "Tag & nacht")
        self.assertEqual(len(list(page.iter("{http://www.w3.org/2000/svg}svg"))), 4)

    def test_passwords_stay_out_of_the_report(self):
        server = self.server()
        done = self.storm(f"--target=a=libpq:host=127.0.0.1 port={server.port} user=u password=hidden gssencmode=disable "
                          "sslmode=disable", "--rounds=1", "--logins=2", "--json", self.path("report.json"), "--html",
                          self.path("report.html"))
        self.assertNotIn("hidden", done.stdout + done.stderr)
        for name in ("report.json", "report.html"):
            with open(self.path(name), encoding="utf-8") as file:
                self.assertNotIn("hidden", file.read())

    def test_wrong_command_lines(self):
        for arguments in ([], ["--target=a=b:c"], ["--target=a=floor:x", "--mode=open"], ["--rounds=x"],
                          ["--merge", self.path("absent.json")]):
            self.assertTrue(self.storm(*arguments, status=2).stderr)


if __name__ == "__main__":
    unittest.main()
