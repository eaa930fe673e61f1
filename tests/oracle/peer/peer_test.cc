// What of the second oracle needs no server.
#include <gtest/gtest.h>

#include <set>

#include "tests/oracle/peer/comparison.h"
#include "tests/oracle/peer/grammar.h"
#include "tests/oracle/peer/ledger.h"
#include "tests/oracle/peer/matrix.h"
#include "tests/support/repetition.h"

namespace negodbc::peer {
namespace {

TEST(PeerSequence, IsItsText) {
  for (std::uint64_t number = 0; number < test::repeated_by_one_thread(200U); ++number) {
    const Sequence sequence = generate(3, number);
    const Sequence again = parse(to_text(sequence));
    EXPECT_EQ(to_text(again), to_text(sequence));
    EXPECT_TRUE(again.calls == sequence.calls) << to_text(sequence);
    EXPECT_EQ(again.wide, sequence.wide);
    EXPECT_EQ(to_text(generate(3, number)), to_text(sequence));
  }
  const Sequence quoted = parse(R"(wide "A=b"; direct 0 "select \"k\" from t; select 'x\\'";)");
  ASSERT_EQ(quoted.calls.size(), 1U);
  EXPECT_EQ(quoted.calls[0].text, "select \"k\" from t; select 'x\\'");
  EXPECT_EQ(quoted.settings, "A=b");
  EXPECT_THROW(parse("narrow \"\"; no_such_call 1"), std::runtime_error);
}

// A kind of call that no longer comes up would not be missed otherwise.
TEST(PeerSequence, UsesEveryCall) {
  std::set<Verb> verbs;
  const auto take = [&](const Sequence& sequence) {
    for (const Call& call : sequence.calls) verbs.insert(call.verb);
  };
  for (std::uint64_t number = 0; number < test::repeated_by_one_thread(1000U); ++number)
    take(generate(1, number));
  take(result_matrix().front());
  // These only lines of the ledger may use.
  verbs.insert({Verb::describe_param, Verb::bulk, Verb::cursor_name});
  EXPECT_EQ(verbs.size(), static_cast<std::size_t>(Verb::connection_attribute) + 1);
}

TEST(PeerTypes, AreSeenInTheText) {
  EXPECT_EQ(type_of_column("select k, s from t", 2), "text");
  EXPECT_EQ(type_of_column("select '1,2'::int4[], n from t", 2), "numeric(10,2)");
  EXPECT_EQ(type_of_column("select '12'::numeric(10,2)", 1), "numeric(10,2)");
  EXPECT_EQ(type_of_column("select * from t order by k", 4), "numeric(10,2)");
  EXPECT_EQ(type_of_column("delete from t", 1), "?");
  EXPECT_EQ(type_of_column("@tables", 3), "tables.3");
}

TEST(PeerLedger, IsRead) {
  const auto lines = lines_of(
      "<!-- calls: begin (x) -->\n| a | b | c | d | e |\n|---|---|---|---|---|\n"
      "| bits | `get_data bit* C_CHAR: data` | `1*` | * | `narrow \"\"; fetch 0` |\n<!-- calls: "
      "end -->\n",
      "calls");
  ASSERT_EQ(lines.size(), 1U);
  EXPECT_NE(line_about(lines, {0, "get_data bit(3) C_CHAR: data", "101", "x"}), nullptr);
  EXPECT_EQ(line_about(lines, {0, "get_data bit(3) C_CHAR: data", "01", "x"}), nullptr);
  EXPECT_EQ(line_about(lines, {0, "get_data bit(3) C_CHAR: length", "101", "x"}), nullptr);
  EXPECT_THROW(lines_of("", "calls"), std::runtime_error);
  const auto either = lines_of(
      "<!-- calls: begin -->\n| a | b | c | d | e |\n|---|---|---|---|---|\n"
      "| x | `fetch *: status` or `scroll *: status` | `0` | `6` or `5` | `narrow \"\"; fetch 0` "
      "|\n"
      "<!-- calls: end -->\n",
      "calls");
  EXPECT_NE(line_about(either, {0, "scroll NEXT: status", "0", "6"}), nullptr);
  EXPECT_NE(line_about(either, {0, "fetch select: status", "0", "5"}), nullptr);
  EXPECT_EQ(line_about(either, {0, "fetch select: rows", "0", "5"}), nullptr);
  EXPECT_EQ(line_about(either, {0, "fetch select: status", "0", "3"}), nullptr);
}

Observation seen(const std::string& outcome, const std::string& value = "") {
  Observation result;
  result.fields.emplace_back("outcome", outcome);
  if (!value.empty()) result.fields.emplace_back("count", value);
  return result;
}

TEST(PeerComparison, GoesOnWhereItCan) {
  const Sequence sequence =
      parse("narrow \"\"; row_count 0; num_cols 0; row_count 0; fresh 0; row_count 0; row_count 1");
  const Played theirs{{seen("SUCCESS", "1"), seen("ERROR 42P01"), seen("SUCCESS", "1"),
                       seen("SUCCESS"), seen("SUCCESS", "1"), seen("SUCCESS", "3")},
                      ""};
  Played ours = theirs;
  EXPECT_TRUE(compare(sequence, theirs, ours).differences.empty());
  ours.seen[1] = seen("ERROR 42S02");  // the same in ODBC's words
  EXPECT_TRUE(compare(sequence, theirs, ours).differences.empty());
  ours.seen[1] = seen("SUCCESS", "1");
  ours.seen[2] = seen("SUCCESS", "9");  // of the statement that is not the same any more
  ours.seen[5] = seen("SUCCESS", "4");
  const Compared compared = compare(sequence, theirs, ours);
  ASSERT_EQ(compared.differences.size(), 2U);
  EXPECT_EQ(to_text(compared.differences[0]),
            "num_cols: outcome: psqlodbc ERROR 42S02, here SUCCESS");
  EXPECT_EQ(to_text(compared.differences[1]), "row_count: count: psqlodbc 3, here 4");
  EXPECT_EQ(compared.totals.lost, 1U);
  EXPECT_FALSE(compared.whole);
}

// A statement that is not the same any more may still change what the others see.
TEST(PeerComparison, EndsWhereAStatementThatIsNotComparedHasChangedSomething) {
  const Sequence sequence = parse("narrow \"\"; num_cols 0; direct 0 \"x\"; row_count 1");
  const Played theirs{{seen("ERROR 42P01"), seen("ERROR HY010"), seen("SUCCESS", "3")}, ""};
  Played ours{{seen("SUCCESS"), seen("ERROR 24000"), seen("SUCCESS", "4")}, ""};
  EXPECT_EQ(compare(sequence, theirs, ours).differences.size(), 2U);
  for (const char* outcome : {"SUCCESS", "NEED_DATA"}) {
    ours.seen[1] = seen(outcome);
    EXPECT_EQ(compare(sequence, theirs, ours).differences.size(), 1U);
  }
}

TEST(PeerComparison, OurEndIsADifference) {
  const Sequence sequence = parse("narrow \"\"; fetch 0; fetch 0");
  const Played whole{{seen("NO_DATA"), seen("NO_DATA")}, ""};
  const Played dead{{seen("NO_DATA")}, "crash"};
  EXPECT_TRUE(compare(sequence, dead, whole).differences.empty());
  EXPECT_EQ(compare(sequence, dead, whole).totals.crashes, 1U);
  ASSERT_EQ(compare(sequence, whole, dead).differences.size(), 1U);
  EXPECT_EQ(compare(sequence, whole, dead).differences[0].where, "fetch 0: end");
}

}  // namespace
}  // namespace negodbc::peer
