#include "driver/handles/statement/async_call.h"

#include <gtest/gtest.h>

#include <future>
#include <string>

namespace negodbc::odbc {
namespace {

constexpr SQLUSMALLINT this_one = SQL_API_SQLEXECDIRECT;
constexpr SQLUSMALLINT another = SQL_API_SQLEXECUTE;

// A call that goes on until it is let end.
class AsyncCalls : public ::testing::Test {
 protected:
  ~AsyncCalls() override { end(); }
  SQLRETURN start(SQLRETURN result) {
    return call_.start(this_one, [gate = gate_.get_future().share(), result] {
      gate.wait();
      return result;
    });
  }
  void end() {
    if (!ended_) gate_.set_value();
    ended_ = true;
  }
  SQLRETURN result() {
    std::optional<SQLRETURN> said;
    do {
      std::this_thread::yield();
      said = call_.poll(this_one);
    } while (said == SQL_STILL_EXECUTING);
    return said.value_or(SQL_INVALID_HANDLE);
  }
  std::string refusal() {
    return call_
        .read_refusals([](Diagnostics& refused) {
          const DiagRecord* record = refused.record(1);
          return record == nullptr ? std::string("none") : std::string(record->state.view());
        })
        .value_or("nothing goes on");
  }

 private:
  std::promise<void> gate_;
  bool ended_ = false;

 protected:
  AsyncCall call_;
};

TEST_F(AsyncCalls, AreAskedForUntilTheyHaveTheirResult) {
  EXPECT_EQ(call_.poll(this_one), std::nullopt);
  EXPECT_EQ(start(SQL_SUCCESS_WITH_INFO), SQL_STILL_EXECUTING);
  EXPECT_TRUE(call_.busy());
  EXPECT_EQ(call_.poll(this_one), SQL_STILL_EXECUTING);
  EXPECT_EQ(refusal(), "none");
  end();
  EXPECT_EQ(result(), SQL_SUCCESS_WITH_INFO);
  EXPECT_FALSE(call_.busy());
  EXPECT_EQ(call_.poll(this_one), std::nullopt) << "the result is told once";
}

TEST_F(AsyncCalls, RefuseEveryOtherFunctionMeanwhile) {
  EXPECT_FALSE(call_.refuses());
  EXPECT_EQ(refusal(), "nothing goes on");
  start(SQL_SUCCESS);
  EXPECT_EQ(call_.poll(another), SQL_ERROR);
  EXPECT_EQ(refusal(), "HY010");
  EXPECT_EQ(call_.poll(this_one), SQL_STILL_EXECUTING);
  EXPECT_EQ(refusal(), "none") << "it is this call's diagnostics now";
  EXPECT_TRUE(call_.refuses());
  EXPECT_EQ(refusal(), "HY010");
  end();
  EXPECT_EQ(result(), SQL_SUCCESS);
  EXPECT_FALSE(call_.refuses());
}

TEST_F(AsyncCalls, RememberOneCancellationOfWhatGoesOn) {
  EXPECT_FALSE(call_.cancel_later()) << "nothing goes on";
  EXPECT_FALSE(call_.take_cancellation());
  start(SQL_SUCCESS);
  EXPECT_TRUE(call_.cancel_later());
  EXPECT_TRUE(call_.take_cancellation());
  EXPECT_FALSE(call_.take_cancellation());
  EXPECT_TRUE(call_.cancel_later());
  end();
  EXPECT_EQ(result(), SQL_SUCCESS);
  EXPECT_FALSE(call_.take_cancellation()) << "it is not left for the next call";
}

// Who disconnects holds the lock that the function may be waiting for.
TEST_F(AsyncCalls, AreNotClosedWhileTheyGoOn) {
  start(SQL_SUCCESS);
  EXPECT_FALSE(call_.close());
  end();
  EXPECT_EQ(result(), SQL_SUCCESS);
  EXPECT_TRUE(call_.close());
  EXPECT_EQ(call_.start(this_one, [] { return SQL_SUCCESS; }), SQL_INVALID_HANDLE);
  EXPECT_FALSE(call_.busy());
  call_.reopen();
  EXPECT_EQ(call_.start(this_one, [] { return SQL_SUCCESS; }), SQL_STILL_EXECUTING);
  EXPECT_EQ(result(), SQL_SUCCESS);
}

TEST_F(AsyncCalls, AreWaitedForWhenTheStatementIsFreed) {
  bool over = false;
  call_.start(this_one, [&over] {
    over = true;
    return SQL_SUCCESS;
  });
  call_.finish();
  EXPECT_TRUE(over);
}

}  // namespace
}  // namespace negodbc::odbc
