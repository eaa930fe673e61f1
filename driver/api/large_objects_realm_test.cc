// Columns of the type lo: their large objects are read and written as SQL_LONGVARBINARY.
#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "driver/api/testing/odbc_client.h"

namespace negodbc::odbc {
namespace {

using testing::chars;
using testing::Client;
using testing::Query;

class LargeObjects : public ::testing::Test {
 protected:
  void SetUp() override {
    q_.run("DROP EXTENSION IF EXISTS lo CASCADE");
    q_.run("DROP TABLE IF EXISTS pictures");
    q_.run("CREATE EXTENSION lo");
    q_.run("CREATE TABLE pictures (k int PRIMARY KEY, l lo, o oid, b bytea)");
    for (std::size_t i = 0; i < value_.size(); ++i) value_[i] = static_cast<char>(i * 7 % 251);
  }
  void TearDown() override {
    SQLFreeStmt(q_.get(), SQL_CLOSE);
    q_.run("DELETE FROM pictures");
    q_.run("SELECT lo_unlink(oid) FROM pg_largeobject_metadata WHERE lomowner = 'alice'::regrole");
    SQLFreeStmt(q_.get(), SQL_CLOSE);
    q_.run("DROP TABLE pictures");
    q_.run("DROP EXTENSION lo");
  }
  static void bind(const Query& q, SQLUSMALLINT number, std::string& bytes, SQLLEN* length) {
    SQLBindParameter(q.get(), number, SQL_PARAM_INPUT, SQL_C_BINARY, SQL_LONGVARBINARY,
                     bytes.size(), 0, bytes.data(), 0, length);
  }
  void insert(const Query& q) {
    SQLLEN length = static_cast<SQLLEN>(value_.size());
    bind(q, 1, value_, &length);
    bind(q, 2, value_, &length);
    q.run("INSERT INTO pictures VALUES (1, ?, 7, ?)");
    SQLFreeStmt(q.get(), SQL_RESET_PARAMS);
  }
  std::string objects() { return q_.value("SELECT count(*) FROM pg_largeobject_metadata"); }
  // By SQLGetData with a buffer of this size; how much was told to be left must fit.
  static std::string in_parts(const Query& q, SQLUSMALLINT column, std::size_t size) {
    std::string whole;
    std::string part(size, '\0');
    SQLLEN left = 0;
    SQLLEN before = -1;
    for (;;) {
      const SQLRETURN result =
          SQLGetData(q.get(), column, SQL_C_BINARY, part.data(), static_cast<SQLLEN>(size), &left);
      if (result == SQL_NO_DATA) return whole;
      EXPECT_TRUE(SQL_SUCCEEDED(result)) << q.error();
      if (!SQL_SUCCEEDED(result)) return whole;
      if (before >= 0) {
        EXPECT_EQ(left, before - static_cast<SQLLEN>(size));
      }
      before = left;
      whole.append(part, 0, std::min(size, static_cast<std::size_t>(left)));
    }
  }

