#!/usr/bin/perl
# Perl's DBI with DBD::ODBC: what its users do, and what DBI asks of a driver behind their backs.
use strict;
use warnings;
use utf8;
use DBI qw(:sql_types);
use Test::More;

my $dbh = DBI->connect("dbi:ODBC:$ENV{NEGODBC_DSN}", undef, undef,
    { RaiseError => 1, PrintError => 0, odbc_utf8_on => 1 });
is(($dbh->selectrow_array($ENV{NEGODBC_WHO}))[0], $ENV{NEGODBC_PRINCIPAL}, 'by ticket');
is($dbh->get_info(17), 'PostgreSQL', 'SQL_DBMS_NAME');
ok($dbh->ping, 'ping');

$dbh->do('CREATE TABLE made_by_perl (k int PRIMARY KEY, t varchar(40) NOT NULL, f float8, b bytea)');
is_deeply([ map { $_->{TABLE_NAME} } @{ $dbh->table_info(undef, 'public', 'made_by_perl', 'TABLE')->fetchall_arrayref({}) } ],
    ['made_by_perl'], 'table_info');
is_deeply([ map { [ @$_{qw(COLUMN_NAME TYPE_NAME COLUMN_SIZE NULLABLE)} ] }
        @{ $dbh->column_info(undef, 'public', 'made_by_perl', '%')->fetchall_arrayref({}) } ]->[1],
    [ 't', 'varchar', 40, 0 ], 'column_info');
is_deeply([ $dbh->primary_key(undef, 'public', 'made_by_perl') ], ['k'], 'primary_key');
ok((grep { $_->{TYPE_NAME} eq 'int4' } $dbh->type_info(SQL_INTEGER)), 'type_info');

# Prepared once, executed often; then whole columns at once.
my $insert = $dbh->prepare('INSERT INTO made_by_perl VALUES (?, ?, ?, ?)');
$insert->execute(1, 'Größe 世界 😀', 0.25, undef);
$insert->bind_param(1, 2);
$insert->bind_param(2, 'bytes');
$insert->bind_param(3, undef, SQL_DOUBLE);
$insert->bind_param(4, "\x00\x01\xff", SQL_VARBINARY);
$insert->execute;
my @keys = (3 .. 500);
is($insert->execute_array({ ArrayTupleStatus => \my @status }, \@keys, [ map { "row $_" } @keys ],
        [ map { $_ / 4 } @keys ], [ map { undef } @keys ]), scalar @keys, 'execute_array');

my $select = $dbh->prepare('SELECT k, t, f, b FROM made_by_perl WHERE k <= ? ORDER BY k');
$select->execute(3);
is_deeply($select->{NAME}, [qw(k t f b)], 'NAME');
is_deeply($select->{TYPE}, [ SQL_INTEGER, SQL_VARCHAR, SQL_DOUBLE, SQL_LONGVARBINARY ], 'TYPE');
is_deeply($select->fetchall_arrayref,
    [ [ 1, 'Größe 世界 😀', 0.25, undef ], [ 2, 'bytes', undef, "\x00\x01\xff" ], [ 3, 'row 3', 0.75, undef ] ],
    'what was written is read');
# Long types are read whole up to LongReadLen bytes, others up to the column's size. Too long a value is an error.
for my $length (8191, 100_000) {
    local $dbh->{LongReadLen} = 3 * $length;
    is(($dbh->selectrow_array("SELECT repeat('世', $length)"))[0], '世' x $length, "a text of $length characters");
    is(($dbh->selectrow_array("SELECT decode(repeat('00ff', $length), 'hex')"))[0], "\x00\xff" x $length, 'as many bytes');
    is(($dbh->selectrow_array("SELECT array_fill(1, ARRAY[$length])"))[0], '{' . join(',', (1) x $length) . '}', 'an array');
    $dbh->{LongReadLen} = 3 * $length - 100;
    ok(!eval { $dbh->selectrow_array("SELECT repeat('世', $length)"); 1 }, 'cut only with an error');
}

$dbh->begin_work;
is($dbh->do('DELETE FROM made_by_perl WHERE k > ?', undef, 100), 400, 'rows deleted');
$dbh->rollback;
is(($dbh->selectrow_array('SELECT count(*) FROM made_by_perl'))[0], 500, 'rolled back');

for ([ 'SELECT * FROM nowhere', '42S02' ], [ "INSERT INTO made_by_perl VALUES (1, 'again')", '23000' ],
    [ 'SELEC', '42000' ], [ 'SELECT 1 / 0', '22012' ]) {
    my ($sql, $state) = @$_;
    ok(!eval { $dbh->do($sql); 1 }, $sql);
    is($dbh->state, $state, "its SQLSTATE");
}

$dbh->do('DROP TABLE made_by_perl');
$dbh->disconnect;
done_testing;
