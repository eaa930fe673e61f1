// What is left of a password in memory that is given back: nothing, on its way from the program to
// the settings and out again. Every block is looked at when it is freed.
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <new>
#include <string>
#include <string_view>
#include <vector>

#ifdef _WIN32
#include <malloc.h>
#else
#include <malloc.h>
#define _msize malloc_usable_size
#endif

#include "driver/api/text.h"
#include "driver/base/utf.h"
#include "driver/dsn/attributes.h"
#include "driver/dsn/settings.h"
#ifdef _WIN32
#include "driver/base/windows_text.h"
#endif

namespace {

constexpr std::string_view password = "correct-horse-battery-staple-0123";

std::atomic<bool> g_looks{false};
std::atomic<int> g_left{0};

template <class Unit>
bool holds(const void* memory, std::size_t size) {
  const auto* const begin = static_cast<const Unit*>(memory);
  const auto* const end = begin + size / sizeof(Unit);
  return std::search(begin, end, password.begin(), password.end(), [](Unit unit, char c) {
           return unit == static_cast<Unit>(static_cast<unsigned char>(c));
         }) != end;
}

void give_back(void* memory) {
  if (memory != nullptr && g_looks) {
    const std::size_t size = _msize(memory);
    if (holds<unsigned char>(memory, size) || holds<char16_t>(memory, size)) ++g_left;
  }
  std::free(memory);
}

}  // namespace

// Not inlined: the compiler would take free() for what does not fit to operator new.
[[gnu::noinline]] void* operator new(std::size_t size) {
  // What was there before is not this one's.
  void* const memory = std::calloc(1, size == 0 ? 1 : size);
  if (memory == nullptr) throw std::bad_alloc();
  return memory;
}
[[gnu::noinline]] void operator delete(void* memory) noexcept {
  give_back(memory);
}
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept {
  give_back(memory);
}

namespace negodbc::odbc {
namespace {

// How many blocks were given back with the password in them.
template <class Work>
int left_by(Work work) {
  g_left = 0;
  g_looks = true;
  work();
  g_looks = false;
  return g_left;
}

// With characters that take more bytes than units, so that what is too short has to grow.
const std::string connection_string =
    "DSN=x;UID=\xE6\x97\xA5\xE6\x9C\xAC\xE6\x97\xA5\xE6\x9C\xAC;PWD={" + std::string(password) +
    "};Description=\xE6\x97\xA5\xE6\x9C\xAC\xE6\x97\xA5\xE6\x9C\xAC";

void take_and_give(const auto* text, SQLLEN length) {
  const dsn::Parsed parsed = dsn::parse_connection_string(required_secret(text, length).reveal());
  EXPECT_EQ(parsed.settings.get(dsn::Key::password), password);
  std::string completed = dsn::to_connection_string(parsed.settings);
  static SQLWCHAR wide[1024];
  static SQLCHAR narrow[1024];
  EXPECT_FALSE(write_text(completed, wide, 1024, Unit::characters).truncated);
  EXPECT_FALSE(write_text(completed, narrow, 1024, Unit::characters).truncated);
  wipe(completed);
}

TEST(WipedText, IsFoundWhereItIsLeft) {
  EXPECT_EQ(left_by([] { const std::string copy(password); }), 1);
  EXPECT_EQ(left_by([] { const std::u16string copy = to_utf16(password); }), 1);
}

TEST(WipedText, OfAConnectionStringInUtf8) {
  const auto* const text = reinterpret_cast<const SQLCHAR*>(connection_string.c_str());
  for (const SQLLEN length : {SQLLEN{SQL_NTS}, static_cast<SQLLEN>(connection_string.size())})
    EXPECT_EQ(left_by([&] { take_and_give(text, length); }), 0);
}

TEST(WipedText, OfAConnectionStringInUtf16) {
  const std::u16string wide = to_utf16(connection_string);
  const std::vector<SQLWCHAR> text(wide.c_str(), wide.c_str() + wide.size() + 1);
  for (const SQLLEN length : {SQLLEN{SQL_NTS}, static_cast<SQLLEN>(wide.size())})
    EXPECT_EQ(left_by([&] { take_and_give(text.data(), length); }), 0);
}

TEST(WipedText, OfOneThatIsRefused) {
  const std::u16string wide = to_utf16(connection_string) + char16_t{0xD800};
  const std::vector<SQLWCHAR> text(wide.c_str(), wide.c_str() + wide.size() + 1);
  EXPECT_EQ(left_by([&] { EXPECT_THROW(take_and_give(text.data(), SQL_NTS), Error); }), 0);
  const std::string open = "PWD={" + std::string(password);
  EXPECT_EQ(left_by([&] {
              EXPECT_THROW(take_and_give(reinterpret_cast<const SQLCHAR*>(open.c_str()), SQL_NTS),
                           Error);
            }),
            0);
}

TEST(WipedText, OfAnInstallersAttributes) {
  std::string list = "DSN=x";
  list += '\0';
  for (int i = 0; i < 20; ++i) list += "Description=d" + std::string(1, '\0');
  list += "PWD=" + std::string(password) + '\0';
  EXPECT_EQ(left_by([&] {
              dsn::Profile words = dsn::parse_attributes(list.c_str());
              EXPECT_EQ(words.back().second, password);
              dsn::wipe_values(words);
            }),
            0);
}

#ifdef _WIN32
TEST(WipedText, OfWindowsWideTexts) {
  EXPECT_EQ(left_by([] {
              const Wiped<wchar_t> wide(to_wide(connection_string));
              std::string back = from_wide(wide.reveal());
              EXPECT_EQ(back, connection_string);
              wipe(back);
            }),
            0);
}
#endif

}  // namespace
}  // namespace negodbc::odbc
