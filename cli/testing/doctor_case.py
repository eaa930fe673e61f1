"""What the tests of the doctor's steps share; the program is the words behind the test's name."""
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

PROGRAM = [*sys.argv[1:-1], os.path.abspath(sys.argv[-1])]
DRIVER = os.environ["NEGODBC_DRIVER"]
REALM = os.environ["NEGODBC_REALM"]
SERVER = f"Driver=negodbc;Server=localhost;Port={os.environ['NEGODBC_PGPORT']};Database=negodbc"
TICKET = f"{SERVER};Trusted_Connection=Yes"
SERVICE = f"postgres/localhost@{REALM}"


class Case(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="negodbc-steps-"))
        self.addCleanup(shutil.rmtree, self.folder)

    def run_doctor(self, connection, *options, before=(), **environment):
        return subprocess.run([*before, *PROGRAM, "doctor", connection, *options], capture_output=True, text=True, timeout=90,
                              check=False, cwd=self.folder, env=os.environ | environment)

    def doctor(self, connection=TICKET, *options, **more):
        done = self.run_doctor(connection, "--json", *options, **more)
        self.assertIn(done.returncode, (0, 1), done.stderr)
        report = json.loads(done.stdout)
        self.assertEqual(done.returncode, 0 if report["verdict"] == "ok" else 1)
        self.said = done.stdout
        return {step["step"]: step for step in report["steps"]}

    @staticmethod
    def facts(step):
        return {fact["name"]: fact["value"] for fact in step.get("facts", [])}

    def apply(self, remedy):
        """A command is one that can be copied."""
        subprocess.run(["sh", "-euc", remedy.replace("sudo ", "")], check=True, cwd=self.folder)

    def config(self, old, new):
        text = pathlib.Path(os.environ["KRB5_CONFIG"]).read_text(encoding="utf-8")
        self.assertIn(old, text)
        file = self.folder / "krb5.conf"
        file.write_text(text.replace(old, new), encoding="utf-8")
        return str(file)

    def remedies(self, steps):
        return [step["remedy"] for step in steps.values() if "remedy" in step]

    def first_failure(self, steps):
        return next((step for step in steps.values() if step["verdict"] == "failed"), {})

    def remedy_of_failure(self, steps):
        return self.first_failure(steps).get("remedy", "")

    def write(self, name, content, mode=0o644):
        file = self.folder / name
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
        file.chmod(mode)
        return file

    def pipe(self, name):
        os.mkfifo(self.folder / name)
        return str(self.folder / name)
