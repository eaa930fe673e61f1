// A connection handle and the logins that are made by it, one after the other.
#include "driver/handles/connection.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <mutex>
#include <string>
#include <thread>

#include "driver/base/error.h"
#include "driver/handles/statement/statement.h"
#include "driver/login/testing/scripted_peer.h"

namespace negodbc::odbc {
namespace {

using login::testing::PeerConnection;
using login::testing::ScriptedPeer;
using ::testing::HasSubstr;
using ::testing::Not;

// A server that lets everybody in and answers nothing.
class Logins : public ::testing::Test {
 protected:
  void connect(const std::string& keywords = "") {
    connection_->connect(dsn::parse_connection_string(
                             "Servername=127.0.0.1;UID=u;SSLmode=disable;GssEncMode=disable;"
                             "Trusted_Connection=No;Port=" +
                             std::to_string(peer_.port()) + ";" + keywords)
                             .settings);
  }
  std::string startup() {
    const std::lock_guard lock(mutex_);
    return startup_;
  }
  SQLUINTEGER access_mode() {
    return std::get<SQLUINTEGER>(connection_->attribute(SQL_ATTR_ACCESS_MODE));
  }

  std::mutex mutex_;
  std::string startup_;
  ScriptedPeer peer_{[this](const PeerConnection& peer) {
    {
      const std::string startup = peer.read_startup();
      const std::lock_guard lock(mutex_);
      startup_ = startup;
    }
    peer.send(login::testing::logged_in());
    peer.sleep_until_closed();
  }};
  std::shared_ptr<Connection> connection_ =
      std::make_shared<Connection>(std::make_shared<Environment>());
};

TEST_F(Logins, ReadOnlyIsOfTheOneThatSaysSo) {
  connect("ReadOnly=1");
  EXPECT_THAT(startup(), HasSubstr("default_transaction_read_only"));
  EXPECT_EQ(access_mode(), static_cast<SQLUINTEGER>(SQL_MODE_READ_ONLY));
  connection_->disconnect();
  connect();
  EXPECT_THAT(startup(), Not(HasSubstr("default_transaction_read_only")));
  EXPECT_EQ(access_mode(), static_cast<SQLUINTEGER>(SQL_MODE_READ_WRITE));
  connection_->disconnect();
}

TEST_F(Logins, WhatTheApplicationHasSetStays) {
  connection_->set_attribute(SQL_ATTR_ACCESS_MODE, nullptr, "");
  connect("ReadOnly=1");
  EXPECT_EQ(access_mode(), static_cast<SQLUINTEGER>(SQL_MODE_READ_WRITE));
  connection_->disconnect();
}

// As an entry point does it, in the moment in which the function's thread has begun and wants the
// lock that SQLDisconnect holds.
TEST_F(Logins, AreNotEndedWhileAFunctionStarts) {
  connect();
  const std::shared_ptr<Statement> statement = Statement::create(connection_);
  {
    const std::lock_guard disconnecting(connection_->mutex());
    EXPECT_EQ(statement->async().start(SQL_API_SQLEXECUTE,
                                       [statement] {
                                         const std::lock_guard lock(statement->mutex());
                                         return SQLRETURN{SQL_ERROR};
                                       }),
              SQL_STILL_EXECUTING);
    try {
      connection_->disconnect();
      ADD_FAILURE() << "the statement was freed under its function";
    } catch (const Error& error) {
      EXPECT_EQ(error.state(), "HY010");
    }
  }
  std::optional<SQLRETURN> result;
  do {
    std::this_thread::yield();
    result = statement->async().poll(SQL_API_SQLEXECUTE);
  } while (result == SQL_STILL_EXECUTING);
  EXPECT_EQ(result, SQL_ERROR);
  const std::lock_guard disconnecting(connection_->mutex());
  connection_->disconnect();
  EXPECT_FALSE(connection_->connected());
}

}  // namespace
}  // namespace negodbc::odbc
