# Tcl's tdbc::odbc: named parameters, dictionaries of rows, transactions as scripts.
package require Tcl 8.6
package require tdbc::odbc
encoding system utf-8

proc expect {what got wanted} {
    if {$got ne $wanted} { error "$what: got <$got>, wanted <$wanted>" }
}

tdbc::odbc::connection create db "DSN=$env(NEGODBC_DSN)"
expect "by ticket" [dict get [lindex [db allrows $env(NEGODBC_WHO)] 0] principal] $env(NEGODBC_PRINCIPAL)

db allrows {CREATE TABLE made_by_tcl (k int PRIMARY KEY, t varchar(40) NOT NULL, f float8)}
expect tables [dict keys [db tables made_by_tcl]] made_by_tcl
set columns [db columns made_by_tcl]
expect columns [dict keys $columns] {k t f}
expect "its size" [dict get $columns t precision] 40
expect "its null rule" [dict get $columns t nullable] 0
expect "primary key" [dict get [lindex [db primarykeys made_by_tcl] 0] columnName] k

# A parameter without a value in the dictionary is NULL.
set insert [db prepare {INSERT INTO made_by_tcl VALUES (:k, :t, :f)}]
$insert paramtype k integer
$insert paramtype t varchar 40
$insert paramtype f double
db transaction {
    for {set i 1} {$i <= 200} {incr i} {
        set row [dict create k $i t "Größe 世界 $i"]
        if {$i % 3} { dict set row f [expr {$i / 4.0}] }
        $insert allrows $row
    }
}
expect "read with a parameter" [db allrows -as lists {SELECT k, t, f FROM made_by_tcl WHERE k BETWEEN :a AND :a + 1
    ORDER BY k} {a 2}] [list [list 2 "Größe 世界 2" 0.5] [list 3 "Größe 世界 3" {}]]
expect "a NULL is no key" [dict keys [lindex [db allrows {SELECT k, f FROM made_by_tcl WHERE k = 3}] 0]] k

foreach length {8191 100000} {
    expect "a long value" [db allrows -as lists "SELECT repeat('世', $length)"] [string repeat 世 $length]
    expect "long bytes" [db allrows -as lists "SELECT decode(repeat('00ff', $length), 'hex')"] \
        [list [list [string repeat \x00\xff $length]]]
}

# An error ends the script, and undoes what it did.
set failed [catch {
    db transaction {
        db allrows {DELETE FROM made_by_tcl}
        db allrows {INSERT INTO made_by_tcl VALUES (1, NULL, 0)}
    }
} said how]
expect "the transaction" $failed 1
expect "its SQLSTATE" [lindex [dict get $how -errorcode] 2] 23000
expect "rolled back" [db allrows -as lists {SELECT count(*) FROM made_by_tcl}] 200
catch {db allrows {SELECT * FROM nowhere}} said how
expect "SQLSTATE" [lindex [dict get $how -errorcode] 2] 42S02

$insert close
db allrows {DROP TABLE made_by_tcl}
db close
