// How often a program waits for the server: counted by the delay proxy, not guessed from times.
#include <sys/eventfd.h>
#include <unistd.h>

#include <cstdint>
#include <cstdlib>
#include <functional>
#include <string>
#include <thread>
#include <utility>

#include "bench/base/file_descriptor.h"
#include "bench/proxy/delay_proxy.h"
#include "driver/api/testing/odbc_client.h"

namespace negodbc::bench {
namespace {

using odbc::testing::Client;
using odbc::testing::Query;

// The waits of everything that `work` does, without those of the login.
class RoundTrips : public testing::Test {
 protected:
  static constexpr char settings[] =
      "Driver={negodbc};Server=127.0.0.1;Database=negodbc;UID=trust_user;SSLmode=disable;"
      "Trusted_Connection=No;";

  static std::uint64_t waits_of(const std::function<void(const Client&)>& work,
                                const std::string& more = "") {
    return waits(work, more) - waits([](const Client&) {}, more);
  }

 private:
  static std::uint64_t waits(const std::function<void(const Client&)>& work,
                             const std::string& more) {
    ProxyOptions options;
    options.host = "127.0.0.1";
    options.port = static_cast<std::uint16_t>(std::stoi(std::getenv("NEGODBC_PGPORT")));
    options.delay = std::chrono::milliseconds(3);
    DelayProxy proxy(options);
    const FileDescriptor stop(eventfd(0, EFD_CLOEXEC));
    ProxySummary summary;
    std::thread thread([&] { summary = proxy.run(stop.get()); });
    {
      const Client client((settings + more + "Port=" + std::to_string(proxy.port())).c_str());
      work(client);
    }
    const std::uint64_t one = 1;
    EXPECT_EQ(write(stop.get(), &one, sizeof one), ssize_t{sizeof one});
    thread.join();
    return summary.waits;
  }
};

TEST_F(RoundTrips, ADirectStatementCostsOne) {
  const auto waits = waits_of([](const Client& client) {
    const Query q(client);
    EXPECT_EQ(q.value("SELECT 1"), "1");
    q.run("CREATE TEMP TABLE t (i int)");
    q.run("INSERT INTO t VALUES (1)");
  });
  EXPECT_EQ(waits, 3U);
}

TEST_F(RoundTrips, AStatementWithParametersCostsOneEachTime) {
  const auto waits = waits_of([](const Client& client) {
    const Query q(client);
    SQLINTEGER number = 5;
    SQLBindParameter(q.get(), 1, SQL_PARAM_INPUT, SQL_C_SLONG, SQL_INTEGER, 0, 0, &number, 0,
                     nullptr);
    ASSERT_EQ(q.prepare("SELECT ? + 1"), SQL_SUCCESS);
    for (int i = 0; i < 5; ++i) {
      ASSERT_EQ(SQLExecute(q.get()), SQL_SUCCESS);
      EXPECT_EQ(q.rows(), "6");
      SQLFreeStmt(q.get(), SQL_CLOSE);
    }
  });
  EXPECT_EQ(waits, 5U);
}

// Asked for before the execution, the description costs one a preparation: what was said of an
// earlier one may not be so any more. Within a preparation it is asked for once.
TEST_F(RoundTrips, ADescriptionCostsOneAPreparation) {
  const auto describe_and_execute = [](const Client& client) {
    const Query q(client);
    ASSERT_EQ(q.prepare("SELECT 1::int8 AS a"), SQL_SUCCESS);
    SQLSMALLINT first = 0;
    ASSERT_EQ(SQLNumResultCols(q.get(), &first), SQL_SUCCESS);
    SQLSMALLINT columns = 0;
    ASSERT_EQ(SQLNumResultCols(q.get(), &columns), SQL_SUCCESS);
    EXPECT_EQ(columns, 1);
    ASSERT_EQ(SQLExecute(q.get()), SQL_SUCCESS);
    EXPECT_EQ(q.rows(), "1");
  };
  EXPECT_EQ(waits_of(describe_and_execute), 2U);
  EXPECT_EQ(waits_of([&](const Client& client) {
              for (int i = 0; i < 3; ++i) describe_and_execute(client);
            }),
            6U);
}

// Where an error would cost the transaction, a text with parameters is asked about once.
TEST_F(RoundTrips, TransactionsAndSavepointsCostNone) {
  for (const auto& [protocol, asked] :
       {std::pair{"Protocol=7.4-0;", 1U}, {"Protocol=7.4-1;", 1U}, {"Protocol=7.4-2;", 0U}}) {
    const auto waits = waits_of(
        [](const Client& client) {
          const Query q(client);
          client.set(SQL_ATTR_AUTOCOMMIT, SQL_AUTOCOMMIT_OFF);
          q.run("CREATE TEMP TABLE t (i int)");
          q.run("INSERT INTO t VALUES (1)");
          SQLINTEGER number = 5;
          SQLBindParameter(q.get(), 1, SQL_PARAM_INPUT, SQL_C_SLONG, SQL_INTEGER, 0, 0, &number, 0,
                           nullptr);
          for (int i = 0; i < 3; ++i) q.run("INSERT INTO t VALUES (?)");
          EXPECT_EQ(SQLEndTran(SQL_HANDLE_DBC, client.dbc(), SQL_COMMIT), SQL_SUCCESS);
        },
        protocol);
    EXPECT_EQ(waits, 6U + asked) << protocol;
  }
}

// Types that do not fit cost two the first time: what the server says of them, and the question.
TEST_F(RoundTrips, TypesThatAreKnownCostNone) {
  const auto waits = waits_of([](const Client& client) {
    const Query q(client);
    q.run("CREATE TEMP TABLE t (b bool)");
    SQLINTEGER yes = 1;
    SQLBindParameter(q.get(), 1, SQL_PARAM_INPUT, SQL_C_SLONG, SQL_INTEGER, 0, 0, &yes, 0, nullptr);
    for (int i = 0; i < 5; ++i) q.run("INSERT INTO t VALUES (?)");
  });
  EXPECT_EQ(waits, 1U + 2U + 5U);
}

// They could be meant for large objects: nothing is asked for that unless the server refuses them.
TEST_F(RoundTrips, BinaryDataCostNone) {
  const auto waits = waits_of([](const Client& client) {
    const Query q(client);
    q.run("CREATE TEMP TABLE t (b bytea)");
    char bytes[] = "bytes";
    SQLLEN length = 5;
    SQLBindParameter(q.get(), 1, SQL_PARAM_INPUT, SQL_C_BINARY, SQL_LONGVARBINARY, 5, 0, bytes, 0,
                     &length);
    for (const SQLULEN autocommit : {SQL_AUTOCOMMIT_ON, SQL_AUTOCOMMIT_OFF}) {
      client.set(SQL_ATTR_AUTOCOMMIT, autocommit);
      q.run("INSERT INTO t VALUES (?)");
      ASSERT_EQ(q.prepare("UPDATE t SET b = ?"), SQL_SUCCESS);
      for (int i = 0; i < 3; ++i) ASSERT_EQ(SQLExecute(q.get()), SQL_SUCCESS);
    }
    EXPECT_EQ(SQLEndTran(SQL_HANDLE_DBC, client.dbc(), SQL_COMMIT), SQL_SUCCESS);
  });
  EXPECT_EQ(waits, 10U);
}

TEST_F(RoundTrips, WithoutNamesAStatementCostsOneToo) {
  const auto waits = waits_of(
      [](const Client& client) {
        SQLINTEGER number = 5;
        const Query q(client);
        SQLBindParameter(q.get(), 1, SQL_PARAM_INPUT, SQL_C_SLONG, SQL_INTEGER, 0, 0, &number, 0,
                         nullptr);
        for (int i = 0; i < 3; ++i) EXPECT_EQ(q.value("SELECT ?::int"), "5");
      },
      "UseServerSidePrepare=0;");
  EXPECT_EQ(waits, 3U);
}

}  // namespace
}  // namespace negodbc::bench