  Client client_{"DSN=negodbc"};
  Query q_{client_};
  std::string value_ = std::string(200'000, '\0');
};

TEST_F(LargeObjects, AreToldAsBinaryData) {
  EXPECT_EQ(SQLColumns(q_.get(), nullptr, 0, nullptr, 0, chars("pictures"), SQL_NTS, nullptr, 0),
            SQL_SUCCESS);
  std::string told;
  while (SQL_SUCCEEDED(SQLFetch(q_.get())))
    told += q_.text(4) + " " + q_.text(5) + " " + q_.text(6) + " " + q_.text(7) + ";";
  SQLFreeStmt(q_.get(), SQL_CLOSE);
  EXPECT_EQ(told, "k 4 int4 10;l -4 lo 0;o -5 oid 10;b -4 bytea 0;");
  ASSERT_EQ(q_.prepare("SELECT l, o FROM pictures"), SQL_SUCCESS);
  EXPECT_EQ(q_.number_attribute(1, SQL_DESC_CONCISE_TYPE), SQL_LONGVARBINARY);
  EXPECT_EQ(q_.number_attribute(1, SQL_DESC_LENGTH), 0);
  EXPECT_EQ(q_.text_attribute(1, SQL_DESC_TYPE_NAME), "lo");
  EXPECT_EQ(q_.number_attribute(2, SQL_DESC_CONCISE_TYPE), SQL_BIGINT);
  ASSERT_EQ(q_.prepare("INSERT INTO pictures (k, l) VALUES (?, ?)"), SQL_SUCCESS);
  SQLSMALLINT type = 0;
  EXPECT_EQ(SQLDescribeParam(q_.get(), 2, &type, nullptr, nullptr, nullptr), SQL_SUCCESS);
  EXPECT_EQ(type, SQL_LONGVARBINARY);
}

TEST_F(LargeObjects, AreWrittenByTheStatement) {
  insert(q_);
  EXPECT_EQ(q_.value("SELECT length(lo_get(l)), o, length(b), lo_get(l) = b FROM pictures"),
            "200000|7|200000|1");
  // Executed again, and with another type bound.
  ASSERT_EQ(q_.prepare("UPDATE pictures SET l = ? WHERE k = 1"), SQL_SUCCESS);
  std::string other = "other";
  SQLLEN length = static_cast<SQLLEN>(other.size());
  bind(q_, 1, other, &length);
  EXPECT_EQ(SQLExecute(q_.get()), SQL_SUCCESS) << q_.error();
  EXPECT_EQ(SQLExecute(q_.get()), SQL_SUCCESS) << q_.error();
  EXPECT_EQ(Query(client_).value("SELECT lo_get(l)::text FROM pictures"), "\\x6f74686572");
  length = SQL_NULL_DATA;
  EXPECT_EQ(SQLExecute(q_.get()), SQL_SUCCESS) << q_.error();
  EXPECT_EQ(Query(client_).value("SELECT l FROM pictures"), "NULL");
  SQLINTEGER oid = 0;
  SQLBindParameter(q_.get(), 1, SQL_PARAM_INPUT, SQL_C_SLONG, SQL_INTEGER, 0, 0, &oid, 0, nullptr);
  EXPECT_EQ(SQLExecute(q_.get()), SQL_SUCCESS) << q_.error();
  SQLFreeStmt(q_.get(), SQL_RESET_PARAMS);
}

// Each on a connection that knows nothing yet of such columns.
TEST_F(LargeObjects, AreWrittenByArraysAndInTransactions) {
  for (const char* settings :
       {"DSN=negodbc;Protocol=7.4-0", "DSN=negodbc;Protocol=7.4-1", "DSN=negodbc;Protocol=7.4-2"}) {
    for (const bool prepared : {false, true}) {
      const Client client(settings);
      client.set(SQL_ATTR_AUTOCOMMIT, SQL_AUTOCOMMIT_OFF);
      const Query q(client);
      q.run("INSERT INTO pictures VALUES (3)");
      std::array<SQLINTEGER, 2> keys{1, 2};
      std::array<std::array<char, 4>, 2> values{{{'a', 'b', 'c', 'd'}, {'e', 'f', 'g', 'h'}}};
      std::array<SQLLEN, 2> lengths{4, 3};
      q.set(SQL_ATTR_PARAMSET_SIZE, keys.size());
      SQLBindParameter(q.get(), 1, SQL_PARAM_INPUT, SQL_C_SLONG, SQL_INTEGER, 0, 0, keys.data(), 0,
                       nullptr);
      SQLBindParameter(q.get(), 2, SQL_PARAM_INPUT, SQL_C_BINARY, SQL_LONGVARBINARY, 4, 0,
                       values.data(), sizeof values[0], lengths.data());
      const char* const insert = "INSERT INTO pictures (k, l) VALUES (?, ?)";
      if (prepared) {
        ASSERT_EQ(q.prepare(insert), SQL_SUCCESS);
        SQLSMALLINT columns = -1;
        EXPECT_EQ(SQLNumResultCols(q.get(), &columns), SQL_SUCCESS) << q.error();
        EXPECT_EQ(SQLExecute(q.get()), SQL_SUCCESS) << q.error();
      } else {
        EXPECT_EQ(q.exec(insert), SQL_SUCCESS) << settings << q.error();
      }
      const Query same(client);
      EXPECT_EQ(same.value("SELECT k, lo_get(l)::text FROM pictures ORDER BY k"),
                "1|\\x61626364;2|\\x656667;3|NULL")
          << settings;
      SQLEndTran(SQL_HANDLE_DBC, client.dbc(), SQL_ROLLBACK);
    }
  }
}

// What the server refuses for another reason is told as it is.
TEST_F(LargeObjects, AreNotWhatAnotherTypeWants) {
  SQLLEN length = 5;
  bind(q_, 1, value_, &length);
  EXPECT_EQ(q_.exec("INSERT INTO pictures (k) VALUES (?)"), SQL_ERROR);
  EXPECT_EQ(q_.state(), "42804");
  EXPECT_EQ(q_.exec("UPDATE pictures SET b = ?"), SQL_NO_DATA) << q_.error();
  SQLFreeStmt(q_.get(), SQL_RESET_PARAMS);
}

TEST_F(LargeObjects, AreNotLeftBehindByAStatementThatFails) {
  insert(q_);
  const std::string before = objects();
  for (const SQLULEN autocommit : {SQL_AUTOCOMMIT_ON, SQL_AUTOCOMMIT_OFF}) {
    client_.set(SQL_ATTR_AUTOCOMMIT, autocommit);
    SQLLEN length = static_cast<SQLLEN>(value_.size());
    bind(q_, 1, value_, &length);
    EXPECT_EQ(q_.exec("INSERT INTO pictures (k, l) VALUES (1, ?)"), SQL_ERROR);
    EXPECT_EQ(q_.state(), "23000");
    SQLFreeStmt(q_.get(), SQL_RESET_PARAMS);
    EXPECT_EQ(objects(), before);
  }
  const std::string oid = q_.value("SELECT l::oid FROM pictures");
  SQLLEN length = static_cast<SQLLEN>(value_.size());
  bind(q_, 1, value_, &length);
  q_.run("INSERT INTO pictures (k, l) VALUES (2, ?)");
  SQLFreeStmt(q_.get(), SQL_RESET_PARAMS);
  EXPECT_NE(objects(), before);
  SQLEndTran(SQL_HANDLE_DBC, client_.dbc(), SQL_ROLLBACK);
  EXPECT_EQ(objects(), before);
  SQLEndTran(SQL_HANDLE_DBC, client_.dbc(), SQL_COMMIT);
  client_.set(SQL_ATTR_AUTOCOMMIT, SQL_AUTOCOMMIT_ON);
}

TEST_F(LargeObjects, AreReadInParts) {
  insert(q_);
  q_.run("INSERT INTO pictures SELECT 2, lo_from_bytea(0, ''), 0, ''");
  for (const SQLULEN autocommit : {SQL_AUTOCOMMIT_ON, SQL_AUTOCOMMIT_OFF}) {
    client_.set(SQL_ATTR_AUTOCOMMIT, autocommit);
    for (const std::size_t size : {1000U, 65536U, 100'000U, 300'000U}) {
      q_.run("SELECT l, b, k FROM pictures ORDER BY k");
      ASSERT_EQ(SQLFetch(q_.get()), SQL_SUCCESS);
      EXPECT_EQ(in_parts(q_, 1, size), value_) << size;
      EXPECT_EQ(in_parts(q_, 2, size), value_) << size;
      // The rest of the result is there after what was asked meanwhile.
      ASSERT_EQ(SQLFetch(q_.get()), SQL_SUCCESS);
      EXPECT_EQ(in_parts(q_, 1, size), "");
      EXPECT_EQ(q_.text(3), "2");
      EXPECT_EQ(SQLFetch(q_.get()), SQL_NO_DATA);
      SQLFreeStmt(q_.get(), SQL_CLOSE);
    }
  }
  SQLEndTran(SQL_HANDLE_DBC, client_.dbc(), SQL_COMMIT);
  client_.set(SQL_ATTR_AUTOCOMMIT, SQL_AUTOCOMMIT_ON);
  // Text is its digits; the length alone can be asked for.
  q_.run("SELECT l FROM pictures WHERE k = 1");
  ASSERT_EQ(SQLFetch(q_.get()), SQL_SUCCESS);
  SQLLEN length = 0;
  std::array<char, 7> digits{};
  EXPECT_EQ(SQLGetData(q_.get(), 1, SQL_C_BINARY, digits.data(), 0, &length),
            SQL_SUCCESS_WITH_INFO);
  EXPECT_EQ(length, 200'000);
  EXPECT_EQ(SQLGetData(q_.get(), 1, SQL_C_CHAR, digits.data(), digits.size(), &length),
            SQL_SUCCESS_WITH_INFO);
  EXPECT_EQ(q_.state(), "01004");
  EXPECT_STREQ(digits.data(), "00070e");
  EXPECT_EQ(length, 400'000);
  SQLINTEGER number = 0;
  EXPECT_EQ(SQLGetData(q_.get(), 1, SQL_C_SLONG, &number, 0, nullptr), SQL_ERROR);
  EXPECT_EQ(q_.state(), "07006");
}

TEST_F(LargeObjects, ComeIntoBoundColumns) {
  q_.run(
      "INSERT INTO pictures SELECT i, lo_from_bytea(0, decode(repeat('0' || i, i * 2), 'hex'))"
      " FROM generate_series(1, 5) AS i");
  q_.run("INSERT INTO pictures VALUES (6, NULL)");
  for (const SQLULEN cursor : {SQL_CURSOR_FORWARD_ONLY, SQL_CURSOR_STATIC}) {
    std::array<std::array<char, 8>, 6> values{};
    std::array<SQLLEN, 6> lengths{};
    std::array<SQLUSMALLINT, 6> status{};
    q_.set(SQL_ATTR_CURSOR_TYPE, cursor);
    q_.set(SQL_ATTR_ROW_ARRAY_SIZE, values.size());
    q_.set(SQL_ATTR_ROW_STATUS_PTR, status.data());
    SQLBindCol(q_.get(), 1, SQL_C_BINARY, values.data(), sizeof values[0], lengths.data());
    q_.run("SELECT l FROM pictures ORDER BY k");
    EXPECT_EQ(SQLFetch(q_.get()), SQL_SUCCESS_WITH_INFO) << q_.error();
    EXPECT_EQ(q_.state(), "01004");
    EXPECT_EQ(lengths, (std::array<SQLLEN, 6>{2, 4, 6, 8, 10, SQL_NULL_DATA}));
    EXPECT_EQ(std::string(values[2].data(), 6), std::string(6, '\3'));
    EXPECT_EQ(std::string(values[4].data(), 8), std::string(8, '\5'));
    EXPECT_EQ(status[3], SQL_ROW_SUCCESS);
    EXPECT_EQ(status[4], SQL_ROW_SUCCESS_WITH_INFO);
    SQLFreeStmt(q_.get(), SQL_CLOSE);
    SQLFreeStmt(q_.get(), SQL_UNBIND);
    q_.set(SQL_ATTR_ROW_STATUS_PTR, nullptr);
    q_.set(SQL_ATTR_ROW_ARRAY_SIZE, SQLULEN{1});
  }
}

TEST_F(LargeObjects, ComeAsDataAtExecution) {
  SQLLEN later = SQL_DATA_AT_EXEC;
  SQLBindParameter(q_.get(), 1, SQL_PARAM_INPUT, SQL_C_BINARY, SQL_LONGVARBINARY, 0, 0,
                   value_.data(), 0, &later);
  EXPECT_EQ(q_.exec("INSERT INTO pictures (k, l) VALUES (1, ?)"), SQL_NEED_DATA);
  SQLPOINTER token = nullptr;
  EXPECT_EQ(SQLParamData(q_.get(), &token), SQL_NEED_DATA);
  for (std::size_t at = 0; at < value_.size(); at += 50'000)
    EXPECT_EQ(SQLPutData(q_.get(), value_.data() + at, 50'000), SQL_SUCCESS);
  EXPECT_EQ(SQLParamData(q_.get(), &token), SQL_SUCCESS) << q_.error();
  SQLFreeStmt(q_.get(), SQL_RESET_PARAMS);
  q_.run("SELECT l FROM pictures");
  ASSERT_EQ(SQLFetch(q_.get()), SQL_SUCCESS);
  EXPECT_EQ(in_parts(q_, 1, 70'000), value_);
}

TEST_F(LargeObjects, ThatAreNotThereLeaveTheTransaction) {
  q_.run("INSERT INTO pictures VALUES (1, 4294967295)");
  client_.set(SQL_ATTR_AUTOCOMMIT, SQL_AUTOCOMMIT_OFF);
  q_.run("SELECT l FROM pictures");
  ASSERT_EQ(SQLFetch(q_.get()), SQL_SUCCESS);
  std::array<char, 8> buffer{};
  SQLLEN length = 0;
  EXPECT_EQ(SQLGetData(q_.get(), 1, SQL_C_BINARY, buffer.data(), buffer.size(), &length),
            SQL_ERROR);
  EXPECT_EQ(q_.error(), "HY000 [negodbc] there is no large object 4294967295");
  SQLFreeStmt(q_.get(), SQL_CLOSE);
  EXPECT_EQ(q_.value("SELECT count(*) FROM pictures"), "1");
  SQLEndTran(SQL_HANDLE_DBC, client_.dbc(), SQL_COMMIT);
  client_.set(SQL_ATTR_AUTOCOMMIT, SQL_AUTOCOMMIT_ON);
}

}  // namespace
}  // namespace negodbc::odbc
