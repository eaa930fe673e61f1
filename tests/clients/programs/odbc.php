<?php
// PHP's odbc_* functions and PDO_ODBC.
error_reporting(E_ALL);
set_error_handler(function ($level, $message) { throw new ErrorException($message, 0, $level); });

function expect(string $what, mixed $got, mixed $wanted): void {
    if ($got !== $wanted) {
        throw new Exception("$what: got " . var_export($got, true) . ", wanted " . var_export($wanted, true));
    }
}

const TEXT = 'Größe 世界 😀';

function with_odbc(string $dsn): void {
    $db = odbc_connect($dsn, '', '');
    expect('by ticket', odbc_result(odbc_exec($db, getenv('NEGODBC_WHO')), 1), getenv('NEGODBC_PRINCIPAL'));

    odbc_exec($db, 'CREATE TABLE made_by_php (k int PRIMARY KEY, t varchar(40) NOT NULL, f float8)');
    $tables = odbc_tables($db, null, 'public', 'made_by_php', 'TABLE');
    expect('tables', odbc_fetch_array($tables)['TABLE_NAME'], 'made_by_php');
    $columns = odbc_columns($db, null, 'public', 'made_by_php');
    for ($seen = []; $row = odbc_fetch_array($columns); ) {
        $seen[$row['COLUMN_NAME']] = [$row['TYPE_NAME'], $row['NULLABLE']];
    }
    expect('columns', $seen, ['k' => ['int4', '0'], 't' => ['varchar', '0'], 'f' => ['float8', '1']]);
    expect('primary key', odbc_fetch_array(odbc_primarykeys($db, null, 'public', 'made_by_php'))['COLUMN_NAME'], 'k');

    $insert = odbc_prepare($db, 'INSERT INTO made_by_php VALUES (?, ?, ?)');
    for ($k = 1; $k <= 200; $k++) {
        odbc_execute($insert, [$k, TEXT . " $k", $k % 3 ? $k / 4 : null]);
    }
    $select = odbc_prepare($db, 'SELECT * FROM made_by_php WHERE k BETWEEN ? AND ? ORDER BY k');
    odbc_execute($select, [2, 3]);
    expect('columns of the result', [odbc_num_fields($select), odbc_field_name($select, 2), odbc_field_type($select, 1),
        odbc_field_len($select, 2)], [3, 't', 'int4', 40]);
    expect('a row', odbc_fetch_array($select), ['k' => '2', 't' => TEXT . ' 2', 'f' => '0.5']);
    expect('a NULL', odbc_fetch_array($select), ['k' => '3', 't' => TEXT . ' 3', 'f' => null]);
    expect('the end', odbc_fetch_array($select), false);

    // Long types are read whole as far as odbc_longreadlen() says, by default to 4096 bytes.
    foreach ([8191, 100000] as $length) {
        $long = odbc_exec($db, "SELECT repeat('世', $length), array_fill(1, ARRAY[$length]),
            decode(repeat('00ff', $length), 'hex')");
        odbc_longreadlen($long, 3 * $length + 1);
        expect("a text of $length characters", odbc_result($long, 1), str_repeat('世', $length));
        expect('an array', odbc_result($long, 2), '{' . implode(',', array_fill(0, $length, '1')) . '}');
        expect('bytes', odbc_result($long, 3), str_repeat("\x00\xff", $length));
    }

    odbc_autocommit($db, false);
    expect('rows deleted', odbc_num_rows(odbc_exec($db, 'DELETE FROM made_by_php')), 200);
    odbc_rollback($db);
    odbc_autocommit($db, true);
    expect('rolled back', odbc_result(odbc_exec($db, 'SELECT count(*) FROM made_by_php'), 1), '200');

    try {
        odbc_exec($db, 'SELECT * FROM nowhere');
        expect('an error', 'none', 'one');
    } catch (ErrorException) {
        expect('SQLSTATE, of ODBC 2', odbc_error($db), 'S0002');
    }
    odbc_exec($db, 'DROP TABLE made_by_php');
    odbc_close($db);
}

function with_pdo(string $dsn): void {
    $db = new PDO("odbc:$dsn", options: [PDO::ATTR_ERRMODE => PDO::ERRMODE_EXCEPTION]);
    expect('by ticket', $db->query(getenv('NEGODBC_WHO'))->fetchColumn(), getenv('NEGODBC_PRINCIPAL'));
    $db->exec('CREATE TABLE made_by_pdo (k int PRIMARY KEY, t text NOT NULL, f float8, l text)');

    $db->beginTransaction();
    $insert = $db->prepare('INSERT INTO made_by_pdo VALUES (:k, :t, :f, :l)');
    for ($k = 1; $k <= 200; $k++) {
        $insert->execute(['k' => $k, 't' => TEXT . " $k", 'f' => $k % 3 ? $k / 4 : null, 'l' => str_repeat('世', $k * 50)]);
    }
    $db->commit();

    $select = $db->prepare('SELECT k, t, f FROM made_by_pdo WHERE k >= ? ORDER BY k LIMIT 2');
    $select->bindValue(1, 2, PDO::PARAM_INT);
    $select->execute();
    expect('rows', $select->fetchAll(PDO::FETCH_NUM), [['2', TEXT . ' 2', '0.5'], ['3', TEXT . ' 3', null]]);
    foreach ([8191, 100000] as $length) {
        expect("a text of $length characters", $db->query("SELECT repeat('世', $length)")->fetchColumn(),
            str_repeat('世', $length));
        // PDO reads everything as text.
        expect("$length bytes", $db->query("SELECT decode(repeat('00ff', $length), 'hex')")->fetchColumn(),
            str_repeat('00ff', $length));
    }
    expect('a long value', iconv_strlen($db->query('SELECT l FROM made_by_pdo WHERE k = 200')->fetchColumn()), 10000);
    // A long value as a stream: data at execution.
    $stream = fopen('php://memory', 'r+');
    fwrite($stream, str_repeat('0123456789', 5000));
    rewind($stream);
    $update = $db->prepare('UPDATE made_by_pdo SET l = ? WHERE k = ?');
    $update->bindValue(1, $stream, PDO::PARAM_LOB);
    $update->bindValue(2, 1);
    $update->execute();
    expect('rows updated', $update->rowCount(), 1);
    expect('what the stream held', $db->query('SELECT length(l) FROM made_by_pdo WHERE k = 1')->fetchColumn(), '50000');

    $db->beginTransaction();
    expect('rows deleted', $db->exec('DELETE FROM made_by_pdo WHERE k > 100'), 100);
    $db->rollBack();
    expect('rolled back', $db->query('SELECT count(*) FROM made_by_pdo')->fetchColumn(), '200');

    foreach (['SELECT * FROM nowhere' => '42S02', "INSERT INTO made_by_pdo VALUES (1, 'again')" => '23000'] as $sql => $state) {
        try {
            $db->exec($sql);
            expect('an error', 'none', 'one');
        } catch (PDOException $error) {
            expect('SQLSTATE', $error->getCode(), $state);
        }
    }
    $db->exec('DROP TABLE made_by_pdo');
}

with_odbc(getenv('NEGODBC_DSN'));
with_pdo(getenv('NEGODBC_DSN'));
