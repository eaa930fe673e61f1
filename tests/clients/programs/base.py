"""LibreOffice Base without a window: its SDBC driver over ODBC, as forms, reports and Calc use it."""
import os
import subprocess
import sys
import tempfile
import time

import uno
from com.sun.star.connection import NoConnectException
from com.sun.star.sdbc import SQLException

TEXT = "Größe 世界 😀"


def expect(what, got, wanted):
    if got != wanted:
        sys.exit(f"{what}: got {got!r}, wanted {wanted!r}")


def office(directory, headless=True):
    """The program, and its service manager once it answers."""
    pipe = f"negodbc-{os.getpid()}"
    window = ["--headless"] if headless else []
    process = subprocess.Popen(["soffice", *window, "--norestore", "--nologo",
                                f"-env:UserInstallation=file://{directory}", f"--accept=pipe,name={pipe};urp;"])
    resolver = uno.getComponentContext().ServiceManager.createInstance("com.sun.star.bridge.UnoUrlResolver")
    while True:
        try:
            context = resolver.resolve(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
            return process, context.ServiceManager, context
        except NoConnectException:
            if process.poll() is not None:
                sys.exit(f"LibreOffice has ended with {process.returncode}")
            time.sleep(0.1)


def rows(result, *columns):
    """All rows; a letter of `columns` says how to read each. The result is closed: LibreOffice crashes when it is told to
    let one go, which Python does in its own time, after its connection has been closed."""
    readers = {"i": result.getInt, "s": result.getString, "d": result.getDouble}
    got = []
    while result.next():
        row = []
        for number, letter in enumerate(columns, 1):
            value = readers[letter](number)
            row.append(None if result.wasNull() else value)
        got.append(tuple(row))
    result.close()
    return got


def work(connection):
    statement = connection.createStatement()
    expect("by ticket", rows(statement.executeQuery(os.environ["NEGODBC_WHO"]), "s"),
           [(os.environ["NEGODBC_PRINCIPAL"],)])

    statement.execute("CREATE TABLE made_by_base (k int PRIMARY KEY, t varchar(40) NOT NULL, f float8)")
    data = connection.getMetaData()
    expect("product", data.getDatabaseProductName(), "PostgreSQL")
    tables = data.getTables(None, "public", "made_by_base", ("TABLE",))
    expect("tables", [row[2:] for row in rows(tables, *"ssss")], [("made_by_base", "TABLE")])
    columns = data.getColumns(None, "public", "made_by_base", "%")
    expect("columns", [(row[3], row[5], row[6], row[10]) for row in rows(columns, *"ssssssiiiii")],
           [("k", "int4", 10, 0), ("t", "varchar", 40, 0), ("f", "float8", 15, 1)])
    expect("primary key", [row[3] for row in rows(data.getPrimaryKeys(None, "public", "made_by_base"), *"ssss")], ["k"])

    insert = connection.prepareStatement("INSERT INTO made_by_base VALUES (?, ?, ?)")
    for k in range(1, 201):
        insert.setInt(1, k)
        insert.setString(2, f"{TEXT} {k}")
        if k % 3:
            insert.setDouble(3, k / 4)
        else:
            insert.setNull(3, uno.getConstantByName("com.sun.star.sdbc.DataType.DOUBLE"))
        expect("rows inserted", insert.executeUpdate(), 1)
    select = connection.prepareStatement("SELECT k, t, f FROM made_by_base WHERE k >= ? ORDER BY k LIMIT 2")
    select.setInt(1, 2)
    expect("rows", rows(select.executeQuery(), *"isd"), [(2, f"{TEXT} 2", 0.5), (3, f"{TEXT} 3", None)])
    for length in (8191, 100000):
        expect("a long value", rows(statement.executeQuery(f"SELECT repeat('世', {length})"), "s"), [("世" * length,)])
        bytes_result = statement.executeQuery(f"SELECT decode(repeat('00ff', {length}), 'hex')")
        expect("a row of bytes", bytes_result.next(), True)
        expect("long bytes", bytes_result.getBytes(1).value, b"\x00\xff" * length)
        bytes_result.close()

    connection.setAutoCommit(False)
    expect("rows deleted", statement.executeUpdate("DELETE FROM made_by_base WHERE k > 100"), 100)
    connection.rollback()
    connection.setAutoCommit(True)
    expect("rolled back", rows(statement.executeQuery("SELECT count(*) FROM made_by_base"), "i"), [(200,)])

    for sql, state in [("SELECT * FROM nowhere", "42S02"), ("INSERT INTO made_by_base VALUES (1, 'x')", "23000")]:
        try:
            statement.execute(sql)
            sys.exit(f"{sql}: no error")
        except SQLException as error:
            expect(sql, error.SQLState, state)
    statement.execute("DROP TABLE made_by_base")
    for used in (insert, select, statement):
        used.close()


def value(column, kind="String"):
    got = getattr(column, "get" + kind)()
    return None if column.wasNull() else got


def table_window(services, context, file, url, info):
    """A table's rows as Base's own window and its forms have them: moved through, changed, added. (Removing is left out:
    LibreOffice reads on before it removes the row that it is on by then.)"""
    sources = services.createInstanceWithContext("com.sun.star.sdb.DatabaseContext", context)
    source = sources.createInstance()
    source.URL, source.Info = url, info
    source.DatabaseDocument.storeAsURL(f"file://{file}", ())
    connection = source.getConnection("", "")
    statement = connection.createStatement()
    statement.execute("CREATE TABLE seen_by_base (k int PRIMARY KEY, t text, f float8, d date)")
    statement.execute(f"INSERT INTO seen_by_base SELECT g, '{TEXT} ' || g, g / 4.0, date '2026-01-01' + g"
                      " FROM generate_series(1, 300) g")
    window = services.createInstanceWithContext("com.sun.star.sdb.RowSet", context)
    window.ActiveConnection = connection
    window.CommandType = uno.getConstantByName("com.sun.star.sdb.CommandType.TABLE")
    connection.getTables().refresh()
    names = [name for name in connection.getTables().getElementNames() if name.endswith("seen_by_base")]
    expect("the table", len(names), 1)
    window.Command, window.Order = names[0], '"k"'
    window.execute()
    columns = [window.getColumns().getByIndex(index) for index in range(4)]

    def row():
        return value(columns[0], "Int"), value(columns[1]), value(columns[2], "Double")

    expect("the last row", window.last() and (window.getRow(), row()), (300, (300, f"{TEXT} 300", 75.0)))
    for number in (1, 150, 299, 2, 300):
        expect("to a row", window.absolute(number) and row(), (number, f"{TEXT} {number}", number / 4))
    expect("back", window.relative(-100) and row()[0], 200)
    window.beforeFirst()
    seen = 0
    while window.next():
        seen += 1
        expect("each row", row()[0], seen)
    expect("rows", seen, 300)

    window.absolute(20)
    columns[1].updateString("changed")
    columns[2].updateNull()
    window.updateRow()
    expect("a changed row", row(), (20, "changed", None))
    window.moveToInsertRow()
    columns[0].updateInt(301)
    columns[1].updateString("世" * 9000)
    columns[2].updateDouble(-1.5)
    window.insertRow()
    expect("a row more", window.last() and row(), (301, "世" * 9000, -1.5))
    expect("at the server", rows(statement.executeQuery(
        "SELECT count(*), max(k), min(t) FILTER (WHERE k = 20), max(length(t)) FROM seen_by_base"), *"iisi"),
           [(301, 301, "changed", 9000)])
    window.dispose()
    statement.execute("DROP TABLE seen_by_base")
    statement.close()
    connection.close()


def main():
    with tempfile.TemporaryDirectory() as directory:
        process, services, context = office(directory)
        try:
            manager = services.createInstanceWithContext("com.sun.star.sdbc.DriverManager", context)
            # What the wizard calls the character set.
            utf8 = uno.createUnoStruct("com.sun.star.beans.PropertyValue", Name="CharSet", Value="UTF-8")
            url = "sdbc:odbc:" + os.environ["NEGODBC_DSN"]
            connection = manager.getConnectionWithInfo(url, (utf8,))
            work(connection)
            connection.close()
            # After it has added a row LibreOffice leaves column 0 bound to memory that it has freed, which a sanitizer tells.
            if "asan" not in os.environ.get("LD_PRELOAD", ""):
                table_window(services, context, os.path.join(directory, "made.odb"), url, (utf8,))
            services.createInstanceWithContext("com.sun.star.frame.Desktop", context).terminate()
            process.wait()
        finally:
            if process.poll() is None:
                process.terminate()
                process.wait()


if __name__ == "__main__":
    main()
