#include <gtest/gtest.h>

#include <algorithm>

#include "driver/wire/backend.h"
#include "tests/support/repetition.h"

namespace negodbc::wire {
namespace {

using namespace std::string_literals;

std::string frame(char type, std::string_view body) {
  const auto length = static_cast<std::uint32_t>(body.size() + 4);
  std::string out(1, type);
  for (const unsigned shift : {24U, 16U, 8U, 0U}) out.push_back(static_cast<char>(length >> shift));
  return out.append(body);
}

// Gives the reader the bytes in pieces and collects what comes out.
std::vector<std::pair<char, std::string>> feed(FrameReader& reader, std::string_view bytes,
                                               std::size_t piece) {
  std::vector<std::pair<char, std::string>> frames;
  while (!bytes.empty()) {
    const auto room = reader.room();
    const std::size_t size = std::min({piece, bytes.size(), room.size()});
    std::copy_n(bytes.data(), size, room.data());
    reader.received(size);
    bytes.remove_prefix(size);
    while (const auto next = reader.next()) {
      frames.emplace_back(static_cast<char>(next->type), std::string(next->body));
    }
  }
  return frames;
}

TEST(FrameReader, SplitsAStreamHoweverItIsCut) {
  const std::string bytes = frame('T', "") + frame('D', "row one") +
                            frame('D', std::string(300, 'x')) + frame('C', "SELECT 2\0"s) +
                            frame('Z', "I");
  const std::vector<std::pair<char, std::string>> expected = {
      {'T', ""}, {'D', "row one"}, {'D', std::string(300, 'x')}, {'C', "SELECT 2\0"s}, {'Z', "I"}};
  for (std::size_t piece = 1; piece <= bytes.size(); ++piece) {
    FrameReader reader;
    EXPECT_EQ(feed(reader, bytes, piece), expected) << piece;
    EXPECT_EQ(reader.buffered(), 0U);
  }
}

TEST(FrameReader, LeavesRowsWhereTheyWereReceived) {
  FrameReader reader(FrameReader::session_limit);
  const std::string bytes = frame('D', "one") + frame('D', "two");
  const auto room = reader.room();
  std::copy(bytes.begin(), bytes.end(), room.begin());
  reader.received(bytes.size());
  const auto first = reader.next();
  const auto second = reader.next();
  EXPECT_EQ(first->body.data(), room.data() + 5);
  EXPECT_EQ(second->body.data(), room.data() + 13);
  EXPECT_FALSE(reader.next());
}

TEST(FrameReader, GivesRowsAloneWhenTheyAreWhole) {
  const std::string row = frame('D', "row");
  const std::string bytes = row + row + frame('C', "SELECT 2\0"s) + row;
  FrameReader reader(FrameReader::session_limit);
  EXPECT_FALSE(reader.next_row());
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    *reader.room().data() = bytes[i];
    reader.received(1);
    const auto taken = reader.next_row();
    EXPECT_EQ(taken.has_value(), i + 1 == row.size() || i + 1 == 2 * row.size()) << i;
    if (taken) {
      EXPECT_EQ(*taken, "row");
    }
  }
  // What is no row stays, and what is behind it.
  const auto next = reader.next();
  ASSERT_TRUE(next);
  EXPECT_EQ(next->type, MessageType::command_complete);
  EXPECT_EQ(reader.next_row(), "row");
  // A length that can't be is for next() to refuse.
  for (const std::string& wrong : {"D\0\0\0\3"s, "D\xFF\xFF\xFF\xFF"s}) {
    FrameReader other;
    std::copy(wrong.begin(), wrong.end(), other.room().data());
    other.received(wrong.size());
    EXPECT_FALSE(other.next_row());
    EXPECT_THROW(other.next(), ProtocolError);
  }
}

TEST(FrameReader, RefusesLengthsThatCannotBe) {
  for (const auto& bytes : {"R\0\0\0\0"s, "R\0\0\0\x03"s, "R\0\x01\x10\x01"s, "R\x7f\xff\xff\xff"s,
                            "R\xff\xff\xff\xff"s, "HTTP/1.1 400 Bad Request"s}) {
    FrameReader reader;
    EXPECT_THROW(feed(reader, bytes, 100), ProtocolError) << testing::PrintToString(bytes);
  }
  FrameReader reader;
  EXPECT_NO_THROW(feed(reader, "R\0\x01\x10\0"s, 100));  // exactly the limit
  EXPECT_FALSE(reader.next());
}

TEST(FrameReader, TakesLargeMessagesOnlyInASession) {
  FrameReader reader;
  const std::string large = frame('D', std::string(0x20000, 'x'));
  EXPECT_THROW(feed(reader, large, large.size()), ProtocolError);
  FrameReader session(FrameReader::session_limit);
  EXPECT_EQ(feed(session, large, 1000).at(0).second.size(), 0x20000U);
}

TEST(FrameReader, GrowsOnlyWithWhatArrives) {
  FrameReader reader(FrameReader::session_limit);
  auto room = reader.room();
  const std::string head = "D\x3f\xff\xff\xff"s;  // announces one gibibyte
  std::copy(head.begin(), head.end(), room.begin());
  reader.received(head.size());
  EXPECT_FALSE(reader.next());
  std::size_t received = head.size();
  for (int i = 0; i < 40; ++i) {
    room = reader.room();
    ASSERT_GT(room.size(), 0U);
    EXPECT_LE(room.size(), std::max<std::size_t>(received, 128 << 10));
    std::fill(room.begin(), room.end(), 'x');
    reader.received(room.size());
    received += room.size();
    EXPECT_FALSE(reader.next());
    if (received > (16 << 20)) break;
  }
  EXPECT_EQ(reader.buffered(), received);
}

TEST(FrameReader, GivesMemoryBackAfterALargeMessage) {
  FrameReader reader(FrameReader::session_limit);
  const std::string large = frame('D', std::string(8 << 20, 'x'));
  EXPECT_EQ(feed(reader, large, 1 << 16).size(), 1U);
  EXPECT_LE(reader.room().size(), std::size_t{256} << 10U);
  EXPECT_EQ(feed(reader, frame('Z', "I"), 100).size(), 1U);
}

TEST(FrameReader, KeepsABeginningWhenItMovesIt) {
  FrameReader reader(FrameReader::session_limit);
  const auto contents = [](std::size_t i) {
    return std::string(i % 97, static_cast<char>('a' + i % 26));
  };
  std::string bytes;
  constexpr auto count = test::repeated_by_one_thread(std::size_t{20000});
  for (std::size_t i = 0; i < count; ++i) bytes += frame('D', contents(i));
  const auto frames = feed(reader, bytes, 8191);
  ASSERT_EQ(frames.size(), count);
  for (std::size_t i = 0; i < frames.size(); ++i) ASSERT_EQ(frames[i].second, contents(i)) << i;
}

TEST(FrameReader, GivesSingleBytesBeforeTheProtocolBegins) {
  FrameReader reader;
  EXPECT_EQ(reader.take_byte(), std::nullopt);
  const auto room = reader.room();
  room[0] = 'S';
  room[1] = 'x';
  reader.received(2);
  EXPECT_EQ(reader.take_byte(), 'S');
  EXPECT_EQ(reader.unread(), "x");
  EXPECT_EQ(reader.buffered(), 1U);
}

TEST(FrameReader, FindsTheEndOfAnAnswerAheadOfWhatIsTaken) {
  const auto end_of = [](const std::string& bytes) {
    FrameReader reader;
    std::copy(bytes.begin(), bytes.end(), reader.room().data());
    reader.received(bytes.size());
    return reader.received_end();
  };
  const std::string rows = frame('T', "") + frame('D', "one") + frame('D', "two");
  EXPECT_FALSE(end_of(""));
  EXPECT_FALSE(end_of(rows));
  EXPECT_FALSE(end_of(rows + frame('s', "") + frame('Z', "T")));
  EXPECT_FALSE(end_of(rows + frame('C', "SELECT 2").substr(0, 9)));
  EXPECT_FALSE(end_of("D\0\0\0\1"s + frame('C', "SELECT 2")));
  const auto end = end_of(rows + frame('C', "SELECT 2") + frame('E', ""));
  ASSERT_TRUE(end);
  EXPECT_EQ(end->rows, 2U);
  EXPECT_FALSE(end->failed);
  ASSERT_TRUE(end_of(rows + frame('E', "")));
  EXPECT_TRUE(end_of(rows + frame('E', ""))->failed);
}

TEST(FrameReader, FindsThatRowsAreSuspended) {
  const auto suspended = [](const std::string& bytes) {
    FrameReader reader;
    std::copy(bytes.begin(), bytes.end(), reader.room().data());
    reader.received(bytes.size());
    return reader.received_suspension();
  };
  EXPECT_FALSE(suspended(""));
  EXPECT_FALSE(suspended(frame('D', "one") + frame('C', "SELECT 1")));
  EXPECT_TRUE(suspended(frame('D', "one") + frame('s', "")));
}

}  // namespace
}  // namespace negodbc::wire
