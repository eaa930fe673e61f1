// What a server without savepoints must not lose: no real PostgreSQL is one.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "driver/login/login.h"
#include "driver/login/testing/scripted_peer.h"
#include "driver/session/batch.h"
#include "driver/session/conversation.h"
#include "driver/session/testing/command_peer.h"

namespace negodbc::session {
namespace {

using login::testing::PeerConnection;
using login::testing::ScriptedPeer;
using std::chrono::seconds;

const Framing in_a_transaction{true, "BEGIN", OnError::roll_back_statement, Savepoint::around};

class WithoutSavepoints : public ::testing::Test {
 protected:
  const Deadline soon_ = Deadline::after(seconds(30));
  testing::CommandPeer server_{{{"SAVEPOINT", "42601"}, {"fail", "22012"}}};
  ScriptedPeer peer_{[this](const PeerConnection& connection) { server_.serve(connection); }};
  Conversation conversation_{login::login(peer_.settings(), {})};
};

TEST_F(WithoutSavepoints, it_is_noticed_before_anything_is_lost) {
  const auto execute = [&](const char* sql) {
    conversation_.extended(sql, {}, {}, in_a_transaction, soon_)->close(soon_);
  };
  execute("first");
  EXPECT_FALSE(conversation_.has_savepoints());
  execute("second");
  EXPECT_THROW(execute("fail"), Error);
  // What was done is not undone behind the application's back: the transaction is failed.
  EXPECT_EQ(conversation_.transaction_status(soon_), 'E');
  const std::vector<std::string> expected = {
      "BEGIN", "SAVEPOINT _negodbc_statement", "ROLLBACK", "BEGIN", "first", "second", "fail"};
  EXPECT_EQ(server_.statements(), expected);
}

// What a question within a transaction may be asked behind.
TEST_F(WithoutSavepoints, they_are_not_taken_for_granted) {
  EXPECT_TRUE(conversation_.has_savepoints());
  EXPECT_FALSE(conversation_.surely_has_savepoints());
  conversation_.extended("first", {}, {}, in_a_transaction, soon_)->close(soon_);
  EXPECT_FALSE(conversation_.surely_has_savepoints());
}

TEST_F(WithoutSavepoints, a_flight_that_went_in_parts_is_made_anew_as_a_whole) {
  const Prepared unnamed{};
  Batch batch(conversation_);
  for (const char* const part : {"first", "second", "third"}) {
    batch.add(unnamed, part, {}, 1);
    batch.send_part(in_a_transaction, soon_);
    EXPECT_TRUE(batch.under_way());
  }
  batch.add(unnamed, "rest", {}, 1);
  const Batch::Result result = batch.send(in_a_transaction, soon_);
  EXPECT_FALSE(result.error);
  EXPECT_EQ(result.done, 4U);
  // The batch is of one prepared statement, whose text goes with the first set.
  const std::vector<std::string> expected = {
      "BEGIN", "SAVEPOINT _negodbc_statement", "ROLLBACK", "BEGIN", "first", "first", "first",
      "first"};
  EXPECT_EQ(server_.statements(), expected);
}

class Parts : public WithoutSavepoints {
 protected:
  const Prepared unnamed_{};
  const Framing plain_{};
};

TEST_F(Parts, are_executed_before_the_flight_is_complete) {
  Batch batch(conversation_);
  batch.add(unnamed_, "first", {}, 1);
  batch.send_part(plain_, soon_);
  EXPECT_TRUE(server_.wait_for_statements(1));
  batch.add(unnamed_, "first", {}, 1);
  const Batch::Result result = batch.send(plain_, soon_);
  EXPECT_EQ(result.done, 2U);
  EXPECT_FALSE(batch.under_way());
}

TEST_F(Parts, that_fail_leave_out_what_comes_behind_them) {
  Batch batch(conversation_);
  batch.add(unnamed_, "fail", {}, 1);
  batch.send_part(plain_, soon_);
  EXPECT_TRUE(server_.wait_for_statements(1));
  batch.add(unnamed_, "fail", {}, 1);
  const Batch::Result result = batch.send(plain_, soon_);
  ASSERT_TRUE(result.error);
  EXPECT_EQ(result.error->state().view(), "22012");
  EXPECT_EQ(result.done, 0U);
  EXPECT_EQ(server_.statements().size(), 1U);
}

// Nobody would read the replies.
TEST_F(Parts, without_an_end_give_the_session_up) {
  {
    Batch batch(conversation_);
    batch.add(unnamed_, "first", {}, 1);
    EXPECT_FALSE(conversation_.session().dead());
    batch.send_part(plain_, soon_);
  }
  EXPECT_TRUE(conversation_.session().dead());
}

}  // namespace
}  // namespace negodbc::session
