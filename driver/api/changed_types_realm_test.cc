// Parameters of a text that means another thing than before: what was found out of their types must
// not cut values for another reading of the text, as it does not with psqlodbc.
#include <string>

#include "driver/api/testing/odbc_client.h"

namespace negodbc::odbc {
namespace {

using testing::Client;
using testing::Query;

class ChangedTypes : public ::testing::Test {
 protected:
  static constexpr const char* insert = "INSERT INTO changing VALUES (?)";

  // With a statement handle of its own; more often than a text is sent before it is named.
  void store(const char* value, int times = 1) {
    for (int i = 0; i < times; ++i) {
      const Query q(client_);
      SQLLEN length = SQL_NTS;
      std::string text = value;
      SQLBindParameter(q.get(), 1, SQL_PARAM_INPUT, SQL_C_CHAR, SQL_VARCHAR, 60, 0, text.data(), 0,
                       &length);
      ASSERT_TRUE(SQL_SUCCEEDED(
          SQLExecDirect(q.get(), reinterpret_cast<SQLCHAR*>(const_cast<char*>(insert)), SQL_NTS)))
          << q.error();
    }
  }
  void run(const char* sql) {
    const Query q(client_);
    q.run(sql);
  }
  [[nodiscard]] std::string last() const {
    const Query q(client_);
    return q.value("SELECT max(v)::text FROM changing");
  }

  Client client_{"DSN=negodbc-trust"};
};

TEST_F(ChangedTypes, ByTheSearchPath) {
  run("DROP TABLE IF EXISTS public.changing");
  run("CREATE TABLE public.changing (v date)");
  run("CREATE TEMP TABLE changing (v timestamp)");
  run("SET search_path = public, pg_temp");
  store("2020-01-01", 4);
  run("SET search_path = pg_temp, public");
  store("2020-01-01 10:11:12");
  EXPECT_EQ(last(), "2020-01-01 10:11:12");
  run("DROP TABLE public.changing");
}

TEST_F(ChangedTypes, ByAnotherSession) {
  run("DROP TABLE IF EXISTS changing");
  run("CREATE TABLE changing (v date)");
  store("2020-01-01", 4);
  {
    const Client other("DSN=negodbc-trust");
    const Query q(other);
    q.run("ALTER TABLE changing ALTER v TYPE timestamp");
  }
  store("2020-01-01 10:11:12");
  EXPECT_EQ(last(), "2020-01-01 10:11:12");
  run("DROP TABLE changing");
}

TEST_F(ChangedTypes, ByAnEndOfATransaction) {
  for (const char* const type : {"date", "timestamp"}) {
    run("BEGIN");
    run((std::string("CREATE TEMP TABLE changing (v ") + type + ") ON COMMIT DROP").c_str());
    store("2020-01-01 10:11:12", 4);
    EXPECT_EQ(last(), type == std::string("date") ? "2020-01-01" : "2020-01-01 10:11:12");
    run("COMMIT");
  }
}

}  // namespace
}  // namespace negodbc::odbc
