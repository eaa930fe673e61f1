#include "driver/session/spool.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <random>
#include <string>

#include "driver/base/error.h"
#include "tests/support/environment.h"

namespace negodbc::session {
namespace {

using wire::MessageType;

std::string body_of(std::size_t number, std::size_t size) {
  std::string body(size, static_cast<char>('a' + number % 26));
  return std::to_string(number) + ":" + body;
}

TEST(Spool, gives_nothing_when_empty) {
  Spool spool;
  EXPECT_TRUE(spool.empty());
  EXPECT_FALSE(spool.take());
}

TEST(Spool, keeps_types_and_empty_bodies) {
  Spool spool;
  spool.append({MessageType::parse_complete, {}});
  spool.append({MessageType::data_row, "x"});
  EXPECT_FALSE(spool.empty());
  EXPECT_EQ(spool.take()->type, MessageType::parse_complete);
  EXPECT_EQ(spool.take()->body, "x");
  EXPECT_FALSE(spool.take());
  EXPECT_TRUE(spool.empty());
}

// Several times the memory limit, so that the file is written and read in turns, with taking in
// between.
TEST(Spool, keeps_the_order_across_memory_and_file) {
  std::mt19937 random(7);
  std::uniform_int_distribution<std::size_t> size(0, 20000);
  Spool spool;
  std::size_t appended = 0;
  std::size_t taken = 0;
  const auto append = [&](std::size_t bytes) {
    for (std::size_t sum = 0; sum < bytes; ++appended) {
      std::mt19937 own(static_cast<unsigned>(appended));
      const std::string body = body_of(appended, size(own));
      spool.append({MessageType::data_row, body});
      sum += body.size();
    }
  };
  const auto take = [&](std::size_t count) {
    for (std::size_t i = 0; i < count && taken < appended; ++i, ++taken) {
      std::mt19937 own(static_cast<unsigned>(taken));
      const auto frame = spool.take();
      ASSERT_TRUE(frame);
      ASSERT_EQ(frame->body, body_of(taken, size(own)));
    }
  };
  for (int round = 0; round < 6; ++round) {
    append(Spool::memory_limit / 2 * (1 + random() % 4));
    take(random() % 900);
  }
  take(appended);
  EXPECT_EQ(taken, appended);
  EXPECT_TRUE(spool.empty());
  EXPECT_FALSE(spool.take());
}

TEST(Spool, keeps_a_frame_larger_than_its_memory) {
  Spool spool;
  const std::string large(Spool::memory_limit * 2 + 17, 'z');
  spool.append({MessageType::data_row, large});
  spool.append({MessageType::data_row, "after"});
  EXPECT_EQ(spool.take()->body, large);
  EXPECT_EQ(spool.take()->body, "after");
}

TEST(Spool, is_empty_after_clear) {
  Spool spool;
  spool.append({MessageType::data_row, std::string(Spool::memory_limit + 1, 'z')});
  spool.clear();
  EXPECT_TRUE(spool.empty());
  spool.append({MessageType::data_row, "new"});
  EXPECT_EQ(spool.take()->body, "new");
}

TEST(Spool, says_where_it_could_not_write) {
  const test::ScopedEnvironment elsewhere(temporary_directory_variable, "no-such-directory");
  Spool spool;
  try {
    spool.append({MessageType::data_row, std::string(Spool::memory_limit, 'z')});
    ADD_FAILURE() << "no error";
  } catch (const Error& e) {
    EXPECT_EQ(e.state(), "HY000");
    EXPECT_THAT(e.what(), ::testing::HasSubstr("no-such-directory"));
    EXPECT_THAT(e.what(), ::testing::HasSubstr(temporary_directory_variable));
  }
}

}  // namespace
}  // namespace negodbc::session
