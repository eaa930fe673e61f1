#!/usr/bin/python3
"""Through pgbouncer in transaction mode, where each transaction may have another server session: with
UseServerSidePrepare=0 nothing is left at a server that the next transaction would miss."""
import contextlib
import os
import socket
import subprocess
import tempfile
import time
import unittest

from client import connect, in_threads

POOL = 2  # server sessions
PID = "SELECT pg_backend_pid()"


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


@contextlib.contextmanager
def pgbouncer():
    """Gives its port."""
    port = free_port()
    with tempfile.TemporaryDirectory() as directory:
        os.chmod(directory, 0o755)
        users, ini = os.path.join(directory, "users.txt"), os.path.join(directory, "pgbouncer.ini")
        with open(users, "w", encoding="utf-8") as file:
            file.write('"trust_user" ""\n')
        with open(ini, "w", encoding="utf-8") as file:
            file.write(f"""[databases]
* = host={os.environ["NEGODBC_PGHOST"]} port={os.environ["NEGODBC_PGPORT"]}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
unix_socket_dir =
auth_type = trust
auth_file = {users}
pool_mode = transaction
default_pool_size = {POOL}
""")
        # It refuses to run as root.
        user = ["-u", "postgres"] if os.geteuid() == 0 else []
        environment = {name: value for name, value in os.environ.items() if name != "LD_PRELOAD"}
        process = subprocess.Popen(["/usr/sbin/pgbouncer", "-q", *user, ini], env=environment,
                                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            wait_for(port, process)
            yield port
        finally:
            process.terminate()
            process.wait()


def wait_for(port, process):
    deadline = time.monotonic() + 30
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=5).close()
            return
        except OSError:
            if process.poll() is not None or time.monotonic() > deadline:
                raise
            time.sleep(0.05)


class PgbouncerTest(unittest.TestCase):
    def setUp(self):
        self.port = self.enterContext(pgbouncer())

    def client(self, **options):
        return self.enterContext(connect("negodbc-trust", Port=str(self.port), UseServerSidePrepare="0", **options))

    def test_a_statement_whose_server_changes(self):
        """Executed on the one server until it is well known, then on the other."""
        statement = self.client()
        sql = "SELECT pg_backend_pid(), ?::int + 1"
        holders = [self.client(autocommit=False) for _ in range(POOL)]
        seen = set()
        for holder in holders:
            held = holder.execute(PID).fetchval()  # and held until the transaction ends
            for number in range(5):
                pid, sum_ = statement.execute(sql, number).fetchone()
                self.assertEqual(sum_, number + 1)
                self.assertNotEqual(pid, held)
                seen.add(pid)
            # The next holder has to get the server that the statement had.
            other = self.client(autocommit=False)
            self.assertIn(other.execute(PID).fetchval(), seen)
            holder.rollback()
            pid, sum_ = statement.execute(sql, 41).fetchone()
            self.assertEqual((pid, sum_), (held, 42))
            seen.add(pid)
            other.rollback()
        self.assertEqual(len(seen), POOL)

    def test_a_days_work(self):
        connection = self.client(autocommit=False)
        connection.execute("CREATE TABLE pooled (k int PRIMARY KEY, t varchar(40), f float8)")
        connection.commit()
        rows = [(k, f"Größe {k}", None if k % 3 == 0 else k / 4) for k in range(1000)]
        cursor = connection.cursor()
        cursor.fast_executemany = True
        cursor.executemany("INSERT INTO pooled VALUES (?, ?, ?)", rows)
        connection.commit()
        self.assertEqual([tuple(row) for row in cursor.execute("SELECT * FROM pooled ORDER BY k")], rows)
        with self.assertRaisesRegex(Exception, "23000"):
            cursor.execute("INSERT INTO pooled VALUES (?, ?, ?)", 1, "again", None)
        # Only the statement was undone.
        cursor.execute("UPDATE pooled SET t = ? WHERE k < ?", None, 10)
        self.assertEqual(cursor.rowcount, 10)
        connection.commit()
        self.assertEqual([row.column_name for row in cursor.columns(table="pooled")], ["k", "t", "f"])
        connection.commit()

    def test_more_clients_than_servers(self):
        def work(number):
            with connect("negodbc-trust", Port=str(self.port), UseServerSidePrepare="0") as connection:
                for i in range(50):
                    # The same texts in every thread, each executed again and again.
                    got = [connection.execute("SELECT ?::int * 1000 + ?::int", number, i).fetchval(),
                           connection.execute("SELECT ?::text || 'ä'", str(i)).fetchval()]
                    self.assertEqual(got, [number * 1000 + i, f"{i}ä"])

        self.assertEqual(in_threads(6, work), [])


if __name__ == "__main__":
    unittest.main(verbosity=2)
