// Every answer to every question of the driver's own, forged in every way: a real server's answers,
// changed on their way. The outcome is an error, or what the changed answer says; never more.
#include <array>
#include <functional>
#include <string>
#include <vector>

#include "driver/api/testing/answer_forger.h"
#include "driver/api/testing/odbc_client.h"
#include "tests/support/repetition.h"

namespace negodbc::odbc {
namespace {

using testing::AnswerForger;
using testing::chars;
using testing::Client;
using testing::diagnostic;
using testing::forgeries;
using testing::Forgery;
using testing::Query;

// What a program does on a connection of its own; "" when all went well, else the SQLSTATE.
using Work = std::function<std::string(const std::string& connection_string)>;

std::string failure(SQLSMALLINT type, SQLHANDLE handle) {
  const std::string state = testing::state_of(type, handle);
  return state.empty() ? "no state" : state;
}
std::string of(SQLRETURN result, const Query& q) {
  return SQL_SUCCEEDED(result) || result == SQL_NO_DATA ? "" : failure(SQL_HANDLE_STMT, q.get());
}

// Every value of every row.
std::string read(const Query& q) {
  SQLSMALLINT columns = 0;
  if (std::string state = of(SQLNumResultCols(q.get(), &columns), q); !state.empty()) return state;
  for (;;) {
    const SQLRETURN result = SQLFetch(q.get());
    if (result == SQL_NO_DATA) return "";
    if (!SQL_SUCCEEDED(result)) return of(result, q);
    for (SQLSMALLINT i = 1; i <= columns; ++i) {
      char value[256];
      SQLLEN length = 0;
      const SQLRETURN got = SQLGetData(q.get(), static_cast<SQLUSMALLINT>(i), SQL_C_CHAR, value,
                                       sizeof value, &length);
      if (!SQL_SUCCEEDED(got)) return of(got, q);
    }
  }
}

using OnStatement = std::function<std::string(const Query& q)>;
Work connected(OnStatement body) {
  return [body = std::move(body)](const std::string& text) -> std::string {
    const Client client(text.c_str(), false);
    if (!SQL_SUCCEEDED(SQLDriverConnect(client.dbc(), nullptr, chars(text.c_str()), SQL_NTS,
                                        nullptr, 0, nullptr, SQL_DRIVER_NOPROMPT)))
      return failure(SQL_HANDLE_DBC, client.dbc());
    const Query q(client);
    return body(q);
  };
}

Work catalogue(std::function<SQLRETURN(SQLHSTMT)> ask) {
  return connected([ask = std::move(ask)](const Query& q) {
    const std::string state = of(ask(q.get()), q);
    return state.empty() ? read(q) : state;
  });
}

std::string app(const std::string& sql) {
  return sql + " " + std::string(AnswerForger::mark);
}

SQLCHAR* schema() {
  return chars("answers");
}

std::string attribute(const Query& q, SQLUSMALLINT field) {
  char text[64];
  SQLSMALLINT length = 0;
  SQLLEN number = 0;
  return of(SQLColAttribute(q.get(), 1, field, text, sizeof text, &length, &number), q);
}

// A cursor on a table of three rows, its first row bound and fetched.
struct Cursor {
  Cursor(const Query& query, SQLULEN type, SQLULEN concurrency) : q(query) {
    q.set(SQL_ATTR_CURSOR_TYPE, type);
    q.set(SQL_ATTR_CONCURRENCY, concurrency);
    q.set(SQL_ATTR_USE_BOOKMARKS, SQL_UB_VARIABLE);
    SQLBindCol(q.get(), 1, SQL_C_SLONG, &id, 0, nullptr);
    SQLBindCol(q.get(), 2, SQL_C_CHAR, words, sizeof words, &length);
    state = of(q.exec(app("SELECT id, words FROM answers.plain ORDER BY id")), q);
    if (state.empty()) state = of(SQLFetchScroll(q.get(), SQL_FETCH_FIRST, 0), q);
    length = SQL_NTS;
  }
  std::string change(SQLUSMALLINT operation) {
    if (!state.empty()) return state;
    if (operation == SQL_ADD) {
      id = 99;
      return of(SQLBulkOperations(q.get(), SQL_ADD), q);
    }
    return of(SQLSetPos(q.get(), 1, operation, SQL_LOCK_NO_CHANGE), q);
  }
  const Query& q;
  SQLINTEGER id = 0;
  char words[16] = {};
  SQLLEN length = 0;
  std::string state;
};

Work changes(SQLULEN type, SQLULEN concurrency, SQLUSMALLINT operation) {
  return connected([=](const Query& q) {
    Cursor cursor(q, type, concurrency);
    std::string state = cursor.change(operation);
    if (state.empty()) state = of(SQLFetchScroll(q.get(), SQL_FETCH_NEXT, 0), q);
    return state;
  });
}

std::string call_of(const Query& q, const char* sql) {
  SQLINTEGER in = 1;
  SQLINTEGER out = 0;
  SQLBindParameter(q.get(), 1, SQL_PARAM_INPUT, SQL_C_SLONG, SQL_INTEGER, 0, 0, &in, 0, nullptr);
  SQLBindParameter(q.get(), 2, SQL_PARAM_OUTPUT, SQL_C_SLONG, SQL_INTEGER, 0, 0, &out, 0, nullptr);
  return of(q.exec(sql), q);
}

struct Scenario {
  const char* name;
  Work work;
  const char* keywords = "";
  // Rows of values that may be NULL are as true as any.
  bool nulls_pass = false;
};

std::string browse(const std::string& text) {
  const Client client("", false);
  SQLCHAR prompt[1024];
  SQLSMALLINT length = 0;
  const auto answer = [&](const std::string& known) {
    return SQLBrowseConnect(client.dbc(), chars(known.c_str()), SQL_NTS, prompt, sizeof prompt,
                            &length);
  };
  if (answer("DRIVER={negodbc}") != SQL_NEED_DATA) return failure(SQL_HANDLE_DBC, client.dbc());
  const SQLRETURN result = answer("UID=trust_user;" + text.substr(text.find(';') + 1));
  return result == SQL_NEED_DATA ? "" : failure(SQL_HANDLE_DBC, client.dbc());
}

std::vector<Scenario> scenarios() {
  const auto names = [](SQLHSTMT s) {
    return SQLTables(s, nullptr, 0, chars("%"), SQL_NTS, chars(""), SQL_NTS, chars(""), SQL_NTS);
  };
  const auto keys = [](SQLHSTMT s) {
    return SQLForeignKeys(s, nullptr, 0, schema(), SQL_NTS, chars("plain"), SQL_NTS, nullptr, 0,
                          nullptr, 0, nullptr, 0);
  };
  const auto with_table = [](auto function) {
    return [function](SQLHSTMT s) {
      return function(s, nullptr, SQLSMALLINT{0}, schema(), SQLSMALLINT{SQL_NTS}, chars("plain"),
                      SQLSMALLINT{SQL_NTS});
    };
  };
  const auto with_column = [](auto function, const char* object) {
    return [function, object](SQLHSTMT s) {
      return function(s, nullptr, SQLSMALLINT{0}, schema(), SQLSMALLINT{SQL_NTS}, chars(object),
                      SQLSMALLINT{SQL_NTS}, nullptr, SQLSMALLINT{0});
    };
  };
  const auto special = [](SQLUSMALLINT kind) {
    return [kind](SQLHSTMT s) {
      return SQLSpecialColumns(s, kind, nullptr, 0, schema(), SQL_NTS, chars("plain"), SQL_NTS,
                               SQL_SCOPE_SESSION, SQL_NULLABLE);
    };
  };
  const auto one_column = [](SQLHSTMT s) {
    return SQLColumns(s, nullptr, 0, schema(), SQL_NTS, chars("plain"), SQL_NTS, chars("words"),
                      SQL_NTS);
  };
  const auto metadata = [](SQLUSMALLINT field) {
    return connected([field](const Query& q) {
      const std::string state =
          of(q.exec(app("SELECT mood, amount FROM answers.plain ORDER BY id")), q);
      return state.empty() ? attribute(q, field) : state;
    });
  };
  const auto objects = connected([](const Query& q) {
    const std::string state = of(q.exec(app("SELECT picture, words FROM answers.plain")), q);
    return state.empty() ? read(q) : state;
  });
  const auto long_object = connected([](const Query& q) {
    std::vector<char> bytes(300'000);
    SQLLEN length = 0;
    std::string state = of(q.exec(app("SELECT picture FROM answers.plain WHERE id = 1")), q);
    if (state.empty()) state = of(SQLFetch(q.get()), q);
    for (int part = 0; part < 3 && state.empty(); ++part)
      state = of(SQLGetData(q.get(), 1, SQL_C_BINARY, bytes.data(),
                            static_cast<SQLLEN>(bytes.size() / 4), &length),
                 q);
    return state;
  });
  const auto bytes = connected([](const Query& q) {
    char value[] = "bytes";
    SQLLEN length = 5;
    SQLBindParameter(q.get(), 1, SQL_PARAM_INPUT, SQL_C_BINARY, SQL_LONGVARBINARY, 5, 0, value, 0,
                     &length);
    return of(q.exec(app("INSERT INTO answers.objects VALUES (?)")), q);
  });
  const auto isolation = [](const std::string& text) -> std::string {
    const Client client(text.c_str(), false);
    if (!SQL_SUCCEEDED(SQLDriverConnect(client.dbc(), nullptr, chars(text.c_str()), SQL_NTS,
                                        nullptr, 0, nullptr, SQL_DRIVER_NOPROMPT)))
      return failure(SQL_HANDLE_DBC, client.dbc());
    if (!SQL_SUCCEEDED(client.set(SQL_ATTR_TXN_ISOLATION, SQL_TXN_SERIALIZABLE)))
      return client.state();
    client.set(SQL_ATTR_AUTOCOMMIT, SQL_AUTOCOMMIT_OFF);
    for (const int how : {SQL_COMMIT, SQL_ROLLBACK}) {
      const Query q(client);
      if (std::string state = of(q.exec(app("SELECT 1")), q); !state.empty()) return state;
      SQLFreeStmt(q.get(), SQL_CLOSE);
      if (!SQL_SUCCEEDED(SQLEndTran(SQL_HANDLE_DBC, client.dbc(), static_cast<SQLSMALLINT>(how))))
        return failure(SQL_HANDLE_DBC, client.dbc());
    }
    return "";
  };
  const auto keyset = [&](SQLULEN concurrency, SQLUSMALLINT operation) {
    return changes(SQL_CURSOR_KEYSET_DRIVEN, concurrency, operation);
  };
  const auto fixed = [&](SQLUSMALLINT operation) {
    return changes(SQL_CURSOR_STATIC, SQL_CONCUR_VALUES, operation);
  };
  return {
      {"SQLTables", catalogue(with_column(SQLTables, "plain"))},
      {"schemas", catalogue(names)},
      {"SQLColumns", catalogue(with_column(SQLColumns, "plain"))},
      {"one column", catalogue(one_column)},
      {"SQLPrimaryKeys", catalogue(with_table(SQLPrimaryKeys))},
      {"SQLForeignKeys", catalogue(keys)},
      {"SQLStatistics", catalogue([](SQLHSTMT s) {
         return SQLStatistics(s, nullptr, 0, schema(), SQL_NTS, chars("plain"), SQL_NTS,
                              SQL_INDEX_ALL, SQL_QUICK);
       })},
      {"SQLSpecialColumns", catalogue(special(SQL_BEST_ROWID))},
      {"row versions", catalogue(special(SQL_ROWVER))},
      {"SQLProcedures", catalogue(with_table(SQLProcedures))},
      {"SQLProcedureColumns", catalogue(with_column(SQLProcedureColumns, "app_function"))},
      {"SQLTablePrivileges", catalogue(with_table(SQLTablePrivileges))},
      {"SQLColumnPrivileges", catalogue(with_column(SQLColumnPrivileges, "plain"))},
      {"SQL_DESC_NULLABLE", metadata(SQL_DESC_NULLABLE)},
      {"SQL_DESC_TYPE_NAME", metadata(SQL_DESC_TYPE_NAME)},
      {"large objects", objects},
      {"a long large object", long_object},
      {"a new large object", bytes},
      {"a call", connected([](const Query& q) {
         return call_of(q, "{call answers.app_function(?, ?) /*app*/}");
       })},
      {"static update", fixed(SQL_UPDATE), "", true},
      {"static delete", fixed(SQL_DELETE)},
      {"static add", fixed(SQL_ADD)},
      {"keyset update", keyset(SQL_CONCUR_ROWVER, SQL_UPDATE)},
      {"keyset update by values", keyset(SQL_CONCUR_VALUES, SQL_UPDATE)},
      {"keyset delete", keyset(SQL_CONCUR_ROWVER, SQL_DELETE)},
      {"keyset add", keyset(SQL_CONCUR_ROWVER, SQL_ADD)},
      {"keyset refresh", keyset(SQL_CONCUR_ROWVER, SQL_REFRESH)},
      {"transactions", isolation},
      {"login: primary", connected([](const Query&) { return std::string(); }),
       "Target_Session_Attrs=primary;"},
      {"login: writable", connected([](const Query&) { return std::string(); }),
       "Target_Session_Attrs=read-write;"},
      {"databases", browse},
  };
}

class Answers : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    const Client client("DSN=negodbc");
    const Query q(client);
    for (const char* const sql :
         {"CREATE EXTENSION IF NOT EXISTS lo", "CREATE SCHEMA answers",
          "CREATE TYPE answers.mood AS ENUM ('good', 'bad')",
          "CREATE DOMAIN answers.amount AS numeric(8, 2) NOT NULL DEFAULT 1",
          "CREATE TABLE answers.plain (id int PRIMARY KEY, words text, mood answers.mood,"
          " amount answers.amount, picture lo)",
          "CREATE TABLE answers.refers (id int REFERENCES answers.plain)",
          "CREATE TABLE answers.objects (picture lo)",
          "CREATE FUNCTION answers.app_function(a int, OUT b int) LANGUAGE sql AS 'SELECT a + 1'",
          "GRANT ALL ON SCHEMA answers TO trust_user",
          "GRANT ALL ON ALL TABLES IN SCHEMA answers TO trust_user",
          "SELECT lo_from_bytea(4711, convert_to(repeat('x', 200000), 'UTF8'))",
          "GRANT SELECT ON LARGE OBJECT 4711 TO trust_user"}) {
      q.run(sql);
      SQLFreeStmt(q.get(), SQL_CLOSE);
    }
  }
  static void TearDownTestSuite() {
    const Client client("DSN=negodbc");
    const Query q(client);
    q.run("DROP SCHEMA answers CASCADE");
    q.run("SELECT lo_unlink(4711)");
    SQLFreeStmt(q.get(), SQL_CLOSE);
    q.run("DROP EXTENSION lo CASCADE");
  }
  // The same rows for every scenario.
  void refill() const {
    other_.run("DELETE FROM answers.plain");
    other_.run(
        "INSERT INTO answers.plain SELECT i, 'row', 'good', 1.5, 4711 FROM generate_series(1, 3) "
        "i");
  }
  std::string connection_string(const Scenario& scenario) const {
    return "DSN=negodbc-trust;Servername=127.0.0.1;Port=" + std::to_string(forger_.port()) +
           ";SSLmode=disable;GssEncMode=disable;" + scenario.keywords;
  }
  static std::uint16_t server_port() {
    return static_cast<std::uint16_t>(
        std::stoi(Query(Client("DSN=negodbc-trust")).value("SHOW port")));
  }

