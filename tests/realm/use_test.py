#!/usr/bin/python3
"""The realm in use: logins by ticket and the states that tests rely on."""
import os
import signal
import unittest

from realm_case import LOGIN, RealmCase


class UseTest(RealmCase):
    def test_the_exit_status_is_the_commands(self):
        self.assertEqual(self.run_inside("exit 37").returncode, 37)
        self.assertEqual(self.run_inside("kill -KILL $$").returncode, 128 + signal.SIGKILL)
        self.assert_nothing_left()

    def test_logins(self):
        """Every ticket and role does what the tests take for granted."""
        done = self.run_inside(f"""
            as() {{ local ROLE=$1; {LOGIN} 2>&1 | tail -1; }}
            export PGGSSENCMODE=disable
            as alice
            KRB5CCNAME=$NEGODBC_CCACHE_BOB as bob
            KRB5CCNAME=$NEGODBC_CCACHE_WRONG as mallory
            KRB5CCNAME=$NEGODBC_CCACHE_EXPIRED as alice
            KRB5CCNAME=$NEGODBC_CCACHE_NONE as alice
            PGKRBSRVNAME=$NEGODBC_WRONG_KEY_SERVICE as alice
            PGKRBSRVNAME=unheard-of as alice
            KRB5CCNAME=$NEGODBC_CCACHE_TGT KRB5_CONFIG=$NEGODBC_KRB5_CONFIG_DOWN as alice
            as gssenc_user
            PGGSSENCMODE=require as gssenc_user
            export KRB5CCNAME=$NEGODBC_CCACHE_NONE SQL='SELECT current_user, ssl FROM pg_stat_ssl
                                                        WHERE pid = pg_backend_pid()'
            as trust_user
            PGPASSWORD=$NEGODBC_SCRAM_PASSWORD as scram_user
            PGPASSWORD=$NEGODBC_MD5_PASSWORD PGSSLMODE=disable as md5_user
            PGPASSWORD=$NEGODBC_CLEARTEXT_PASSWORD as password_user
            export PGPASSWORD=$NEGODBC_SCRAM_SSL_PASSWORD PGSSLMODE=verify-full
            PGSSLROOTCERT=$NEGODBC_ROOT_CERT as scram_ssl_user
            PGSSLROOTCERT=$NEGODBC_OTHER_ROOT_CERT as scram_ssl_user
            PGSSLMODE=disable as scram_ssl_user
        """)
        expected = ["alice@NEGODBC.TEST", "bob@NEGODBC.TEST", 'role "mallory" does not exist', "Ticket expired",
                    "No Kerberos credentials available", "Decrypt integrity check failed",
                    "Server not found in Kerberos database", "Cannot contact any KDC",
                    "pg_hba.conf rejects connection", "alice@NEGODBC.TEST",
                    "trust_user|t", "scram_user|t", "md5_user|f", "password_user|t", "scram_ssl_user|t",
                    "certificate verify failed", "pg_hba.conf rejects connection"]
        said = done.stdout.splitlines()
        self.assertEqual(len(said), len(expected), done.stdout + done.stderr)
        for line, part in zip(said, expected):
            self.assertIn(part, line)

    def test_a_kdc_can_be_made_to_hang(self):
        """By stopping the process group, and by a configuration that names one which never answers."""
        done = self.run_inside("""
            kill -STOP -- -$NEGODBC_KDC_PID
            kinit() { timeout $1 kinit.heimdal -c MEMORY: -t $NEGODBC_ALICE_KEYTAB alice; echo $?; }
            kinit 1
            kill -CONT -- -$NEGODBC_KDC_PID
            kinit 60
            KRB5_CONFIG=$NEGODBC_KRB5_CONFIG_HANGING kinit 1
            kill -STOP -- -$NEGODBC_KDC_PID
        """)
        self.assertEqual(done.stdout.split(), ["124", "0", "124"], done.stderr)
        self.assert_nothing_left()

    def test_settings_reach_the_server(self):
        done = self.run_inside(LOGIN, "--set", "work_mem=7MB", ROLE="trust_user", SQL="SHOW work_mem")
        self.assertEqual(done.stdout, "7MB\n", done.stderr)

    def test_a_failed_start_says_why_and_leaves_nothing(self):
        done = self.run_inside("true", "--set", "work_mem=nonsense")
        self.assertEqual(done.returncode, 125)
        self.assertIn("work_mem", done.stderr)
        self.assert_nothing_left()

    def test_a_directory_with_something_in_it_is_left_alone(self):
        os.mkdir(self.directory)
        kept = os.path.join(self.directory, "kept")
        with open(kept, "w", encoding="utf-8"):
            pass
        self.assertEqual(self.run_inside("true").returncode, 125)
        self.assertTrue(os.path.exists(kept))


if __name__ == "__main__":
    unittest.main(verbosity=2)
