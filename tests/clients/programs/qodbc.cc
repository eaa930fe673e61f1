// Qt's QODBC: models, prepared batches, transactions, and the errors that a program sees.
#include <QCoreApplication>
#include <QDate>
#include <QSqlDatabase>
#include <QSqlDriver>
#include <QSqlError>
#include <QSqlField>
#include <QSqlIndex>
#include <QSqlQuery>
#include <QSqlRecord>
#include <QTimeZone>
#include <QVariant>
#include <cstdlib>

namespace {
void expect(bool holds, const QString& what, int line = __builtin_LINE()) {
  if (holds) return;
  qCritical("line %d: %s", line, qPrintable(what));
  std::exit(1);
}

void expect_done(bool done, const QSqlQuery& query, int line = __builtin_LINE()) {
  expect(done, query.lastError().text(), line);
}

QSqlQuery run(const QString& sql, int line = __builtin_LINE()) {
  QSqlQuery query;
  query.setForwardOnly(true);
  expect_done(query.exec(sql), query, line);
  return query;
}

QVariant value_of(const QString& sql) {
  QSqlQuery query = run(sql);
  expect(query.next(), "a row");
  return query.value(0);
}

const QString text = QStringLiteral("Größe 世界 😀");

void catalogue() {
  QSqlDatabase database = QSqlDatabase::database();
  run("CREATE TABLE made_by_qt (k int PRIMARY KEY, t varchar(40) NOT NULL, f float8, ts timestamp,"
      " b bytea, n numeric(12, 2), l int8)");
  expect(
      database.tables().contains("public.made_by_qt") || database.tables().contains("made_by_qt"),
      database.tables().join(','));
  const QSqlRecord record = database.record("made_by_qt");
  expect(record.count() == 7, "the columns");
  expect(record.field("t").length() == 40, "the length of a column");
  expect(record.field("t").requiredStatus() == QSqlField::Required, "its null rule");
  expect(record.field("ts").metaType().id() == QMetaType::QDateTime, "its type");
  expect(database.primaryIndex("made_by_qt").fieldName(0) == "k", "the primary key");
}

void rows() {
  QSqlQuery insert;
  expect_done(insert.prepare("INSERT INTO made_by_qt VALUES (?, ?, ?, ?, ?, ?, ?)"), insert);
  const QDateTime moment(QDate(2026, 11, 24), QTime(1, 2, 3, 456));
  QVariantList keys, texts, doubles, moments, bytes, numbers, longs;
  for (int k = 1; k <= 200; ++k) {
    keys << k;
    texts << text + QString::number(k);
    doubles << (k % 3 ? QVariant(k / 4.0) : QVariant(QMetaType(QMetaType::Double)));
    moments << moment;
    bytes << QByteArray("\x00\x01\xff", 3);
    numbers << "1234567890.12";
    longs << Q_INT64_C(9007199254740993);
  }
  for (const QVariantList& column : {keys, texts, doubles, moments, bytes, numbers, longs}) {
    insert.addBindValue(column);
  }
  expect_done(insert.execBatch(), insert);

  QSqlQuery select;
  select.prepare("SELECT * FROM made_by_qt WHERE k >= :k ORDER BY k LIMIT 2");
  select.bindValue(":k", 2);
  expect_done(select.exec(), select);
  expect(select.next(), "a row");
  expect(select.value("t").toString() == text + "2", select.value("t").toString());
  expect(select.value("f").toDouble() == 0.5, "a double");
  expect(select.value("ts").toDateTime() == moment, select.value("ts").toString());
  expect(select.value("b").toByteArray() == QByteArray("\x00\x01\xff", 3), "bytes");
  expect(select.value("n").toDouble() == 1234567890.12, select.value("n").toString());
  expect(select.value("l").toLongLong() == Q_INT64_C(9007199254740993), "a bigint");
  expect(select.next() && select.value("f").isNull(), "a NULL");
  // Not forward-only: a scrollable cursor.
  expect(select.previous() && select.value("k").toInt() == 2, "back");
  expect(select.last() && select.value("k").toInt() == 3 && !select.next(), "the last row");
  for (const int length : {8191, 100000}) {
    const QVariant got = value_of(QStringLiteral("SELECT repeat('世', %1)").arg(length));
    expect(got.toString() == QStringLiteral("世").repeated(length), "a long value");
    const QVariant bytes =
        value_of(QStringLiteral("SELECT decode(repeat('00ff', %1), 'hex')").arg(length));
    expect(bytes.toByteArray() == QByteArray("\x00\xff", 2).repeated(length), "long bytes");
  }
}

void transactions_and_errors() {
  QSqlDatabase database = QSqlDatabase::database();
  expect(database.transaction(), "a transaction begun");
  expect(run("DELETE FROM made_by_qt WHERE k > 100").numRowsAffected() == 100, "rows deleted");
  expect(database.rollback(), "rolled back");
  expect(value_of("SELECT count(*) FROM made_by_qt").toInt() == 200, "rolled back");

  QSqlQuery query;
  expect(!query.exec("SELECT * FROM nowhere"), "an error");
  expect(query.lastError().text().contains("relation \"nowhere\" does not exist"),
         query.lastError().text());
  expect(!query.exec("INSERT INTO made_by_qt VALUES (1, 'again')"), "an error");
  expect(query.lastError().type() == QSqlError::StatementError, "its type");
  run("DROP TABLE made_by_qt");
}
}  // namespace

int main(int argc, char** argv) {
  const QCoreApplication application(argc, argv);
  {
    QSqlDatabase database = QSqlDatabase::addDatabase("QODBC");
    database.setDatabaseName(qEnvironmentVariable("NEGODBC_DSN"));
    const bool opened = database.open();
    expect(opened, database.lastError().text());
    for (const auto feature :
         {QSqlDriver::Transactions, QSqlDriver::PreparedQueries, QSqlDriver::Unicode}) {
      expect(database.driver()->hasFeature(feature), QString::number(feature));
    }
    expect(value_of(qEnvironmentVariable("NEGODBC_WHO")).toString() ==
               qEnvironmentVariable("NEGODBC_PRINCIPAL"),
           "by ticket");
    catalogue();
    rows();
    transactions_and_errors();
    database.close();
  }
  QSqlDatabase::removeDatabase(QSqlDatabase::defaultConnection);
}
