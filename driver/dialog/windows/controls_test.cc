// A field of a password, and what is left of it in this process's memory.
#include "driver/dialog/windows/controls.h"

#include <gtest/gtest.h>
#include <windows.h>

#include <algorithm>
#include <string>
#include <string_view>

#include "driver/base/secret.h"

namespace negodbc::dialog {
namespace {

// Not as it stands here: it is made where it is needed.
constexpr std::string_view hidden = "qt=dspnxu?%dsqqhs,`hsudqx-rn,knmf";

std::string password() {
  std::string made(hidden);
  for (char& c : made) c = static_cast<char>(c + 1);
  return made;
}

// How often the password stands, in UTF-16, in memory that may be written to. `hidden` is compared
// with it character by character, so that looking leaves no copy.
std::size_t copies() {
  std::size_t found = 0;
  MEMORY_BASIC_INFORMATION region = {};
  for (const char* at = nullptr; VirtualQuery(at, &region, sizeof region) != 0;
       at = static_cast<const char*>(region.BaseAddress) + region.RegionSize) {
    constexpr DWORD writable = PAGE_READWRITE | PAGE_EXECUTE_READWRITE | PAGE_WRITECOPY;
    if (region.State != MEM_COMMIT || (region.Protect & writable) == 0 ||
        (region.Protect & PAGE_GUARD) != 0 || region.Type == MEM_MAPPED) {
      continue;
    }
    const auto* const begin = static_cast<const wchar_t*>(region.BaseAddress);
    const auto* const end = begin + region.RegionSize / sizeof(wchar_t);
    for (const wchar_t* unit = begin; unit + hidden.size() <= end; ++unit) {
      if (std::equal(hidden.begin(), hidden.end(), unit,
                     [](char a, wchar_t b) { return a + 1 == static_cast<int>(b); })) {
        ++found;
      }
    }
  }
  return found;
}

TEST(Controls, NothingIsLeftOfAPasswordsField) {
  constexpr int field = 7;
  const HWND page = CreateWindowExW(0, L"STATIC", L"", WS_POPUP, 0, 0, 100, 100, nullptr, nullptr,
                                    nullptr, nullptr);
  ASSERT_NE(page, nullptr);
  ASSERT_NE(CreateWindowExW(0, L"EDIT", L"", WS_CHILD | ES_PASSWORD, 0, 0, 90, 20, page,
                            reinterpret_cast<HMENU>(static_cast<INT_PTR>(field)), nullptr, nullptr),
            nullptr);
  ASSERT_EQ(copies(), 0U);
  std::string typed = password();
  set_text(page, field, typed);
  EXPECT_GE(copies(), 1U) << "the field's own";
  std::string read = text_of(page, field);
  EXPECT_EQ(read, typed);
  wipe(read);
  wipe(typed);
  wipe_text(page, field);
  EXPECT_EQ(copies(), 0U);
  DestroyWindow(page);
  EXPECT_EQ(copies(), 0U);
}

}  // namespace
}  // namespace negodbc::dialog
