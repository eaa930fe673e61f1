// The tables that the tests of reporting and desktop tools look at, and what they ask by.
#pragma once

#include <array>
#include <string>

#include "driver/api/testing/odbc_client.h"

namespace negodbc::odbc::testing {

class Tool : public ::testing::Test {
 protected:
  void SetUp() override {
    q_.run("DROP SCHEMA IF EXISTS bi CASCADE");
    q_.run("CREATE SCHEMA bi");
    q_.run("CREATE TABLE bi.region (id int PRIMARY KEY, name varchar(40) NOT NULL)");
    q_.run(
        "CREATE TABLE bi.sale (id serial PRIMARY KEY, region int REFERENCES bi.region, sold "
        "timestamp, day date, amount numeric(10,2), rate float8, open boolean, note text)");
    q_.run("CREATE VIEW bi.open_sale AS SELECT * FROM bi.sale WHERE open");
    q_.run("INSERT INTO bi.region VALUES (1, 'Nord'), (2, 'Süd')");
    q_.run(
        "INSERT INTO bi.sale (region, sold, day, amount, rate, open, note) SELECT 1 + i % 2, "
        "TIMESTAMP '2026-01-01' + i * INTERVAL '1 day', DATE '2026-01-01' + i, i * 1.25, i / 4.0, "
        "i % 3 = 0, 'note ' || i FROM generate_series(1, 20) i");
  }
  void TearDown() override {
    close();
    q_.run("DROP SCHEMA bi CASCADE");
  }
  void close() { SQLFreeStmt(q_.get(), SQL_CLOSE); }
  std::string rows() {
    std::string all = q_.rows();
    close();
    return all;
  }
  // The wanted columns of all rows.
  std::string columns_of(std::initializer_list<SQLUSMALLINT> columns) {
    std::string all;
    while (SQL_SUCCEEDED(SQLFetch(q_.get()))) {
      if (!all.empty()) all += ';';
      for (const SQLUSMALLINT column : columns)
        all += (column == *columns.begin() ? "" : "|") + q_.text(column);
    }
    close();
    return all;
  }
  void ask(std::initializer_list<SQLUSMALLINT> types) {
    for (const SQLUSMALLINT type : types) {
      std::array<char, 2048> answer{};
      SQLSMALLINT length = 0;
      EXPECT_EQ(SQLGetInfo(client_.dbc(), type, answer.data(), answer.size(), &length), SQL_SUCCESS)
          << type << " " << client_.state();
    }
  }
  SQLUINTEGER number(SQLUSMALLINT type) {
    SQLUINTEGER value = 0;
    EXPECT_EQ(SQLGetInfo(client_.dbc(), type, &value, sizeof value, nullptr), SQL_SUCCESS);
    return value;
  }
  // Warnings are failures to some tools: nothing but SQL_SUCCESS will do.
  void quietly(SQLRETURN result) { EXPECT_EQ(result, SQL_SUCCESS) << q_.error(); }

  Client client_{"DSN=negodbc"};
  Query q_{client_};
};

}  // namespace negodbc::odbc::testing
