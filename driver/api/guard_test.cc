#include "driver/api/guard.h"

#include <gtest/gtest.h>

namespace negodbc::odbc {
namespace {

class Guard : public ::testing::Test {
 protected:
  void SetUp() override { publish(environment_); }
  void TearDown() override { withdraw(*environment_); }
  [[nodiscard]] std::string first_state() const {
    const DiagRecord* record = environment_->diagnostics().record(1);
    return record == nullptr ? "" : std::string(record->state.view());
  }
  std::shared_ptr<Environment> environment_ = std::make_shared<Environment>();
};

TEST_F(Guard, MakesDiagnosticsOfExceptions) {
  const auto run = [&](auto&& body) { return guarded<Environment>(environment_->id(), body); };
  EXPECT_EQ(run([](Environment&) { throw Error("42P01", "no such table"); }), SQL_ERROR);
  EXPECT_EQ(first_state(), "42S02");
  EXPECT_EQ(run([](Environment&) { throw std::bad_alloc(); }), SQL_ERROR);
  EXPECT_EQ(first_state(), "HY001");
  EXPECT_EQ(run([](Environment&) { throw std::runtime_error("odd"); }), SQL_ERROR);
  EXPECT_EQ(first_state(), "HY000");
  EXPECT_EQ(run([](Environment&) { throw 1; }), SQL_ERROR);
  EXPECT_EQ(run([](Environment&) {}), SQL_SUCCESS);
  EXPECT_TRUE(environment_->diagnostics().empty());
}

TEST_F(Guard, WarningsBecomeSuccessWithInfo) {
  const auto warn = [](Environment& e) { e.diagnostics().warn("01004", "cut"); };
  EXPECT_EQ(guarded<Environment>(environment_->id(), warn), SQL_SUCCESS_WITH_INFO);
  EXPECT_EQ(environment_->diagnostics().return_code, SQL_SUCCESS_WITH_INFO);
  const auto no_data = [&](Environment& e) -> SQLRETURN {
    warn(e);
    return SQL_NO_DATA;
  };
  EXPECT_EQ(guard<Environment>(environment_->id(), no_data), SQL_NO_DATA);
}

TEST_F(Guard, RefusesWhatIsNoHandle) {
  bool called = false;
  const auto body = [&](auto&) { called = true; };
  EXPECT_EQ(guarded<Environment>(nullptr, body), SQL_INVALID_HANDLE);
  EXPECT_EQ(guarded<Connection>(environment_->id(), body), SQL_INVALID_HANDLE);
  environment_->set_freed();
  EXPECT_EQ(guarded<Environment>(environment_->id(), body), SQL_INVALID_HANDLE);
  EXPECT_FALSE(called);
}

}  // namespace
}  // namespace negodbc::odbc
