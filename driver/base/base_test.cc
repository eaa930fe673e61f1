#include <gtest/gtest.h>

#include <atomic>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "driver/base/characters.h"
#include "driver/base/deadline.h"
#include "driver/base/error.h"
#include "driver/base/lru_map.h"
#include "driver/base/one_line.h"
#include "driver/base/secret.h"
#include "driver/base/utc_time.h"
#include "driver/base/utf.h"

namespace negodbc {
namespace {

using namespace std::chrono_literals;
using namespace std::string_literals;

TEST(SqlState, KeepsFiveCharacters) {
  EXPECT_EQ(SqlState("08001"), "08001");
  EXPECT_STREQ(SqlState("28P01").c_str(), "28P01");
  EXPECT_EQ(SqlState(), "HY000");
}

TEST(SqlState, TakesAnythingElseAsAGeneralError) {
  for (const auto* bad : {"", "0800", "080011", "08o01", "08 01", "0800\n"})
    EXPECT_EQ(SqlState(bad), "HY000") << bad;
}

TEST(UtcTime, HasAsManyDigitsOfTheSecondAsAreAskedFor) {
  for (const auto& [digits, shape] :
       {std::pair(0, "0000-00-00T00:00:00Z"), std::pair(3, "0000-00-00T00:00:00.000Z"),
        std::pair(6, "0000-00-00T00:00:00.000000Z")}) {
    std::string text = utc_now(digits);
    for (char& c : text)
      if (is_digit(c)) c = '0';
    EXPECT_EQ(text, shape);
  }
}

TEST(Error, CarriesStateTextAndNumber) {
  const ConnectionError error("08S01", "gone", 7);
  EXPECT_EQ(error.state(), "08S01");
  EXPECT_STREQ(error.what(), "gone");
  EXPECT_EQ(error.native(), 7);
  EXPECT_EQ(Error("bad", "x").state(), "HY000");
}

TEST(Deadline, RunsOut) {
  const auto deadline = Deadline::after(20ms);
  EXPECT_FALSE(deadline.expired());
  EXPECT_GT(deadline.poll_timeout(), 0);
  EXPECT_LE(deadline.poll_timeout(), 20);
  std::this_thread::sleep_for(25ms);
  EXPECT_TRUE(deadline.expired());
  EXPECT_EQ(deadline.poll_timeout(), 0);
  EXPECT_EQ(deadline.remaining(), 0ms);
}

TEST(Deadline, NeverRunsOut) {
  EXPECT_FALSE(Deadline::never().expired());
  EXPECT_EQ(Deadline::never().poll_timeout(), -1);
  EXPECT_GE(Deadline::never().remaining(), 1h);
}

TEST(Deadline, RoundsUp) {
  // A wait of what remains must not end before the deadline.
  const auto deadline = Deadline::after(1ms);
  const auto remaining = deadline.remaining();
  std::this_thread::sleep_for(remaining);
  EXPECT_TRUE(deadline.expired());
}

TEST(Deadline, TheSoonerOfTwo) {
  const auto soon = Deadline::after(1s);
  EXPECT_LE(soon.sooner(Deadline::never()).remaining(), 1s);
  EXPECT_LE(Deadline::never().sooner(soon).remaining(), 1s);
  EXPECT_TRUE(Deadline::never().sooner(Deadline::never()).is_never());
}

TEST(Secret, MovesWithoutLeavingACopy) {
  Secret a("pass word of some length, beyond the small string");
  const Secret b(std::move(a));
  EXPECT_TRUE(a.empty());  // NOLINT(bugprone-use-after-move): that it is empty is the point
  EXPECT_EQ(b.reveal(), "pass word of some length, beyond the small string");
  Secret c("other");
  c = b;
  EXPECT_EQ(c.reveal(), b.reveal());
  c = Secret();
  EXPECT_TRUE(c.empty());
}

// Short texts lie within the object itself.
TEST(Secret, MovesWithoutLeavingAShortOne) {
  alignas(Secret) unsigned char memory[2 * sizeof(Secret)] = {};
  const auto holds = [&memory] {
    return std::string_view(reinterpret_cast<const char*>(memory), sizeof memory).find("hunter2") !=
           std::string_view::npos;
  };
  auto* const first = new (memory) Secret("hunter2");
  EXPECT_TRUE(holds());
  auto* const second = new (memory + sizeof(Secret)) Secret(std::move(*first));
  first->~Secret();
  EXPECT_TRUE(holds());
  *second = Secret("x");
  EXPECT_FALSE(holds());
  second->~Secret();
}

TEST(Secret, WipeTakesWhatALongerTextHasLeft) {
  std::string text = "hunter2, which was longer than what stands there now";
  const char* const memory = text.data();
  text = "x";
  wipe(text);
  EXPECT_EQ(std::string_view(memory, 9), std::string_view("\0\0\0\0\0\0\0\0\0", 9));
}

TEST(Secret, WipeOverwritesAndEmpties) {
  char bytes[] = {'a', 'b', 'c'};
  wipe(bytes, sizeof bytes);
  EXPECT_EQ(std::string(bytes, 3), "\0\0\0"s);
  std::string text = "a secret longer than what a small string holds inside";
  const char* const memory = text.data();
  wipe(text);
  EXPECT_TRUE(text.empty());
  EXPECT_EQ(text.data(), memory);
  EXPECT_EQ(std::string_view(memory, 5), "\0\0\0\0\0"s);
}

TEST(Utf, ConvertsBothWays) {
  const std::string utf8 = "aé€😀z";
  const std::u16string utf16 = u"aé€😀z";
  EXPECT_EQ(to_utf16(utf8), utf16);
  EXPECT_EQ(to_utf8(utf16), utf8);
  EXPECT_EQ(to_utf16(""), u"");
  EXPECT_EQ(to_utf16("a\0b"s), u"a\0b"s);
  EXPECT_EQ(to_utf8(u"\uFFFF\U0010FFFF"), "\xEF\xBF\xBF\xF4\x8F\xBF\xBF");
}

TEST(Utf, AppendsToWhatIsThere) {
  std::string utf8 = "x";
  append_utf8(u"é", utf8);
  EXPECT_EQ(utf8, "xé");
  std::u16string utf16 = u"x";
  append_utf16("é", utf16);
  EXPECT_EQ(utf16, u"xé");
}

// The examples of Unicode 15, tables 3-8 to 3-11: one U+FFFD for each maximal subpart.
TEST(Utf, ReplacesIllFormedUtf8AsUnicodeRecommends) {
  EXPECT_EQ(to_utf16("\xC0\xAF\xE0\x80\xBF\xF0\x81\x82\x41"),
            u"\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD\uFFFDA");
  EXPECT_EQ(to_utf16("\xED\xA0\x80\xED\xBF\xBF\xED\xAF\x41"),
            u"\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD\uFFFDA");
  EXPECT_EQ(to_utf16("\xF4\x91\x92\x93\xFF\x41\x80\xBF\x42"),
            u"\uFFFD\uFFFD\uFFFD\uFFFD\uFFFDA\uFFFD\uFFFDB");
  EXPECT_EQ(to_utf16("\xE1\x80\xE2\xF0\x91\x92\xF1\xBF\x41"), u"\uFFFD\uFFFD\uFFFD\uFFFDA");
  EXPECT_EQ(to_utf16("\xE2\x82"), u"\uFFFD");  // cut off at the end
}

TEST(Utf, ReplacesLoneSurrogates) {
  const char16_t lone[] = {u'a', 0xD800, u'b', 0xDC00, 0xDBFF};
  EXPECT_EQ(to_utf8({lone, 5}),
            "a\xEF\xBF\xBD"
            "b\xEF\xBF\xBD\xEF\xBF\xBD");
}

TEST(Utf, WellFormedIsWhatHasNoLoneSurrogate) {
  using Units = std::u16string;
  for (const Units& whole :
       {Units(), Units(u"a\uFFFD"), Units{0xD83D, 0xDE00},
        Units{u'a', 0xDBFF, 0xDFFF, 0xD800, 0xDC00, u'b'}, Units{0xD7FF, 0xE000}})
    EXPECT_TRUE(well_formed(whole));
  for (const Units& broken :
       {Units{0xD800}, Units{0xDC00}, Units{u'a', 0xD83D, u'b'}, Units{0xDE00, 0xD83D},
        Units{0xD83D, 0xD83D, 0xDE00}, Units{0xD83D, 0xDE00, 0xDE00}, Units{u'a', 0xDBFF}})
    EXPECT_FALSE(well_formed(broken));
}

TEST(Utf, CutsAtCharacters) {
  const std::string utf8 = "aé€😀";  // 1 + 2 + 3 + 4 bytes
  const std::size_t expected[] = {0, 1, 1, 3, 3, 3, 6, 6, 6, 6, 10, 10};
  for (std::size_t limit = 0; limit < 12; ++limit)
    EXPECT_EQ(utf8_prefix(utf8, limit), expected[limit]) << limit;
  EXPECT_EQ(utf8_prefix("\x80\x80\x80\x80\x80", 4), 4U);  // no character to keep whole
  const std::u16string utf16 = u"a😀b";
  EXPECT_EQ(utf16_prefix(utf16, 1), 1U);
  EXPECT_EQ(utf16_prefix(utf16, 2), 1U);
  EXPECT_EQ(utf16_prefix(utf16, 3), 3U);
  EXPECT_EQ(utf16_prefix(utf16, 9), 4U);
}

TEST(OneLine, NothingInItChangesHowTheRestIsShown) {
  for (const char* one : {"\n",
                          "\x1B",
                          "\x7F",
                          "\xC2\x85",
                          "\xC2\x9B",
                          "\xD8\x9C",
                          "\xE1\xA0\x8E",
                          "\xE2\x80\x8B",
                          "\xE2\x80\x8E",
                          "\xE2\x80\x8F",
                          "\xE2\x80\xA8",
                          "\xE2\x80\xA9",
                          "\xE2\x80\xAA",
                          "\xE2\x80\xAE",
                          "\xE2\x81\xA0",
                          "\xE2\x81\xA6",
                          "\xE2\x81\xA9",
                          "\xE2\x81\xAF",
                          "\xEF\xBB\xBF",
                          "\xEF\xBF\xB9",
                          "\xF3\xA0\x80\x81",
                          "\xF3\xA0\x81\xBF"})
    EXPECT_EQ(on_one_line(std::string("a") + one + "b"), "a b");
  const std::string words =
      "\xC3\xA4  \xC2\xA0\xE2\x80\x8D\xE2\x80\x93\xD7\x90\xF0\x9F\x98\x80\xFF";
  EXPECT_EQ(on_one_line(words), words) << "all else stays";
}

TEST(Utf, CountsCharacters) {
  EXPECT_EQ(utf8_length(""), 0U);
  EXPECT_EQ(utf8_length("aé€😀"), 4U);
}

TEST(Ascii, ComparesWithoutCase) {
  EXPECT_TRUE(iequals("Trusted_Connection", "TRUSTED_connection"));
  EXPECT_FALSE(iequals("a", "ab"));
  EXPECT_FALSE(iequals("É", "é"));
  EXPECT_FALSE(iequals("@", "`"));
  EXPECT_EQ(ascii_lower("AbZ[É"), "abz[É");
}

TEST(LruMap, RemembersAndForgets) {
  LruMap<int> map(10);
  EXPECT_EQ(map.get("a"), std::nullopt);
  map.put("a", 1);
  map.put("b", 2);
  map.put("a", 3);
  EXPECT_EQ(map.get("a"), 3);
  map.erase("a");
  map.erase("never there");
  EXPECT_EQ(map.get("a"), std::nullopt);
  EXPECT_EQ(map.get("b"), 2);
  map.clear();
  EXPECT_EQ(map.get("b"), std::nullopt);
}

TEST(LruMap, IsBoundedAndDropsWhatWasNotUsedLongest) {
  LruMap<int> map(3);
  for (const char* key : {"a", "b", "c"}) map.put(key, 1);
  EXPECT_EQ(map.get("a"), 1);  // used again
  map.put("d", 1);
  EXPECT_EQ(map.get("b"), std::nullopt);
  for (const char* key : {"a", "c", "d"}) EXPECT_EQ(map.get(key), 1) << key;
}

TEST(LruMap, IsForManyThreads) {
  LruMap<std::string> map(50);
  std::vector<std::thread> threads;
  threads.reserve(4);
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&map, t] {
      for (int i = 0; i < 2000; ++i) {
        const std::string key = std::to_string((i * (t + 1)) % 100);
        if (i % 7 == 0) {
          map.erase(key);
        } else {
          map.put(key, key);
        }
        EXPECT_EQ(map.get(key).value_or(key), key);
      }
    });
  }
  for (auto& thread : threads) thread.join();
}

}  // namespace
}  // namespace negodbc
