// POCO's Data::ODBC: containers as bulk parameters and results, tuples, transactions.
#include <Poco/Data/BulkBinding.h>
#include <Poco/Data/LOB.h>
#include <Poco/Data/ODBC/Connector.h>
#include <Poco/Data/ODBC/ODBCException.h>
#include <Poco/Data/RecordSet.h>
#include <Poco/Data/Session.h>
#include <Poco/Nullable.h>
#include <Poco/Tuple.h>

#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

using namespace Poco::Data::Keywords;
using Poco::Data::Session;

namespace {
void expect(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "not so: %s\n", what);
  std::exit(1);
}

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

const std::string text = "Größe 世界 😀";

std::string state_of(Session& session, const std::string& sql) {
  try {
    session << sql, now;
  } catch (const Poco::Data::ODBC::StatementException& error) {
    return error.diagnostics().sqlState(0);
  }
  return "none";
}

void rows(Session& session) {
  std::vector<int> keys;
  std::vector<std::string> texts;
  std::vector<double> doubles;
  for (int k = 1; k <= 500; ++k) {
    keys.push_back(k);
    texts.push_back(text + std::to_string(k));
    doubles.push_back(k / 4.0);
  }
  // One execution with an array of parameters.
  session << "INSERT INTO made_by_poco VALUES (?, ?, ?)", use(keys, bulk), use(texts, bulk),
      use(doubles, bulk), now;
  Poco::Nullable<double> null;
  session << "INSERT INTO made_by_poco VALUES (501, 'null', ?)", use(null), now;

  std::vector<int> got_keys;
  std::vector<std::string> got_texts;
  std::vector<double> got_doubles;
  session << "SELECT * FROM made_by_poco WHERE k <= 500 ORDER BY k", into(got_keys),
      into(got_texts), into(got_doubles), now;
  expect(got_keys == keys && got_texts == texts && got_doubles == doubles, "all rows");

  using Row = Poco::Tuple<int, std::string, Poco::Nullable<double>>;
  std::vector<Row> found;
  int least = 500;
  session << "SELECT * FROM made_by_poco WHERE k >= ? ORDER BY k", use(least), into(found), now;
  expect(
      found.size() == 2 && found[0] == Row(500, text + "500", 125.0) && found[1].get<2>().isNull(),
      "rows by a parameter, a NULL");
}

// A value has as many bytes as the session allows, 1024 by default; a longer one is an exception.
// Where it allows more than the text columns' size, that has to be told as much.
void long_values() {
  Session session("ODBC", "MaxLongVarcharSize=300001;DSN=" + environment("NEGODBC_DSN"));
  const auto read = [&](std::size_t length) {
    std::string text;
    Poco::Data::BLOB bytes;
    const std::string number = std::to_string(length);
    session << "SELECT repeat('世', " + number + "), decode(repeat('00ff', " + number + "), 'hex')",
        into(text), into(bytes), now;
    expect(text.size() == 3 * length && bytes.size() == 2 * length, "a long value");
  };
  bool refused = false;
  try {
    read(8191);
  } catch (const Poco::Exception&) {
    refused = true;
  }
  expect(refused, "an exception where not all is read");
  session.setProperty("maxFieldSize", Poco::Any(std::size_t{300001}));
  for (const std::size_t length : {8191U, 100000U}) read(length);
}
}  // namespace

int main() try {
  Poco::Data::ODBC::Connector::registerConnector();
  Session session("ODBC", "DSN=" + environment("NEGODBC_DSN"));
  std::string principal, role;
  session << environment("NEGODBC_WHO"), into(principal), into(role), now;
  expect(principal == environment("NEGODBC_PRINCIPAL"), "by ticket");

  session << "CREATE TABLE made_by_poco (k int PRIMARY KEY, t varchar(40) NOT NULL, f float8)", now;
  rows(session);
  long_values();

  Poco::Data::RecordSet columns(session, "SELECT * FROM made_by_poco WHERE k = 1");
  expect(columns.columnCount() == 3 && columns.columnName(1) == "t" &&
             columns.columnLength(1) == 40 &&
             columns.columnType(0) == Poco::Data::MetaColumn::FDT_INT32 &&
             columns.columnType(2) == Poco::Data::MetaColumn::FDT_DOUBLE,
         "the columns' names, types and lengths");

  session.setFeature("autoCommit", false);
  session.begin();
  session << "DELETE FROM made_by_poco", now;
  session.rollback();
  session.setFeature("autoCommit", true);
  int count = 0;
  session << "SELECT count(*) FROM made_by_poco", into(count), now;
  expect(count == 501, "rolled back");

  expect(state_of(session, "SELECT * FROM nowhere") == "42S02", "SQLSTATE of a missing table");
  expect(state_of(session, "INSERT INTO made_by_poco VALUES (1, 'again')") == "23000",
         "SQLSTATE of a key that is there");
  session << "DROP TABLE made_by_poco", now;
  return 0;
} catch (const Poco::Exception& error) {
  std::fprintf(stderr, "%s\n", error.displayText().c_str());
  return 1;
}
