// Whose a log's file is on Windows: the user's, the administrators', the system's.
#include <gtest/gtest.h>
#include <windows.h>
// After windows.h.
#include <aclapi.h>
#include <sddl.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <string>

#include "driver/base/error.h"
#include "driver/base/path.h"
#include "driver/log/log_file.h"
#include "driver/log/log_owner_windows.h"

namespace negodbc::log {
namespace {

struct Free {
  void operator()(void* memory) const { LocalFree(memory); }
};
using Sid = std::unique_ptr<void, Free>;

Sid sid(const wchar_t* text) {
  PSID made = nullptr;
  EXPECT_NE(ConvertStringSidToSidW(text, &made), FALSE) << GetLastError();
  return Sid(made);
}

TEST(LogOwner, IsTheUserOrWhoMayAllAnyway) {
  const Sid user = sid(L"S-1-5-21-1-2-3-1001");
  const auto may_own = [&](const wchar_t* owner) {
    return may_own_log(sid(owner).get(), user.get());
  };
  EXPECT_TRUE(may_own(L"S-1-5-21-1-2-3-1001"));
  EXPECT_TRUE(may_own(L"S-1-5-32-544")) << "administrators";
  EXPECT_TRUE(may_own(L"S-1-5-18")) << "the system";
  for (const wchar_t* const other : {L"S-1-5-21-1-2-3-1002", L"S-1-5-21-1-2-4-1001", L"S-1-1-0",
                                     L"S-1-5-32-545", L"S-1-5-19", L"S-1-5-11"}) {
    EXPECT_FALSE(may_own(other));
  }
}

class LogOnWindows : public ::testing::Test {
 protected:
  LogOnWindows() {
    folder_ = std::filesystem::temp_directory_path() /
              ("negodbc-log-" + std::to_string(GetCurrentProcessId()));
    std::filesystem::create_directories(folder_);
    path_ = text_of(folder_ / "log");
  }
  ~LogOnWindows() override { std::filesystem::remove_all(folder_); }
  static std::string text_of(const std::filesystem::path& path) {
    const auto text = path.u8string();
    return std::string(text.begin(), text.end());
  }
  std::filesystem::path folder_;
  std::string path_;
};

// Who has any right to the file, as SIDs; "" where it has no list at all, which lets in everybody.
std::string allowed(const std::filesystem::path& path) {
  PACL list = nullptr;
  PSECURITY_DESCRIPTOR descriptor = nullptr;
  EXPECT_EQ(GetNamedSecurityInfoW(const_cast<wchar_t*>(path.c_str()), SE_FILE_OBJECT,
                                  DACL_SECURITY_INFORMATION, nullptr, nullptr, &list, nullptr,
                                  &descriptor),
            DWORD{ERROR_SUCCESS});
  std::string found;
  for (DWORD i = 0; list != nullptr && i < list->AceCount; ++i) {
    ACCESS_ALLOWED_ACE* entry = nullptr;
    EXPECT_NE(GetAce(list, i, reinterpret_cast<void**>(&entry)), FALSE);
    char* name = nullptr;
    if (entry->Header.AceType != ACCESS_ALLOWED_ACE_TYPE || entry->Mask == 0 ||
        ConvertSidToStringSidA(&entry->SidStart, &name) == FALSE) {
      continue;
    }
    found.append(" ").append(name).append(" ");
    LocalFree(name);
  }
  LocalFree(descriptor);
  return found;
}

TEST_F(LogOnWindows, IsItsOwnersOnlyWhateverTheFolderHandsOn) {
  const std::filesystem::path other = folder_ / "other";
  std::ofstream(other) << "as any file";
  ASSERT_NE(allowed(other).find(" S-1-1-0 "), std::string::npos) << "the folder hands nothing on";
  const File file = open_file(path_);
  const std::string found = allowed(folder_ / "log");
  EXPECT_NE(found, "");
  for (const char* const of_others : {" S-1-1-0 ", " S-1-5-11 ", " S-1-5-32-545 "})
    EXPECT_EQ(found.find(of_others), std::string::npos) << found;
}

TEST_F(LogOnWindows, ThatIsThereIsOpenedAgainAndKeepsItsRights) {
  { const File made = open_file(path_); }
  const std::string before = allowed(folder_ / "log");
  const File again = open_file(path_);
  EXPECT_TRUE(append(again.get(), "line\n"));
  EXPECT_EQ(allowed(folder_ / "log"), before);
  EXPECT_EQ(fault_of_log(path_), "");
}

}  // namespace
}  // namespace negodbc::log
