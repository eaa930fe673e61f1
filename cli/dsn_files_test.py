#!/usr/bin/python3
"""How negodbc dsn writes odbc.ini, and what it shows of it: dsn_files_test.py NEGODBC"""
import json
import os
import random
import resource
import signal
import subprocess
import sys
import time
import unittest

from testing.ini_case import PROGRAM, Case

NOBODY = 65534


class BytesTest(Case):
    TEXT = ("; of the administrators\r\n# 1\r\n\r\n[ One ]\r\nDriver=x\r\n  Server = a ; b\r\n# within\r\nserver = second\r\n\r\n"
            + "# " + "long" * 400 + "\r\n[two]\r\nDriver   = negodbc\r\nPort     = 1\r\nConnSettings = " + "y" * 1500 + "\r\n\r\n[one]\r\nDriver = later")

    def test_all_else_stays(self):
        self.put(self.TEXT)
        self.run_it("dsn", "add", "new", "Server=h")
        added = "\r\n\r\n[new]\r\nDriver = negodbc\r\nServer = h\r\n"
        self.assertEqual(self.user.read_bytes().decode(), self.TEXT + added)
        self.run_it("dsn", "edit", "two", "Port=2", "UID=u")
        changed = self.TEXT.replace("Port     = 1", "Port     = 2")
        at = changed.index("\r\n\r\n[one]\r\nDriver = later")
        changed = changed[:at] + "\r\nUID = u" + changed[at:]
        self.assertEqual(self.user.read_bytes().decode(), changed + added)
        self.run_it("dsn", "remove", "new")
        self.assertEqual(self.user.read_bytes().decode(), changed + "\r\n")
        # Where the second half of the long remark would become a key of another section, or the file's fault.
        self.assertIn("by hand", self.run_it("dsn", "remove", "ONE", status=1))
        self.assertEqual(self.user.read_bytes().decode(), changed + "\r\n")
        self.put(self.TEXT.replace("long", "l"))
        self.run_it("dsn", "remove", "ONE")
        text = self.user.read_bytes().decode()
        self.assertNotIn("Driver = later", text)
        self.assertTrue(text.startswith("; of the administrators\r\n# 1\r\n\r\n# " + "l" * 400 + "\r\n[two]\r\n"), text)

    def test_what_is_refused_is_not_written(self):
        self.put(self.TEXT)
        for name in (" a", "a ", "a\nb", "a\tb", "[a", "a]", "a=b", "a\x7f", "ODBC Data Sources", "x" * 33):
            with self.subTest(name):
                self.assertRegex(self.run_it("dsn", "add", name, "Server=h", status=1), r"\[HY000\] .*name of a data source")
        for word, cause in (("Server=a\rb", "line end"), ("Server=a\x1b[31m", "control character"),
                            ("Description=" + "d" * 990, "is too long"), ("Ser\nver=a", "no keyword")):
            with self.subTest(word):
                self.assertIn(cause, self.run_it("dsn", "add", "made", word, status=1))
                self.assertIn(cause, self.run_it("dsn", "edit", "two", word, status=1))
        self.assertEqual(self.user.read_bytes().decode(), self.TEXT)
        self.assertEqual(self.left(), [])

    def test_the_driver_managers_own_sections_are_no_data_sources(self):
        text = "[ODBC]\nPooling = No\n[ODBC Data Sources]\none = negodbc\n[one]\nDriver = negodbc\n"
        self.put(text)
        for name in ("ODBC", "odbc data sources"):
            for words in (["remove", name], ["edit", name, "Server=h"], ["show", name]):
                with self.subTest(words):
                    self.assertIn("there is no data source", self.run_it("dsn", *words, status=1))
        self.assertEqual(self.user.read_bytes().decode(), text)

    def test_a_file_that_unixodbc_does_not_read(self):
        text = "\ufeff[one]\nDriver = x\n"
        self.put(text)
        for words in (["list"], ["add", "new", "Server=h"], ["remove", "one"], ["show", "one"]):
            self.assertIn("line 1 stands before the first [section]", self.run_it("dsn", *words, status=1))
        self.assertEqual(self.user.read_bytes().decode(), text)

    def test_blanks_at_a_values_ends_are_read_back(self):
        self.run_it("dsn", "add", "made", "UID= a } ", "PWD= x", "Port= 5433 ", "Server=h")
        said = self.user.read_text(encoding="utf-8")
        for line in ("UID = { a }} }", "PWD = { x}", "Port = 5433"):
            self.assertIn(line + "\n", said)

    def test_an_import_keeps_what_looks_like_braces(self):
        self.run_it("dsn", "import", "postgresql://a:%7Bb%7D@h/d", "--as", "made")
        self.assertIn("PWD = {{b}}}\n", self.user.read_text(encoding="utf-8"))
        self.run_it("dsn", "import", "postgresql://h/%22d%22", "--as", "quoted")
        self.assertIn('Database = {"d"}\n', self.user.read_text(encoding="utf-8"))
        self.assertIn("line end", self.run_it("dsn", "import", "postgresql://h/d%0AUID=x", "--as", "other", status=1))


