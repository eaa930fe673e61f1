"""Storms of many processes under Open MPI's launcher, at the login sink: one report, whoever dies on the way.

usage: storm_mpi_test.py PATH-OF-negodbc-storm PATH-OF-negodbc-login-sink
"""
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest

SINK = sys.argv.pop(2)
STORM = sys.argv.pop(1)
sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "sink"))
from sink_process import Sink


def ranks_of(launcher):
    """rank -> process, of those the launcher has begun (not what they have begun themselves)."""
    found = {}
    for name in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{name}/stat", encoding="ascii", errors="replace") as file:
                parent = int(file.read().rpartition(")")[2].split()[1])
            if parent != launcher:
                continue
            with open(f"/proc/{name}/environ", "rb") as file:
                variables = dict(each.split(b"=", 1) for each in file.read().split(b"\0") if b"=" in each)
            found[int(variables[b"OMPI_COMM_WORLD_RANK"])] = int(name)
        except (OSError, KeyError, ValueError):
            pass  # it ended meanwhile, or has not begun to be the program
    return found


@unittest.skipUnless(shutil.which("mpirun"), "Open MPI's launcher is not here")
class MpiStorm(unittest.TestCase):
    def setUp(self):
        self.directory = tempfile.TemporaryDirectory()
        self.addCleanup(self.directory.cleanup)

    def command(self, ranks, port, *arguments, launcher=()):
        # Shared memory and loopback only: nothing of the machine's network is asked.
        return ["mpirun", "-n", str(ranks), "--allow-run-as-root", "--oversubscribe", "--mca", "btl", "self,vader", *launcher, STORM,
                f"--target=sink=floor:host=127.0.0.1 port={port} user=u dbname=d", "--json", self.path("report.json"), "--pause=0",
                *arguments]

    def path(self, name):
        return os.path.join(self.directory.name, name)

    def report(self):
        with open(self.path("report.json"), encoding="utf-8") as file:
            return json.load(file)

    def sink(self, *arguments):
        sink = Sink(SINK, "--way=trust", "--threads=1", *arguments)
        self.addCleanup(sink.stop)
        return sink

    def test_sixty_four_ranks_are_one_report(self):
        sink = self.sink()
        done = subprocess.run(self.command(64, sink.port, "--rounds=2", "--logins=3", "--concurrency=1", "--quiet"),
                              capture_output=True, text=True, timeout=280, check=False)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertEqual(done.stdout.count("Connection storm"), 1)  # one table
        report = self.report()
        self.assertEqual(os.listdir(self.directory.name), ["report.json"])
        self.assertEqual(report["ranks"], list(range(64)))
        self.assertEqual(report["missing_ranks"], [])
        self.assertEqual(len(report["environments"]), 64)
        summary = report["targets"][0]["summary"]
        self.assertEqual(summary["logins"], 64 * 3 * 2)
        self.assertEqual(summary["login_us"]["count"], 64 * 3 * 2)
        self.assertEqual(sink.stop()["logins"], 64 * (3 + 1) * 2)  # the warm-up is one of each
        for round_ in report["targets"][0]["rounds"]:
            self.assertLess(round_["last_begin_unix_s"] - round_["begin_unix_s"], 10)
            self.assertGreaterEqual(round_["last_begin_unix_s"], round_["begin_unix_s"])
        self.assertRegex(done.stdout, "the 64 ranks began each round within .* of each other; their clocks are up to ")
        # One clock for all: what it is said to differ is not more than what is said to be unknown of it.
        for environment in report["environments"]:
            self.assertLessEqual(abs(environment["clock_ahead_us"]), environment["clock_uncertain_us"] + 1000)

    def killed(self, number, status, *launcher):
        """Kills a rank in the first of two rounds; what was then said, and the report."""
        sink = self.sink()
        process = subprocess.Popen(self.command(4, sink.port, "--rounds=2", "--seconds=4", "--think-ms=20", "--concurrency=1", "--live",
                                                launcher=launcher), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        line = ""
        while "in flight" not in line and process.poll() is None:
            line = process.stderr.readline()
        os.kill(ranks_of(process.pid)[number], signal.SIGKILL)
        said, noise = process.communicate(timeout=120)
        self.assertIn(process.returncode, status, said + noise)
        return said

    def test_a_rank_that_is_killed_is_told_and_the_others_go_on(self):
        said = self.killed(2, (0, 4), "--enable-recovery")
        self.assertIn("of 4 ranks, 1 has no report here: 2", said)
        self.assertRegex(said, "rank 2 on .* has died or does not answer; what it had done in its last round")
        report = self.report()
        self.assertEqual(report["exit_status"], 4)
        self.assertEqual(report["missing_ranks"], [2])
        rounds = report["targets"][0]["rounds"]
        self.assertEqual([round_["result"]["threads"] for round_ in rounds], [3, 3])
        self.assertEqual(report["targets"][0]["summary"]["logins"],
                         sum(round_["result"]["logins"] for round_ in rounds))
        for round_ in rounds:
            self.assertGreaterEqual(round_["result"]["seconds"], 3.9)

    def test_without_the_first_rank_the_others_write_their_own(self):
        self.killed(0, range(256), "--enable-recovery")
        written = sorted(os.listdir(self.directory.name))
        for rank in (1, 2, 3):
            self.assertIn(f"report.{rank}.json", written)
        merged = subprocess.run([STORM, "--merge", *(self.path(f"report.{rank}.json") for rank in (1, 2, 3))], capture_output=True,
                                text=True, timeout=60, check=False)
        self.assertIn("of 4 ranks, 1 has no report here: 0", merged.stdout)

    def test_a_failure_of_one_is_the_status_of_all(self):
        # Nobody is behind this port.
        done = subprocess.run(self.command(2, 1, "--rounds=1", "--logins=1", "--concurrency=1", "--warm-up=0", "--quiet"),
                              capture_output=True, text=True, timeout=120, check=False)
        self.assertEqual(done.returncode, 1, done.stdout + done.stderr)
        self.assertEqual(self.report()["targets"][0]["summary"]["failures"], 2)

    def test_the_live_view_is_of_all_ranks(self):
        done = subprocess.run(self.command(3, self.sink().port, "--rounds=1", "--seconds=3.5", "--think-ms=10", "--concurrency=1", "--live"),
                              capture_output=True, text=True, timeout=120, check=False)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        lines = [line for line in done.stderr.splitlines() if "in flight" in line]
        self.assertGreaterEqual(len(lines), 2)
        self.assertRegex(lines[-1], r"round 1/1  sink  \d+/s  p50 .*  \d+ logins  0 failed")


if __name__ == "__main__":
    unittest.main()