  Client trusted_{"DSN=negodbc-trust"};
  Query other_{trusted_};
  AnswerForger forger_{server_port()};
};

// Under a sanitizer not each forgery in each scenario, but every one of both.
TEST_F(Answers, AreRefusedUnlessTheyAreWhatWasAskedFor) {
  int forged = 0;
  std::size_t pair = 0;
  for (const Scenario& scenario : scenarios()) {
    refill();
    forger_.forge(Forgery::few, 1000);
    EXPECT_EQ(scenario.work(connection_string(scenario)), "") << scenario.name;
    for (const Forgery forgery : forgeries) {
      if (!test::is_one_of_fewer(pair++)) continue;
      for (int number = 0;; ++number) {
        refill();
        forger_.forge(forgery, number);
        const std::string state = scenario.work(connection_string(scenario));
        if (!forger_.reached()) {
          EXPECT_GT(number, 0) << scenario.name << " asks nothing";
          break;
        }
        if (!forger_.forged()) continue;
        ++forged;
        // Of what comes behind a statement's end nothing is taken.
        const bool may_pass = forgery == Forgery::no_rows || forgery == Forgery::texts ||
                              forgery == Forgery::twice ||
                              (forgery == Forgery::nulls && scenario.nulls_pass);
        EXPECT_TRUE(may_pass || !state.empty())
            << scenario.name << ", " << name_of(forgery) << ": " << forger_.question();
        const bool shape = forgery == Forgery::few || forgery == Forgery::many;
        EXPECT_TRUE(!shape || state == "08S01" || state == "08001")
            << scenario.name << ", " << name_of(forgery) << ": " << state << " "
            << forger_.question();
      }
    }
  }
  std::printf("%d answers forged\n", forged);
  EXPECT_GT(forged, test::repeated_by_one_thread(200));
}

}  // namespace
}  // namespace negodbc::odbc
