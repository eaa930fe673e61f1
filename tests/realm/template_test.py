#!/usr/bin/python3
"""What is the same in every realm is made once, never half, and never trusted too long."""
import glob
import os
import shutil
import subprocess
import time
import unittest

from realm_case import LOGIN, REALM, RealmCase

# Both tickets that matter, a change, and when this realm's cluster was made: a copy keeps the time.
LOOK = f'''
ROLE=alice; {LOGIN}
SQL="CREATE TABLE changed ()"; {LOGIN}
SQL="SELECT 1"; KRB5CCNAME=$NEGODBC_CCACHE_EXPIRED; {LOGIN} 2>&1 | grep -om1 "Ticket expired" | head -1
stat -c %y "$NEGODBC_REALM_DIR/postgres/data/PG_VERSION"
'''


class TemplateTest(RealmCase):
    def setUp(self):
        super().setUp()
        self.templates = os.path.join(self.parent, "templates")

    def begin(self, name):
        options = ["--dir", os.path.join(self.parent, name), "--templates", self.templates]
        process = subprocess.Popen([REALM, "run", *options, "--", "bash", "-c", LOOK], stdin=subprocess.DEVNULL,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        return process

    def made(self, process):
        """When the cluster of a realm that works was made."""
        said, complaint = process.communicate(timeout=120)
        lines = said.splitlines()
        self.assertEqual(lines[:-1], ["alice@NEGODBC.TEST", "CREATE TABLE", "Ticket expired"], said + complaint)
        return lines[-1]

    def kept(self):
        return glob.glob(f"{self.templates}/template-*")

    def test_is_made_once_by_realms_that_start_together(self):
        """And what one of them changes is its own."""
        realms = [self.begin(f"realm{number}") for number in range(3)]
        self.assertEqual(len({self.made(realm) for realm in realms}), 1)
        self.assertEqual(len(self.kept()), 1)

    def test_out_of_date_or_unfinished_is_made_anew(self):
        first = self.made(self.begin("first"))
        (template,) = self.kept()
        week_ago = time.time() - 8 * 24 * 3600
        os.utime(template, (week_ago, week_ago))
        second = self.made(self.begin("second"))
        self.assertNotEqual(first, second)
        self.assertEqual(self.kept(), [template])
        # As a maker leaves it that was killed while it copied.
        os.rename(template, template + ".unfinished")
        shutil.rmtree(template + ".unfinished/kdc")
        self.assertNotIn(self.made(self.begin("third")), (first, second))
        self.assertEqual(self.kept(), [template])

    def test_a_place_that_is_no_folder_is_done_without(self):
        with open(self.templates, "w", encoding="utf-8"):
            pass
        self.made(self.begin("realm"))


if __name__ == "__main__":
    unittest.main(verbosity=2)