class FaultTest(Case):
    def test_what_is_added_at_once_is_all_there(self):
        self.put("# kept\n[old]\nDriver = x\n")
        names = [f"source {number}" for number in range(20)]
        programs = [subprocess.Popen([PROGRAM, "dsn", "add", name, "Server=h", f"Description={'d' * 400}"], env=self.environment,
                                     stdout=subprocess.DEVNULL) for name in names]
        self.assertEqual([program.wait() for program in programs], [0] * len(names))
        listed = {source["name"] for source in json.loads(self.run_it("dsn", "list", "--json"))}
        self.assertEqual(listed, {"old", *names})
        self.assertTrue(self.user.read_text(encoding="utf-8").startswith("# kept\n[old]\nDriver = x\n"))
        self.assertEqual(self.left(), [])

    def test_killed_at_any_moment(self):
        """Many data sources, so that writing takes its time; each is whole afterwards."""
        text = "# kept\n" + "".join(f"[s{number}]\nDriver = negodbc\nDescription = {'d' * 900}\n\n" for number in range(2000))
        self.put(text)
        rng, done = random.Random(4), 0
        for number in range(40):
            with subprocess.Popen([PROGRAM, "dsn", "add", f"new{number}", "Server=h"], env=self.environment, stdout=subprocess.DEVNULL) as program:
                time.sleep(rng.uniform(0, 0.12))
                program.send_signal(signal.SIGKILL)
            said = self.user.read_bytes().decode()
            self.assertTrue(said.startswith(text))
            done += f"[new{number}]\nDriver = negodbc\nServer = h\n" in said
            self.assertEqual(said.count("[new"), said.count("Server = h\n"))
        self.run_it("dsn", "add", "last", "Server=h")
        self.assertEqual(self.left(), [], f"{done} of 40 were done")

    def test_a_full_disk(self):
        text = "[old]\nDriver = x\nDescription = " + "d" * 900 + "\n"
        self.put(text)
        said = self.run_it("dsn", "add", "new", "Description=" + "d" * 900, status=1,
                           preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000)))
        self.assertIn(f"can't write {self.user}: File too large; nothing was changed", said)
        self.assertEqual(self.user.read_bytes().decode(), text)
        self.assertEqual(self.left(), [])

    def lost(self, *words, **options):
        """The status and what is told of a command whose output goes nowhere."""
        done = subprocess.run([PROGRAM, *words], stderr=subprocess.PIPE, timeout=60, check=False, env=self.environment,
                              **({"stdin": subprocess.DEVNULL} | options))
        return done.returncode, done.stderr.decode()

    def test_what_is_told_to_a_full_disk_is_not_told(self):
        self.put("[old]\nDriver = x\n")
        with open("/dev/full", "wb", buffering=0) as full:
            for number, words in enumerate((("dsn", "list"), ("dsn", "list", "--json"), ("dsn", "show", "old"), ("dsn", "show", "old", "--json"),
                                            ("dsn", "add", "new", "Server=h"), ("dsn", "edit", "old", "Server=h"), ("dsn", "edit", "old", "Server=h"),
                                            ("dsn", "import", "postgresql://h/d"), ("dsn", "remove", "old"), ("keywords",), ("--help",), ("--version",),
                                            ("plugin", "list"), ("plugin", "check", "nowhere"), ("doctor", "new"), ("doctor", "new", "--json"))):
                with self.subTest(words, number=number):
                    status, said = self.lost(*words, stdout=full)
                    self.assertEqual((status, said.count("could be written: No space left on device")), (3, 1), said)
        # It was done all the same.
        listed = {source["name"] for source in json.loads(self.run_it("dsn", "list", "--json"))}
        self.assertEqual(listed, {"new", "d"})

    def test_what_is_told_to_a_stream_that_is_closed_goes_into_no_file(self):
        for closed in ((1,), (0, 1), (0, 1, 2)):
            with self.subTest(closed=closed):
                self.put("[old]\nDriver = x\n")
                for words in (("dsn", "list"), ("dsn", "add", "new", "Server=h"), ("doctor", "new", "--bundle", str(self.folder / "all.ini"))):
                    status, said = self.lost(*words, preexec_fn=lambda: [os.close(number) for number in closed])
                    self.assertEqual(status, 3, said)
                    self.assertEqual("could be written: Bad file descriptor" in said, 2 not in closed)
                self.assertEqual(self.user.read_text(encoding="utf-8"), "[old]\nDriver = x\n\n[new]\nDriver = negodbc\nServer = h\n")
                self.assertIn("report", json.loads((self.folder / "all.ini").read_text(encoding="utf-8")))

    def test_a_bundle_that_has_no_room(self):
        self.put("[old]\nDriver = x\n")
        said = self.run_it("doctor", "old", "--bundle", str(self.folder / "all"), status=1,
                           preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (500, 500)))
        self.assertIn(f"{self.folder}/all can't be written: File too large", said)
        self.assertEqual(self.left(), [])

    def as_nobody(self, *words, status=0):
        return self.run_it(*words, status=status, **({"user": NOBODY, "group": NOBODY, "extra_groups": []} if os.geteuid() == 0 else {}))

    def test_where_one_may_not_write(self):
        self.put("[old]\nDriver = x\n")
        self.user.chmod(0o444)
        if os.geteuid() == 0:
            os.chown(self.user, NOBODY, NOBODY)
        self.assertIn(f"can't write {self.user}: Permission denied; nothing", self.as_nobody("dsn", "edit", "old", "Port=1", status=1))
        self.user.chmod(0o644)
        if os.geteuid() == 0:
            self.assertIn(f"in its folder {self.folder}/: Permission denied", self.as_nobody("dsn", "edit", "old", "Port=1", status=1))
        self.assertEqual(self.user.read_text(encoding="utf-8"), "[old]\nDriver = x\n")

    def test_what_cant_be_read_is_told(self):
        self.system.write_text("[shared]\nDriver = x\n", encoding="utf-8")
        self.put("[own]\nDriver = x\n")
        self.user.chmod(0)
        if os.geteuid() == 0:
            self.user.chmod(0o600)
        self.assert_told("Permission denied")
        self.user.unlink()
        self.user.mkdir()
        self.assert_told("it is a folder")
        self.user.rmdir()
        self.user.symlink_to("user.ini")
        self.assert_told("Too many levels of symbolic links")
        self.user.unlink()
        os.mkfifo(self.user)
        self.assert_told("it is a pipe")

    def assert_told(self, cause):
        said = f"can't read {self.user}: {cause}"
        listed = self.as_nobody("dsn", "list", status=1)
        self.assertIn("shared", listed)
        self.assertIn(said, listed)
        self.assertIn("note: " + said, self.as_nobody("dsn", "show", "shared"))
        for words in (["show", "own"], ["edit", "shared", "Port=1"], ["remove", "shared"]):
            self.assertIn(said, self.as_nobody("dsn", *words, status=1))
        self.assertIn(f"{self.user}: {cause}", self.as_nobody("doctor", "own", status=1))
        self.assertEqual(self.system.read_text(encoding="utf-8"), "[shared]\nDriver = x\n")

    def test_a_link_stays(self):
        real = self.folder / "real.ini"
        self.user.symlink_to("real.ini")
        self.run_it("dsn", "add", "made", "Server=h")
        self.run_it("dsn", "edit", "made", "Port=1")
        self.assertTrue(self.user.is_symlink())
        self.assertFalse(real.is_symlink())
        self.assertIn("Port = 1\n", real.read_text(encoding="utf-8"))


