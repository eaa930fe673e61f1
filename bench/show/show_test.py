"""The page and the tables of a run of must-show, made of small reports; and that README has the marks they go into."""
import json
import os
import sys
import tempfile
import unittest
import xml.etree.ElementTree

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)

import page
import runs
import tables

README = os.path.join(HERE, "..", "README.md")


def storm_report(**rates):
    """name -> (logins a second, microseconds of CPU)."""
    first = next(iter(rates))
    return {"environments": [{"cpu": "a <b> & c"}],
            "targets": [{"name": name, "summary": {
                "logins_per_second": {"median": rate}, "client_cpu_per_login_us": {"median": cpu}, "failures": 0,
                f"ratio_to_{first}": {"logins_per_second": rate / rates[first][0], "client_cpu_per_login": cpu / rates[first][1]}}}
                        for name, (rate, cpu) in rates.items()]}


class Show(unittest.TestCase):
    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.out = directory.name

    def put(self, name, document):
        with open(os.path.join(self.out, name), "w", encoding="utf-8") as file:
            json.dump(document, file)

    def put_all(self):
        storm = storm_report(psqlodbc=(300, 700), negodbc=(390, 350))
        for name in ("storm-1", "storm-8", "storm-64", "proxy", "sink-1", "sink-8", "sink-64", "sink-scram", "defaults-tls",
                     "defaults-gss", "sink-defaults-plain"):
            self.put(f"{name}.json", storm)
        self.put("equal.json", storm_report(A=(1000, 1), B=(1020, 1), C=(990, 1)))
        self.put("waits.json", {"delay_ms": 10, "ways": [{"login": "by ticket", "waits": [[2, 1], [1, 9]], "median_ms": 47.6}]})
        two = [{"name": "a", "seconds": 4, "cpu_s": 2, "peak_mb": 481}, {"name": "b", "seconds": 1, "cpu_s": 0.5, "peak_mb": 7}]
        for name in ("rows-bound", "rows-insert", "prepared-int4", "prepared-uuid"):
            self.put(f"{name}.json", {"workload": "w", "rows": 1000000, "targets": two})
        self.put("gss-libpq-0.json", {"rows": 1000000, "targets": [two[0] | {"name": "libpq"}]})
        self.put("gss-odbc-0.json", {"rows": 1000000, "targets": [two[1]]})
        self.put("cold.json", {"targets": [{"group": "g", "process": "negodbc", "cpu_ms": 5, "elapsed_ms": 9, "cpu_of_psqlodbc": 0.5},
                                           {"group": "g", "process": "psqlodbc", "cpu_ms": 10, "elapsed_ms": 19,
                                            "cpu_of_psqlodbc": 1}]})
        medians = {"plain/mit_krb5": 120, "through_plugin/mit_krb5_no_warm": 40, "through_plugin/mit_krb5_none": 300}
        for name, suffix in (("first_leg", "/process_time/real_time/threads:1"), ("handshake", "/manual_time")):
            self.put(f"{name}.json", {"benchmarks": [
                {"run_name": key + suffix, "aggregate_name": "median", "real_time": value * 1000, "time_unit": "ns"}
                for key, value in (medians | {"plain_seal/mit": 105, "plugin_seal/mit_by_library": 110,
                                               "plugin_seal/mit_by_openssl": 50}).items()]})
        self.put("run.json", {"processors": 2, "cpu": "x", "system": "s", "kernel": "k", "negodbc": "1", "commit": "c",
                              "parts": {"storms": {"load_before": 0.5, "load_after": 3, "seconds": 120, "failed": False, "scale": 1},
                                        "rows": {"load_before": 1, "load_after": 1, "seconds": 60, "failed": True, "scale": 0.5}}})

    def test_every_table_is_made(self):
        self.put_all()
        made = {table.name: table for table in tables.all_tables(self.out)}
        self.assertEqual(list(made), tables.NAMES)
        self.assertEqual(made["storms"].rows, [["psqlodbc", *["1 (300/s)"] * 4, ", ".join(["700 us"] * 4)],
                                               ["negodbc", *["1.30"] * 4, ", ".join(["0.50"] * 4)]])
        self.assertEqual(made["conditions"].rows[3:], [["took", "3.0 minutes"],
                                                       ["part storms", "load average 0.5 before, 3.0 after, 120 s"],
                                                       ["part rows", "load average 1.0 before, 1.0 after, 60 s, 0.5 of the logins and "
                                                        "rows of a whole run, FAILED"]])
        self.assertIn("3.0 % between", made["equal"].says)
        self.assertEqual(made["waits"].rows, [["by ticket", "2: 1, 1: 9", "47.6 ms"]])
        self.assertEqual(made["rows"].rows[0][3:6], ["4.0", "2.00 / 0.50", "4.0"])
        self.assertEqual(made["first_leg"].rows, [["MIT, krb5", "120", "40.0", "300", "3.0"]])
        self.assertEqual(made["messages"].rows, [["MIT, sealed", "105", "110", "50.0", "2.1"]])
        self.assertEqual(made["rows_by_gss"].rows, [["libpq", "4.00", "1.00", "2.00 s", "1.00", "481"],
                                                    ["b", "1.00", "0.25", "0.50 s", "0.25", "7.00"]])
        for table in made.values():
            self.assertTrue(all(len(row) == len(table.head) for row in table.rows), table.name)

    def test_the_page_is_well_formed(self):
        self.put_all()
        found = tables.all_tables(self.out)
        found[1].rows[0][0] = "a <b> & `c`"
        root = xml.etree.ElementTree.fromstring(page.to_html(found).split("\n", 1)[1])
        self.assertEqual(len(root.findall("body/table")), len(found))
        self.assertEqual(len(list(root.iter("{http://www.w3.org/2000/svg}svg"))), sum(bool(table.bars) for table in found))

    def test_a_part_of_a_run_leaves_the_other_tables_as_they_are(self):
        text = ("a\n<!-- must-show: cold -->\n| old |\n<!-- end -->\nb\n<!-- must-show: sink -->\n| kept |\n<!-- end -->\nc\n")
        self.put_all()
        for name in ("sink-1", "sink-8", "sink-64"):
            os.unlink(os.path.join(self.out, f"{name}.json"))
        new = page.written(text, tables.all_tables(self.out))
        self.assertNotIn("| old |", new)
        self.assertIn("| g | negodbc | 5.00 ms | 0.50 | 9.00 ms |\n", new)
        self.assertIn("\n<!-- must-show: sink -->\n| kept |\n<!-- end -->\nc\n", new)
        self.assertEqual(page.written(new, tables.all_tables(self.out)), new)

    def test_readme_has_a_mark_for_each_table(self):
        with open(README, encoding="utf-8") as file:
            text = file.read()
        self.assertEqual(sorted(page.marks_in(text)), sorted(tables.NAMES))
        for part in runs.PARTS:
            self.assertIn(f"| `{part}` |", text)


if __name__ == "__main__":
    unittest.main()
