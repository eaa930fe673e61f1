"""The program negodbc-storm as it is used, against a server of the test's own that lets everybody in.

usage: storm_program_test.py PATH-OF-negodbc-storm
"""
import csv
import json
import os
import resource
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import time
import unittest
import xml.etree.ElementTree

STORM = sys.argv.pop(1)
sys.dont_write_bytecode = True

from small_server import Server, message


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
            begins += [(each["begin_s"], target["name"]) for each in target["rounds"]]
        self.assertEqual([name for _, name in sorted(begins)], ["a", "b", "b", "a", "a", "b"])
        self.assertIn("round 3/3  b  40 logins  0 failed", done.stderr)

    def test_open_mode(self):
        server = self.server()
        self.storm(self.floor("a", server.port), "--mode=open", "--rate=400", "--ramp=0.1", "--rounds=1", "--logins=50",
                   "--json", self.path("report.json"))
        summary = self.report()["targets"][0]["summary"]
        self.assertEqual(summary["due"], 50)
        self.assertEqual(summary["dropped"], 0)
        self.assertEqual(summary["logins"], 50)
        self.assertEqual(summary["service_us"]["count"], 50)

    def test_open_mode_over_capacity_tells_what_was_dropped(self):
        server = self.server(Server.WELCOME, 0.1)
        done = self.storm(self.floor("a", server.port), "--mode=open", "--rate=200", "--seconds=1", "--concurrency=4",
                          "--rounds=1", "--arrivals=even", "--json", self.path("report.json"), "--html",
                          self.path("report.html"), status=3)
        summary = self.report()["targets"][0]["summary"]
        self.assertEqual(summary["due"], 200)
        self.assertLess(summary["begun"], 60)
        self.assertEqual(summary["dropped"], 200 - summary["begun"])
        sentence = f"{summary['dropped']} of 200 logins that were due were not begun"
        self.assertIn(sentence, done.stdout)
        with open(self.path("report.html"), encoding="utf-8") as page:
            self.assertIn(sentence, page.read())

    def test_the_highest_rate_is_searched(self):
        # Ten milliseconds a login, one after another: some 90 a second.
        server = Server(Server.WELCOME, 0.01, one_by_one=True)
        self.addCleanup(server.socket.close)
        done = self.storm(self.floor("a", server.port), "--p99-under-ms=1000", "--rate=30", "--rate-most=2000", "--seconds=5",
                          "--rate-within=100", "--json", self.path("report.json"), "--html", self.path("report.html"), "--csv",
                          self.path("report.csv"))
        report = self.report()
        highest = report["targets"][0]["summary"]["highest_rate"]
        self.assertGreaterEqual(highest["held_per_second"], 30)
        self.assertLess(highest["held_per_second"], 150)
        self.assertGreater(highest["not_held_per_second"], highest["held_per_second"])
        self.assertLessEqual(highest["p99_us"], 1_000_000)
        self.assertRegex(highest["why_not"], "p99 .*s|were not begun, with up to")
        self.assertEqual(report["options"]["mode"], "open")
        self.assertIn("Highest rate with p99 under 1 s:\n  a: ", done.stdout)
        self.assertRegex(done.stderr, "step 1  30.0/s due  a  (held|did not hold): ")
        page = xml.etree.ElementTree.parse(self.path("report.html")).getroot()
        self.assertIn("The knee", [heading.text for heading in page.iter("h2")])
        with open(self.path("report.csv"), newline="", encoding="utf-8") as file:
            steps = [(float(row["rate"]), row["held"]) for row in csv.DictReader(file)]
        self.assertEqual(steps, [(round(each["step"]["rate"], 3), "yes" if each["step"]["held"] else "no")
                                 for each in report["targets"][0]["rounds"]])
        self.storm("--compare", self.path("report.json"), self.path("report.json"), status=2)

    def test_a_live_view_is_there_for_who_wants_it(self):
        server = self.server()
        arguments = (self.floor("a", server.port), "--rounds=1", "--seconds=2.5", "--concurrency=2", "--think-ms=20")
        line = r"round 1/1  a  \d+/s  p50 .*  in flight \d  \d+ logins  0 failed  \d s"
        self.assertRegex(self.storm(*arguments, "--live").stderr, line)
        self.assertNotIn("in flight", self.storm(*arguments).stderr)  # no terminal
        self.assertEqual(self.storm(*arguments, "--live", "--quiet").stderr, "")

    def test_on_a_terminal_the_live_view_is_one_line(self):
        server = self.server()
        master, slave = os.openpty()
        with open(master, "rb", buffering=0) as terminal:
            process = subprocess.Popen([STORM, self.floor("a", server.port), "--rounds=1", "--seconds=2.5", "--concurrency=2",
                                        "--think-ms=20"], stdout=subprocess.DEVNULL, stderr=slave)
            os.close(slave)
            said = b""
            try:
                while part := terminal.read(4096):
                    said += part
            except OSError:
                pass  # the other side is closed
            self.assertEqual(process.wait(timeout=60), 0)
        self.assertRegex(said, rb"\rround 1/1  a  \d+/s  p50 [^\n]*in flight")
        self.assertEqual(said.count(b"\n"), 1)

    def test_rounds_go_by_time_where_no_number_is_said(self):
        server = self.server()
        self.storm(self.floor("a", server.port), "--rounds=1", "--seconds=0.5", "--json", self.path("report.json"))
        report = self.report()
        self.assertEqual(report["options"]["concurrency"], 8)
        self.assertGreater(report["targets"][0]["summary"]["logins"], 0)
        self.assertGreaterEqual(report["targets"][0]["rounds"][0]["result"]["seconds"], 0.5)

    def test_a_server_that_is_down_is_waited_for(self):
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        self.storm(self.floor("a", port), "--rounds=1", "--seconds=1", "--concurrency=2", "--warm-up=0",
                   "--back-off-ms=100", "--json", self.path("report.json"), status=1)
        target = self.report()["targets"][0]
        self.assertLess(target["summary"]["failures"], 50)  # without a pause: thousands
        self.assertEqual(target["summary"]["failed_us"]["count"], target["summary"]["failures"])
        self.assertIsNone(target["summary"]["client_cpu_per_login_us"]["median"])
        counts = [each["count"] for each in target["rounds"][0]["result"]["failures_over_time"]]
        self.assertEqual(sum(counts), target["summary"]["failures"])

    def stopped(self, number, *arguments):
        """Starts a storm, sends it the signal when its first round is through, gives what it then says."""
        process = subprocess.Popen([STORM, "--pause=0", "--rounds=3", "--json", self.path("report.json"), *arguments],
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True)
        process.stderr.readline()
        time.sleep(1)
        os.killpg(process.pid, number)  # as a terminal does it: the targets' processes get it, too
        said, _ = process.communicate(timeout=60)
        return said, process.returncode

    def test_signals_end_it_with_what_was_measured(self):
        server = self.server(Server.WELCOME, 0.01)
        for number in (signal.SIGINT, signal.SIGTERM):
            with self.subTest(number):
                said, status = self.stopped(number, self.floor("a", server.port), self.floor("b", server.port),
                                            "--seconds=3", "--concurrency=2", "--html", self.path("report.html"))
                self.assertEqual(status, 4, said)
                self.assertIn("ended by a signal", said)
                report = self.report()
                self.assertTrue(report["stopped"])
                self.assertEqual(len(report["targets"][0]["rounds"]), 1)
                rounds = report["targets"][1]["rounds"]
                self.assertEqual(len(rounds), 1)
                self.assertTrue(rounds[0]["result"]["stopped"])
                self.assertGreater(rounds[0]["result"]["logins"], 0)
                self.assertLess(rounds[0]["result"]["seconds"], 3)
                xml.etree.ElementTree.parse(self.path("report.html"))

    def test_a_signal_does_not_wait_for_a_login_that_hangs(self):
        good, silent = self.server(), self.server(None)
        begin = time.monotonic()
        said, status = self.stopped(signal.SIGTERM, self.floor("good", good.port), self.floor("bad", silent.port),
                                    "--seconds=0.2", "--concurrency=2", "--warm-up=0")
        self.assertLess(time.monotonic() - begin, 25)  # a login may take 30 s
        self.assertEqual(status, 4, said)
        self.assertIn("bad: 2 logins were begun and not through", said)
        self.assertGreater(self.report()["targets"][0]["summary"]["logins"], 0)

    def test_the_time_limit_is_told(self):
        server = self.server()
        done = self.storm(self.floor("a", server.port), "--rounds=3", "--seconds=1", "--logins=10000000",
                          "--time-limit=1.5", status=4)
        self.assertIn("a: the time limit of the storm was reached", done.stdout)
        self.assertIn("a: 1 of 3 rounds were made", done.stdout)

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
        done = self.storm(self.floor("a", self.server(refusal).port), "--rounds=1", "--logins=5",
                          "--concurrency=1", "--back-off-ms=1", "--json", self.path("report.json"), status=1)
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

    def test_escape_sequences_of_a_server_stay_off_the_terminal(self):
        refusal = message(b"E", b"SFATAL\0C28000\0M\x1b[2J\x1b]0;owned\x07 no\0\0")
        done = self.storm(self.floor("a\x1b[31m", self.server(refusal).port), "--rounds=1", "--logins=1", status=1)
        self.assertNotIn("\x1b", done.stdout + done.stderr)
        self.assertIn("\\x1b[2J", done.stdout)

    def test_a_title_that_is_not_utf8(self):
        server = self.server()
        self.storm(self.floor("a", server.port), "--rounds=1", "--logins=2", "--title", b"caf\xe9", "--json",
                   self.path("report.json"), "--html", self.path("report.html"))
        self.assertEqual(self.report()["title"], "caf\ufffd")
        xml.etree.ElementTree.parse(self.path("report.html"))

    def test_a_path_that_can_not_be_written_is_told_before_anything_is_run(self):
        server = self.server()
        done = self.storm(self.floor("a", server.port), "--rounds=1", "--logins=2", "--json", "/nowhere/report.json",
                          "--html", self.path("report.html"), status=2)
        self.assertIn("/nowhere/report.json", done.stderr)
        self.assertEqual(done.stdout, "")
        self.assertEqual(server.connections, 0)
        self.assertEqual(os.listdir(self.directory.name), [])

    def test_a_file_that_fails_does_not_take_the_others_with_it(self):
        server = self.server()
        done = self.storm(self.floor("a", server.port), "--rounds=1", "--logins=2", "--json", "/dev/full", "--html",
                          self.path("report.html"), "--csv", self.path("report.csv"), status=2)
        self.assertIn("/dev/full", done.stderr)
        xml.etree.ElementTree.parse(self.path("report.html"))
        with open(self.path("report.csv"), newline="", encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
        self.assertEqual([(row["target"], row["logins"], row["due"]) for row in rows], [("a", "2", "")])

    def test_reports_are_compared(self):
        fast, slow = self.server(), self.server(Server.WELCOME, 0.02)
        for name, server in (("fast", fast), ("slow", slow)):
            self.storm(self.floor("a", server.port), "--rounds=5", "--logins=10", "--concurrency=1", "--json",
                       self.path(name), "--hgrm", self.path(name + ".hgrm"))
        self.assertIn("better", self.storm("--compare", self.path("slow"), self.path("fast")).stdout)
        self.assertIn("WORSE", self.storm("--compare", self.path("fast"), self.path("slow"), status=1).stdout)
        with open(self.path("slow.a.hgrm"), encoding="utf-8") as file:
            self.assertIn("Total count    =           50]", file.read())

    def test_too_few_descriptors_are_told(self):
        server = self.server()
        limits = lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (256, 256))
        done = subprocess.run([STORM, self.floor("a", server.port), "--concurrency=500"], capture_output=True, text=True,
                              timeout=60, check=False, preexec_fn=limits)
        self.assertEqual(done.returncode, 2)
        self.assertIn("500 logins at once in one process take about", done.stderr)
        self.assertIn("256 (ulimit -Hn)", done.stderr)

    def test_a_soft_limit_of_descriptors_is_raised(self):
        server = self.server()
        limits = lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (16, 4096))
        done = subprocess.run([STORM, self.floor("a", server.port), "--concurrency=100", "--logins=200", "--rounds=1"],
                              capture_output=True, text=True, timeout=60, check=False, preexec_fn=limits)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_a_report_says_what_it_is_of(self):
        server = self.server()
        self.storm(self.floor("a", server.port), "--rounds=1", "--logins=2", "--run-id=mine", "--rank=1", "--ranks=2",
                   "--json", self.path("report.json"))
        report = self.report("report.1.json")
        self.assertEqual((report["format"], report["run"], report["ranks"], report["expected_ranks"]),
                         ("negodbc-storm 2", "mine", [1], 2))
        self.assertEqual(set(report["environments"][0]),
                         {"host", "kernel", "system", "cpu", "processors", "negodbc", "commit", "process"})
        self.assertEqual(report["environments"][0]["host"], socket.gethostname())
        self.assertEqual(report["exit_status"], 0)

    def test_ranks_that_are_missing_and_runs_that_differ(self):
        server = self.server()
        for rank, run in ((0, "x"), (2, "x"), (1, "y")):
            self.storm(self.floor("a", server.port), "--rounds=1", "--logins=4", f"--run-id={run}", f"--rank={rank}",
                       "--ranks=3", "--json", self.path("r.json"))
        files = [self.path(f"r.{rank}.json") for rank in range(3)]
        done = self.storm("--merge", files[0], files[2], status=4)
        self.assertIn("of 3 ranks, 1 has no report here: 1", done.stdout)
        self.assertIn("different runs", self.storm("--merge", *files, status=2).stderr)
        self.assertIn("twice", self.storm("--merge", files[0], files[0], status=2).stderr)

    def test_merged_reports_and_a_page_that_is_well_formed(self):
        server = self.server()
        for rank in ("0", "1"):
            self.storm(self.floor("a <b>", server.port), "--rounds=2", "--logins=30", "--json", self.path("report.json"),
                       "--title", "Tag & nacht", "--run-id=one", environment={"OMPI_COMM_WORLD_RANK": rank})
        self.storm("--merge", self.path("report.0.json"), self.path("report.1.json"), "--json", self.path("all.json"),
                   "--html", self.path("all.html"))
        merged = self.report("all.json")
        self.assertEqual(len(merged["environments"]), 2)
        self.assertEqual(merged["ranks"], [0, 1])
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
                          ["--merge", self.path("absent.json")], ["--target=a=floor:x", "--ramp=10"],
                          ["--target=a=floor:x", "--rate=5"], ["--target=a=floor:x", "--rounds=9", "--time-limit=20"]):
            self.assertTrue(self.storm(*arguments, status=2).stderr)


if __name__ == "__main__":
    unittest.main()