class WritersTest(Case):
    """Programs that write by libodbcinst, which cuts the file off and then writes it, and knows no lock."""

    def write_again_and_again(self, times, pause):
        """As libodbcinst does it, in a process of its own: a key more each time."""
        code = ("import ctypes, random, sys, time\n"
                "write = ctypes.CDLL('libodbcinst.so.2').SQLWritePrivateProfileString\n"
                "for i in range(int(sys.argv[1])):\n"
                "    assert write(b'theirs', b'k%d' % i, b'%d' % i, b'odbc.ini')\n"
                "    time.sleep(random.uniform(*map(float, sys.argv[2:])))\n")
        return subprocess.Popen([sys.executable, "-c", code, str(times), *map(str, pause)], env=self.environment)

    def test_what_they_write_at_the_same_moment_is_kept(self):
        names = [f"s{number}" for number in range(400)]
        self.put("".join(f"[{name}]\nDriver = negodbc\nServer = h\nDescription = {'d' * 80}\n\n" for name in names) + "[theirs]\nk = v\n")
        changes = 0
        with self.write_again_and_again(150, (0.01, 0.03)) as program:
            while program.poll() is None:
                # What another program had read before, and writes back, is lost by that one.
                for words in (["add", "ours", "Server=h"], ["remove", "ours"]):
                    done = subprocess.run([PROGRAM, "dsn", *words], capture_output=True, check=False, env=self.environment, text=True, timeout=60)
                    self.assertIn("ours", done.stdout + done.stderr)
                    self.assertRegex(done.stdout + done.stderr, "^(added|removed) ours|is a data source ours|no data source ours|section .ours.")
                    changes += done.returncode == 0
            self.assertEqual(program.returncode, 0)
        self.assertGreater(changes, 0)
        listed = {source["name"] for source in json.loads(self.run_it("dsn", "list", "--json"))}
        self.assertEqual(listed - {"ours"}, {*names, "theirs"})
        kept = [line.split()[0] for line in self.run_it("dsn", "show", "theirs").splitlines()[1:]]
        self.assertEqual(kept, ["k", *(f"k{number}" for number in range(150))])
        self.assertEqual(self.left(), [])

    def test_while_they_write_nothing_is_missed(self):
        whole = "".join(f"[s{number}]\nDriver = negodbc\n\n" for number in range(300))
        for words in (["show", "s299"], ["list"], ["remove", "s299"], ["add", "new", "Server=h"]):
            with self.subTest(words):
                self.put(whole)
                with open(self.user, "wb", buffering=0) as file:
                    file.write(whole[:4096].encode())
                    with subprocess.Popen([PROGRAM, "dsn", *words], env=self.environment, stdout=subprocess.PIPE, text=True) as program:
                        time.sleep(0.3)
                        file.write(whole[4096:].encode())
                        file.close()
                        said = program.communicate(timeout=60)[0]
                        self.assertEqual(program.returncode, 0, said)
                self.assertIn("[s298]", self.user.read_text(encoding="utf-8"))


