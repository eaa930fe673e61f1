// What a killed process has left of a client's key, and what is somebody else's.
#include "driver/encryption/schannel/key_container.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <windows.h>
// After windows.h.
#include <wincrypt.h>

#include <string>

#include "driver/base/windows_text.h"

namespace negodbc::encryption::testing {
namespace {

const std::wstring random_part(32, L'a');

// A container of CryptoAPI's with a key in it, for as long as this lives.
class Container {
 public:
  explicit Container(std::wstring name) : name_(std::move(name)) {
    HCRYPTPROV provider = 0;
    EXPECT_TRUE(open(provider, CRYPT_NEWKEYSET)) << GetLastError();
    HCRYPTKEY key = 0;
    EXPECT_NE(CryptGenKey(provider, AT_KEYEXCHANGE, 512U << 16U, &key), FALSE) << GetLastError();
    CryptDestroyKey(key);
    CryptReleaseContext(provider, 0);
  }
  Container(const Container&) = delete;
  Container& operator=(const Container&) = delete;
  ~Container() {
    HCRYPTPROV none = 0;
    (void)open(none, CRYPT_DELETEKEYSET);
  }
  [[nodiscard]] bool is_there() const {
    HCRYPTPROV provider = 0;
    const bool there = open(provider, 0);
    if (there) CryptReleaseContext(provider, 0);
    return there;
  }

 private:
  bool open(HCRYPTPROV& provider, DWORD flags) const {
    return CryptAcquireContextW(&provider, name_.c_str(), MS_ENH_RSA_AES_PROV_W, PROV_RSA_AES,
                                flags | CRYPT_SILENT) != 0;
  }
  const std::wstring name_;
};

// A process that has ended, with its id kept from others for as long as this lives.
class Ended {
 public:
  Ended() {
    std::wstring line = L"cmd /c exit";
    STARTUPINFOW how = {};
    how.cb = sizeof how;
    EXPECT_NE(CreateProcessW(nullptr, line.data(), nullptr, nullptr, FALSE, CREATE_NO_WINDOW,
                             nullptr, nullptr, &how, &made_),
              FALSE);
    EXPECT_EQ(WaitForSingleObject(made_.hProcess, 20000), WAIT_OBJECT_0);
  }
  Ended(const Ended&) = delete;
  Ended& operator=(const Ended&) = delete;
  ~Ended() {
    CloseHandle(made_.hThread);
    CloseHandle(made_.hProcess);
  }
  [[nodiscard]] std::wstring id() const { return hexadecimal(made_.dwProcessId); }
  static std::wstring hexadecimal(DWORD number) {
    char text[16];
    std::snprintf(text, sizeof text, "%lx", number);
    return to_wide(text);
  }

 private:
  PROCESS_INFORMATION made_{};
};

TEST(KeyContainer, OfThisProcessIsNotLeftOver) {
  const std::wstring name = new_container_name();
  EXPECT_NE(name, new_container_name());
  EXPECT_TRUE(name.starts_with(L"negodbc-" + Ended::hexadecimal(GetCurrentProcessId()) + L"-"));
  EXPECT_FALSE(is_left_over(name));
}

TEST(KeyContainer, OfAProcessThatHasEndedIsLeftOver) {
  const Ended ended;
  EXPECT_TRUE(is_left_over(L"negodbc-" + ended.id() + L"-1d9b3c4a5f6e7d8-" + random_part));
}

TEST(KeyContainer, OfAnIdThatAnotherProcessHasByNowIsLeftOver) {
  EXPECT_TRUE(is_left_over(L"negodbc-" + Ended::hexadecimal(GetCurrentProcessId()) +
                           L"-1d9b3c4a5f6e7d8-" + random_part));
}

TEST(KeyContainer, WhatIsNoSuchNameIsSomebodyElses) {
  const Ended ended;
  const std::wstring id = ended.id();
  for (const std::wstring& name :
       {std::wstring(), std::wstring(L"negodbc-"), L"negodbc-" + random_part,
        std::wstring(L"negodbc-store-test"), L"negodbc-" + id + L"-" + random_part,
        L"negodbc-" + id + L"-1d9-" + random_part + L"b",
        L"negodbc-" + id + L"-1d9-" + random_part.substr(1),
        L"negodbc-" + id + L"-0-" + random_part, L"negodbc-" + id + L"--" + random_part,
        L"negodbc--1d9-" + random_part, L"negodbc-" + id + L"x-1d9-" + random_part,
        L"Negodbc-" + id + L"-1d9-" + random_part,
        L"negodbc-1" + id + L"ffffffff-1d9-" + random_part,
        L"another-" + id + L"-1d9-" + random_part}) {
    EXPECT_FALSE(is_left_over(name)) << from_wide(name);
  }
}

TEST(KeyContainer, LeftOversAreDeletedAndNothingElse) {
  const Ended ended;
  const Container left(L"negodbc-" + ended.id() + L"-1d9b3c4a5f6e7d8-" + random_part);
  const Container of_this(new_container_name());
  const Container of_another(L"another-" + ended.id() + L"-1d9b3c4a5f6e7d8-" + random_part);
  ASSERT_TRUE(left.is_there());
  delete_left_over_keys();
  EXPECT_FALSE(left.is_there());
  EXPECT_TRUE(of_this.is_there());
  EXPECT_TRUE(of_another.is_there());
}

}  // namespace
}  // namespace negodbc::encryption::testing
