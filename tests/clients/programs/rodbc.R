# RODBC: data frames to and from tables, the catalogue, statements and their errors.
suppressPackageStartupMessages(library(RODBC))

connection <- odbcConnect(Sys.getenv("NEGODBC_DSN"), interpretDot = FALSE)
stopifnot(connection != -1)
who <- sqlQuery(connection, Sys.getenv("NEGODBC_WHO"), stringsAsFactors = FALSE)
stopifnot(who$principal == Sys.getenv("NEGODBC_PRINCIPAL"))

# A data frame becomes a table, its rows by parameters; text, doubles and NULLs come back as they were.
frame <- data.frame(k = 1:300, t = paste("Größe 世界 😀", 1:300), f = 1:300 / 4, stringsAsFactors = FALSE)
frame$t[2] <- NA
frame$f[3] <- NA
sqlSave(connection, frame, "made_by_r", rownames = FALSE, fast = TRUE,
        varTypes = c(k = "int4", t = "varchar(40)", f = "float8"))
back <- sqlFetch(connection, "made_by_r", stringsAsFactors = FALSE)
stopifnot(identical(back, frame))

stopifnot("made_by_r" %in% sqlTables(connection, tableType = "TABLE")$TABLE_NAME)
columns <- sqlColumns(connection, "made_by_r")
stopifnot(identical(as.character(columns$COLUMN_NAME), c("k", "t", "f")),
          identical(as.character(columns$TYPE_NAME), c("int4", "varchar", "float8")), columns$COLUMN_SIZE[2] == 40)
stopifnot("int4" %in% sqlTypeInfo(connection, "integer")$TYPE_NAME)
info <- odbcGetInfo(connection)
stopifnot(info[["DBMS_Name"]] == "PostgreSQL", startsWith(info[["Driver_Name"]], "libnegodbc"))

# Updated by its key column.
sqlUpdate(connection, data.frame(k = 4L, f = -1), "made_by_r", index = "k")
stopifnot(sqlQuery(connection, "SELECT f FROM made_by_r WHERE k = 4")$f == -1)

types <- sqlQuery(connection, paste("SELECT DATE '2026-11-24' AS d, TIMESTAMP '2026-11-24 01:02:03' AS ts,",
                                    "12.50::numeric(8,2) AS n, true AS b, NULL::int AS i"), stringsAsFactors = FALSE)
stopifnot(types$d == as.Date("2026-11-24"), format(types$ts) == "2026-11-24 01:02:03", types$n == 12.5,
          types$b == 1, is.na(types$i))

# Of text it binds 65535 bytes, and cuts the rest in silence. (Of long bytes it gives what is no one's memory, whatever the
# driver.)
for (length in c(8191, 20000)) {
    got <- sqlQuery(connection, paste0("SELECT repeat('世', ", length, ") AS t"), stringsAsFactors = FALSE)
    stopifnot(identical(got$t, strrep("世", length)))
}

invisible(odbcSetAutoCommit(connection, FALSE))
invisible(sqlQuery(connection, "DELETE FROM made_by_r"))
invisible(odbcEndTran(connection, commit = FALSE))
invisible(odbcSetAutoCommit(connection, TRUE))
stopifnot(sqlQuery(connection, "SELECT count(*) AS c FROM made_by_r")$c == 300)

said <- sqlQuery(connection, "SELECT * FROM nowhere")
stopifnot(any(grepl("^42S02 .*relation \"nowhere\" does not exist", said)))
stopifnot(sqlQuery(connection, "SELECT 1 AS one")$one == 1)

invisible(sqlDrop(connection, "made_by_r"))
odbcClose(connection)