class MaskingTest(Case):
    def test_no_password_is_shown(self):
        self.put("[made]\nDriver = x\nServer = h\nPasword = geheim1\nPWd2=geheim2\nPWD: geheim3\npqopt = {krbsrvname=pg password='geheim4'}\n"
                 "ConnSettings = set x to 'geheim5'; alter role a PASSWORD 'geheim6'; set my.token = geheim7\nSSLKeyPwd = geheim8\n"
                 "Description = postgresql://u:geheim9@h/d\nOptions = -c my.password=geheim10\n")
        for words in (["list"], ["list", "--json"], ["show", "made"], ["show", "made", "--json"]):
            self.assertNotIn("geheim", self.run_it("dsn", *words))
        said = self.run_it("doctor", "made", status=1)
        self.assertIn("= set x to ?;", said)
        self.assertNotIn("geheim", said)
        self.assertNotIn("geheim", self.run_it("doctor", "DSN=none;PWD=geheim", status=1))
        said = self.run_it("doctor", "postgresql://u:geheim@h/d?password=geheim", status=1)
        self.assertIn("negodbc dsn import", said)
        self.assertNotIn("geheim", said)
        values = self.values("made")
        self.assertEqual(values["pqopt"], "{krbsrvname=pg password='***'}")
        self.assertEqual(values["ConnSettings"], "set x to ?; alter role a PASSWORD ?; set my.token = ?")

    def test_none_that_is_given_instead_of_a_name(self):
        self.put("[made]\nDriver = negodbc\nServer = localhost\nPort = 1\n")
        for given in ("postgresql://u:geheim@h/d", "postgresql://u:ge?geheim@h/d", "host=h password=geheim dbname=d",
                      "DSN=made;PWD=geheim", "Server=localhost;Port=1;MotDePasse=geheim", "u:geheim@h", "Server=u:geheim@h;UID=u",
                      "Driver=negodbc;Server=localhost;sslcert=pkcs11:object=x?pin-value=geheim;sslkey=/nowhere;SSLmode=require;Port=1"):
            for words in (["dsn", "show", given], ["dsn", "edit", given, "Port=1"], ["dsn", "remove", given],
                          ["dsn", "add", given, "Server=h"], ["dsn", "add", "new", given], ["dsn", "show", "made", given],
                          ["doctor", given], ["doctor", given, "--json"], ["query", given, "SELECT 1"], ["dsn", "test", given]):
                with self.subTest(words):
                    done = subprocess.run([PROGRAM, *words], capture_output=True, timeout=60, check=False, env=self.environment,
                                          stdin=subprocess.DEVNULL, text=True)
                    self.assertNotIn("geheim", done.stdout + done.stderr)
        for given in ("DSN=made;PWD=geheim", "u:geheim@h"):
            self.assertNotIn("geheim", self.run_it("dsn", "import", given, status=1))

    def test_of_words_that_are_not_known(self):
        self.put("[made]\nDriver = x\nServer = localhost\nPort = 1\nMotDePasse = geheim1\nClave = geheim2\nKennwort=geheim3\nAuthString = geheim4\n"
                 "Frase: geheim5\nMy_Token = geheim6\nServre = geheim7\nPooling = yes\nCharset = 8\nFrase = on\n")
        for words in (["show", "made"], ["show", "made", "--json"], ["list", "--json"]):
            self.assertNotIn("geheim", self.run_it("dsn", *words))
        bundle = self.folder / "bundle.json"
        for words in (["doctor", "made"], ["doctor", "made", "--json"], ["doctor", "made", "--bundle", str(bundle)]):
            self.assertNotIn("geheim", self.run_it(*words, status=1))
        self.assertNotIn("geheim", bundle.read_text(encoding="utf-8"))
        values = self.values("made")
        self.assertEqual((values["Pooling"], values["Charset"], values["Frase"]), ("yes", "8", "on"))

    def test_what_stands_in_a_file_does_not_drive_the_terminal(self):
        self.user.write_bytes("[made]\nDriver = x\nServer = a\x1b[31m\x7f\x9bb\u202ec\n".encode())
        for words in (["show", "made"], ["list"]):
            said = self.run_it("dsn", *words)
            self.assertIn(r"a\x1B[31m\x7F\u009Bb\u202Ec", said)

    def test_a_password_within_pqopt_is_one(self):
        said = self.run_it("dsn", "add", "made", "Server=h", "pqopt=password=geheim")
        self.assertIn("note: pqopt can be read by whoever", said)
        self.assertEqual(self.user.stat().st_mode & 0o777, 0o600)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=2)
