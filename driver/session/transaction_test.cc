// What was done is kept or undone with the part of the transaction it was done in.
#include "driver/session/transaction.h"

#include <gtest/gtest.h>

namespace negodbc::session {
namespace {

class OfATransaction : public ::testing::Test {
 protected:
  // A text of the application's, and what the server answered.
  void run(std::string_view sql, std::initializer_list<std::string_view> tags, char status = 'T') {
    transaction_.expect(sql::transaction_steps(sql, 0, true));
    for (const auto tag : tags) transaction_.completed(tag);
    transaction_.expect({});
    transaction_.ready(status);
  }
  Standing done() { return transaction_.standing('T'); }
  Transaction transaction_;
};

TEST_F(OfATransaction, WhatIsDoneOutsideStays) {
  EXPECT_EQ(transaction_.standing('I'), nullptr);
}

TEST_F(OfATransaction, ItsEndDecides) {
  const Standing first = done();
  EXPECT_EQ(*first, Fate::open);
  run("commit", {"COMMIT"}, 'I');
  EXPECT_EQ(*first, Fate::kept);
  const Standing second = done();
  run("commit", {"ROLLBACK"}, 'I');  // a statement in it had failed
  EXPECT_EQ(*second, Fate::undone);
  const Standing third = done();
  run("commit", {}, 'I');  // an error: a deferred constraint
  EXPECT_EQ(*third, Fate::undone);
  const Standing fourth = done();
  run("rollback and chain", {"ROLLBACK"});
  EXPECT_EQ(*fourth, Fate::undone);
  const Standing fifth = done();
  run("", {"ROLLBACK"}, 'I');  // the driver's own
  EXPECT_EQ(*fifth, Fate::undone);
  const Standing sixth = done();
  run("update t set x = 1; commit; begin", {"UPDATE 1", "COMMIT", "BEGIN"});
  EXPECT_EQ(*sixth, Fate::kept);
  const Standing seventh = done();
  run("prepare transaction 'x'", {"PREPARE TRANSACTION"}, 'I');
  EXPECT_EQ(*seventh, Fate::kept);
}

TEST_F(OfATransaction, GoesBackToASavepoint) {
  const Standing first = done();
  run("savepoint a", {"SAVEPOINT"});
  const Standing second = done();
  run("savepoint b", {"SAVEPOINT"});
  const Standing third = done();
  run("rollback to b", {"ROLLBACK"});
  EXPECT_EQ(*second, Fate::open);
  EXPECT_EQ(*third, Fate::undone);
  const Standing fourth = done();
  run("rollback to b; release b", {"ROLLBACK", "RELEASE"});
  EXPECT_EQ(*fourth, Fate::undone);
  const Standing fifth = done();
  run("rollback to a", {"ROLLBACK"});
  EXPECT_EQ(*second, Fate::undone);
  EXPECT_EQ(*fifth, Fate::undone);
  EXPECT_EQ(*first, Fate::open);
  run("end", {"COMMIT"}, 'I');
  EXPECT_EQ(*first, Fate::kept);
}

TEST_F(OfATransaction, AReleasedSavepointIsOfTheOneBefore) {
  run("savepoint a", {"SAVEPOINT"});
  run("savepoint a", {"SAVEPOINT"});
  const Standing inner = done();
  run("release a", {"RELEASE"});
  EXPECT_EQ(*inner, Fate::open);
  const Standing behind = done();
  run("rollback to a", {"ROLLBACK"});
  EXPECT_EQ(*inner, Fate::undone);
  EXPECT_EQ(*behind, Fate::undone);
}

TEST_F(OfATransaction, TheDriversOwnSavepointsChangeNothing) {
  const Standing first = done();
  run("", {"SAVEPOINT", "UPDATE 1", "RELEASE"});
  run("", {"ROLLBACK", "RELEASE"});
  EXPECT_EQ(*first, Fate::open);
  // One that was set unseen: what is not known to stay does not.
  run("rollback to unseen", {"ROLLBACK"});
  EXPECT_EQ(*first, Fate::undone);
}

}  // namespace
}  // namespace negodbc::session
