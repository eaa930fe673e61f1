// Statements' replies from a real server, through a session logged in as trust_user.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "driver/login/login.h"
#include "driver/login/testing/realm.h"
#include "driver/session/conversation.h"
#include "driver/session/session.h"

namespace negodbc::session {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

class Stream : public ::testing::Test {
 protected:
  static Deadline soon() { return Deadline::after(seconds(60)); }

  std::unique_ptr<ResultStream> simple(const std::string& sql, bool begin = false) {
    return conversation.simple(sql, {begin, "BEGIN"}, soon());
  }
  std::vector<std::string> rest(ResultStream& stream) {
    std::vector<std::string> rows;
    while (stream.next_row(soon())) {
      std::string row;
      for (const auto& value : stream.row().values) {
        if (!row.empty()) row += '|';
        row += value.is_null() ? "NULL" : std::string(value.view());
      }
      rows.push_back(row);
    }
    return rows;
  }
  std::vector<std::string> query(const std::string& sql) { return rest(*simple(sql)); }
  static std::string state_of(const std::function<void()>& action) {
    try {
      action();
    } catch (const Error& e) {
      return std::string(e.state().view());
    }
    return "no error";
  }

  Conversation conversation{login::login(login::testing::trusted_settings(), {})};
};

TEST_F(Stream, gives_rows_then_the_count) {
  const auto stream = simple("select 1 as a, null as b union all select 2, 'zwei' order by 1");
  ASSERT_TRUE(stream->has_rows());
  ASSERT_EQ(stream->fields().size(), 2U);
  EXPECT_EQ(stream->fields()[0].name, "a");
  EXPECT_EQ(stream->affected_rows(), 2);  // all of it has come
  EXPECT_THAT(rest(*stream), ::testing::ElementsAre("1|NULL", "2|zwei"));
  EXPECT_EQ(stream->command_tag(), "SELECT 2");
  EXPECT_FALSE(stream->next_result(soon()));
  EXPECT_FALSE(stream->live());
}

TEST_F(Stream, leaves_the_session_when_the_last_row_was_read) {
  const auto stream = simple("select 1");
  EXPECT_TRUE(stream->live());
  rest(*stream);
  EXPECT_FALSE(stream->live());
}

TEST_F(Stream, goes_through_several_results) {
  const auto stream = simple(
      "create temp table t(a int); insert into t values (1),(2); select a from t; ;delete from t");
  EXPECT_FALSE(stream->has_rows());
  EXPECT_EQ(stream->command_tag(), "CREATE TABLE");
  ASSERT_TRUE(stream->next_result(soon()));
  EXPECT_EQ(stream->affected_rows(), 2);
  ASSERT_TRUE(stream->next_result(soon()));
  EXPECT_TRUE(stream->has_rows());
  ASSERT_TRUE(stream->next_result(soon()));  // unread rows are skipped
  EXPECT_EQ(stream->affected_rows(), 2);
  EXPECT_FALSE(stream->next_result(soon()));
}

TEST_F(Stream, takes_an_empty_query_as_a_result_without_rows) {
  const auto stream = simple("");
  EXPECT_FALSE(stream->has_rows());
  EXPECT_FALSE(stream->next_result(soon()));
}

TEST_F(Stream, throws_the_servers_error_and_the_session_goes_on) {
  EXPECT_EQ(state_of([&] { simple("select from nowhere"); }), "42P01");
  EXPECT_THAT(query("select 1"), ::testing::ElementsAre("1"));
}

TEST_F(Stream, throws_at_once_an_error_before_the_first_row) {
  EXPECT_EQ(state_of([&] { simple("select 1 / i from generate_series(0, 9) i"); }), "22012");
  EXPECT_THAT(query("select 1"), ::testing::ElementsAre("1"));
}

TEST_F(Stream, throws_an_error_that_comes_after_rows) {
  const auto stream = simple("select 10 / (5 - i) from generate_series(1, 9) i");
  EXPECT_TRUE(stream->has_rows());
  EXPECT_EQ(state_of([&] { rest(*stream); }), "22012");
  EXPECT_EQ(state_of([&] { stream->next_row(soon()); }), "22012");
  EXPECT_FALSE(stream->live());
  EXPECT_THAT(query("select 1"), ::testing::ElementsAre("1"));
}

TEST_F(Stream, goes_on_from_the_spool_when_another_statement_wants_the_session) {
  const int count = 20000;  // about 20 MB: beyond the spool's memory
  const auto stream = simple("select i, repeat('x', 1000) from generate_series(1, " +
                             std::to_string(count) + ") i");
  ASSERT_TRUE(stream->next_row(soon()));
  const std::string first(stream->row().values[0].view());
  EXPECT_THAT(query("select 'other'"), ::testing::ElementsAre("other"));
  EXPECT_FALSE(stream->live());
  EXPECT_EQ(stream->row().values[0].view(), first);
  EXPECT_EQ(stream->row().values[1].view(), std::string(1000, 'x'));
  int expected = 2;
  while (stream->next_row(soon())) {
    ASSERT_EQ(stream->row().values[0].view(), std::to_string(expected));
    ++expected;
  }
  EXPECT_EQ(expected, count + 1);
  EXPECT_FALSE(stream->next_result(soon()));
}

TEST_F(Stream, keeps_results_and_errors_in_the_spool) {
  const auto stream = simple("select 1; select 2; select 1/0");
  EXPECT_THAT(query("select 'other'"), ::testing::ElementsAre("other"));
  EXPECT_THAT(rest(*stream), ::testing::ElementsAre("1"));
  ASSERT_TRUE(stream->next_result(soon()));
  EXPECT_EQ(state_of([&] { rest(*stream); }), "22012");
}

TEST_F(Stream, closes_in_the_middle_and_the_work_is_committed) {
  query("create temp table kept(i int)");
  {
    const auto stream = simple("insert into kept select generate_series(1, 50000) returning i");
    ASSERT_TRUE(stream->next_row(soon()));
  }
  EXPECT_THAT(query("select count(*) from kept"), ::testing::ElementsAre("50000"));
}

TEST_F(Stream, refuses_copy_from_stdin_and_the_session_goes_on) {
  query("create temp table c(i int)");
  EXPECT_EQ(state_of([&] { simple("copy c from stdin"); }), "HYC00");
  EXPECT_EQ(state_of([&] { simple("copy c from stdin", true); }), "HYC00");
  conversation.run("ROLLBACK", soon());
  EXPECT_EQ(state_of([&] { conversation.extended("copy c from stdin", {}, {}, {}, soon()); }),
            "HYC00");
  EXPECT_EQ(state_of([&] { simple("copy (select 1) to stdout"); }), "HYC00");
  const auto second = simple("select 1; copy c from stdin");  // both answers come at once
  EXPECT_EQ(state_of([&] { rest(*second); }), "HYC00");
  EXPECT_THAT(query("select 1"), ::testing::ElementsAre("1"));
}

// What the text does not show (sql::copies_out) comes as a surprise.
class CopyOut : public Stream {
 protected:
  CopyOut() {
    query("create temp table c(i int)");
    transaction.on_error = OnError::roll_back_statement;
  }
  std::string count() { return query("select count(*) from c").at(0); }
  const std::string inserting = "insert into c values (2); copy (select 1) to stdout; select 3";
  Framing transaction{true, "BEGIN"};
};

TEST_F(CopyOut, is_undone_with_its_statement) {
  conversation.simple("insert into c values (1)", transaction, soon());
  conversation.simple("insert into c values (1)", transaction, soon());
  Framing copying = transaction;
  copying.savepoint = Savepoint::before;
  EXPECT_EQ(state_of([&] { conversation.simple(inserting, copying, soon()); }), "HYC00");
  EXPECT_EQ(conversation.transaction_status(soon()), 'T');
  EXPECT_EQ(count(), "2");
  const char* const returning = "copy (insert into c values (2) returning i) to stdout";
  EXPECT_EQ(state_of([&] { conversation.extended(returning, {}, {}, copying, soon()); }), "HYC00");
  EXPECT_EQ(count(), "2");
  EXPECT_EQ(conversation.run("COMMIT", soon()), "COMMIT");
}

TEST_F(CopyOut, is_undone_with_the_transaction_it_began) {
  EXPECT_EQ(state_of([&] { conversation.simple(inserting, transaction, soon()); }), "HYC00");
  EXPECT_EQ(conversation.transaction_status(soon()), 'I');
  EXPECT_EQ(count(), "0");
}

TEST_F(CopyOut, fails_the_transaction_that_has_no_savepoint) {
  conversation.run("BEGIN", soon());
  EXPECT_EQ(state_of([&] { simple(inserting); }), "HYC00");
  EXPECT_EQ(conversation.transaction_status(soon()), 'E');
  EXPECT_EQ(conversation.run("COMMIT", soon()), "ROLLBACK");
}

// Rows and more of them behind it are no disorder.
TEST_F(CopyOut, behind_a_result_is_told_and_the_session_goes_on) {
  const char* const text =
      "select 1; copy (select generate_series(1, 9)) to stdout; select generate_series(1, 9)";
  const auto stream = simple(text);
  EXPECT_EQ(state_of([&] {
              rest(*stream);
              stream->next_result(soon());
            }),
            "HYC00");
  const auto put_aside = simple(text);
  EXPECT_THAT(query("select 2"), ::testing::ElementsAre("2"));
  ASSERT_NE(put_aside->error_ahead(), nullptr);
  EXPECT_EQ(state_of([&] { rest(*put_aside); }), "HYC00");
  // Where it may change something, by the call that sent it.
  Portions changing;
  changing.changes = true;
  EXPECT_EQ(state_of([&] { conversation.simple(text, {}, soon(), changing); }), "HYC00");
  EXPECT_EQ(state_of([&] { simple(text)->close(soon()); }), "HYC00");
  EXPECT_THAT(query("select 3"), ::testing::ElementsAre("3"));
}

TEST_F(Stream, opens_the_transaction_in_the_same_flight) {
  EXPECT_EQ(conversation.transaction_status(soon()), 'I');
  EXPECT_THAT(rest(*simple("select 1", true)), ::testing::ElementsAre("1"));
  EXPECT_EQ(conversation.transaction_status(soon()), 'T');
  EXPECT_THAT(rest(*simple("select 2", true)),
              ::testing::ElementsAre("2"));  // open already: no second BEGIN
  EXPECT_EQ(conversation.run("COMMIT", soon()), "COMMIT");
  EXPECT_EQ(conversation.transaction_status(soon()), 'I');
  const auto stream = conversation.extended("select 3", {}, {},
                                            {true, "BEGIN ISOLATION LEVEL SERIALIZABLE"}, soon());
  EXPECT_THAT(rest(*stream), ::testing::ElementsAre("3"));
  EXPECT_THAT(query("show transaction_isolation"), ::testing::ElementsAre("serializable"));
  EXPECT_EQ(conversation.run("ROLLBACK", soon()), "ROLLBACK");
}

TEST_F(Stream, runs_nothing_outside_of_a_transaction_that_could_not_begin) {
  query("create temp table o(i int)");
  EXPECT_EQ(state_of([&] {
              conversation.simple("insert into o values (1)", {true, "BEGIN nonsense"}, soon());
            }),
            "42601");
  EXPECT_THAT(query("select count(*) from o"), ::testing::ElementsAre("0"));
}

TEST_F(Stream, an_error_leaves_the_transaction_failed) {
  EXPECT_EQ(state_of([&] { simple("select 1/0", true); }), "22012");
  EXPECT_EQ(conversation.transaction_status(soon()), 'E');
  EXPECT_EQ(conversation.run("COMMIT", soon()), "ROLLBACK");
}

TEST_F(Stream, sends_parameters) {
  const std::vector<wire::BindValue> values{{"41"}, {std::nullopt}, {"ä☃𝄞"}};
  const auto stream =
      conversation.extended("select $1::int + 1, $2::text, $3::text", {}, values, {}, soon());
  EXPECT_THAT(rest(*stream), ::testing::ElementsAre("42|NULL|ä☃𝄞"));
}

TEST_F(Stream, prepares_executes_again_and_forgets) {
  Prepared prepared = conversation.prepare("select $1::int * 2 as twice", {}, true, {}, soon());
  EXPECT_THAT(prepared.parameter_types, ::testing::ElementsAre(23U));
  ASSERT_EQ(prepared.fields.size(), 1U);
  EXPECT_EQ(prepared.fields[0].name, "twice");
  for (const char* text : {"1", "21"}) {
    const std::vector<wire::BindValue> values{{text}};
    const auto stream = conversation.execute(prepared, values, {}, {}, soon());
    EXPECT_THAT(rest(*stream), ::testing::ElementsAre(std::to_string(2 * std::stoi(text))));
  }
  const std::string count =
      "select count(*) from pg_prepared_statements where not from_sql is null and name <> ''";
  EXPECT_THAT(query(count), ::testing::ElementsAre("1"));
  conversation.forget(prepared);
  EXPECT_THAT(query(count), ::testing::ElementsAre("0"));
}

TEST_F(Stream, prepares_and_executes_in_one_flight) {
  Prepared prepared;
  const std::vector<wire::BindValue> values{{"7"}};
  const auto stream = conversation.prepare_and_execute("select $1::int", {}, values,
                                                       {true, "BEGIN"}, prepared, soon());
  EXPECT_THAT(rest(*stream), ::testing::ElementsAre("7"));
  EXPECT_EQ(conversation.transaction_status(soon()), 'T');
  EXPECT_THAT(rest(*conversation.execute(prepared, values, {}, {}, soon())),
              ::testing::ElementsAre("7"));
}

TEST_F(Stream, a_statement_that_cannot_be_parsed_has_no_name) {
  Prepared prepared;
  EXPECT_EQ(
      state_of([&] { conversation.prepare_and_execute("selec", {}, {}, {}, prepared, soon()); }),
      "42601");
  EXPECT_EQ(prepared.name, "");
  EXPECT_EQ(state_of([&] { conversation.prepare("selec", {}, true, {}, soon()); }), "42601");
  EXPECT_THAT(query("select 1"), ::testing::ElementsAre("1"));
}

TEST_F(Stream, a_time_out_cancels_and_the_session_goes_on) {
  EXPECT_EQ(state_of([&] {
              conversation.simple("select pg_sleep(3000)", {}, Deadline::after(milliseconds(200)));
            }),
            "HYT00");
  EXPECT_THAT(query("select 1"), ::testing::ElementsAre("1"));
}

TEST_F(Stream, tells_when_the_server_process_ends_under_it) {
  const auto stream = simple("select i, repeat('x', 1000) from generate_series(1, 2000000) i");
  ASSERT_TRUE(stream->next_row(soon()));
  Conversation other{login::login(login::testing::trusted_settings(), {})};
  EXPECT_FALSE(conversation.session().dead());
  const auto killed = other.simple(
      "select count(pg_terminate_backend(pid)) from pg_stat_activity where usename = 'trust_user' "
      "and pid <> "
      "pg_backend_pid()",
      {}, soon());
  EXPECT_THAT(rest(*killed), ::testing::ElementsAre("1"));
  EXPECT_EQ(state_of([&] { rest(*stream); }), "08S01");
  EXPECT_TRUE(conversation.session().dead());
  EXPECT_EQ(state_of([&] { stream->next_row(soon()); }), "08S01");
}

TEST_F(Stream, survives_the_conversation) {
  auto shorter =
      std::make_unique<Conversation>(login::login(login::testing::trusted_settings(), {}));
  const auto stream = shorter->simple("select generate_series(1, 100000)", {}, soon());
  ASSERT_TRUE(stream->next_row(soon()));
  shorter.reset();
  EXPECT_EQ(state_of([&] { stream->next_row(soon()); }), "08003");
}

}  // namespace
}  // namespace negodbc::session
