// The set-up functions that the ODBC installer calls, and DllMain.
//
// ODBC reference: "Setup DLL Function Summary", ConfigDSN, ConfigDriver.
#include <windows.h>
// After windows.h.
#include <odbcinst.h>

#include <string>
#include <string_view>

#include "driver/base/error.h"
#include "driver/base/secret.h"
#include "driver/base/windows_text.h"
#include "driver/dialog/windows/data_source.h"
#include "driver/dsn/attributes.h"

namespace {

using negodbc::from_wide;
using negodbc::to_wide;

BOOL refuse(DWORD code, const std::string& text) {
  SQLPostInstallerErrorW(code, to_wide(text).c_str());
  return FALSE;
}

// An exception must not reach the installer.
template <typename Body>
BOOL guarded(Body body) noexcept {
  try {
    return body();
  } catch (const negodbc::dialog::Refused& refused) {
    return refuse(refused.code(), refused.what());
  } catch (const negodbc::Error& error) {
    return refuse(ODBC_ERROR_GENERAL_ERR, error.what());
  } catch (...) {
    SQLPostInstallerErrorW(ODBC_ERROR_OUT_OF_MEM, L"out of memory");
    return FALSE;
  }
}

// From a list of texts, the last one empty, with all of its ends.
template <typename Char>
std::basic_string_view<Char> whole_list(const Char* list) {
  std::size_t size = 0;
  while (list != nullptr && (list[size] != 0 || (size != 0 && list[size - 1] != 0))) ++size;
  return {list, size};
}

// What ConfigDSN is given: passwords may be among it.
class Attributes {
 public:
  explicit Attributes(LPCWSTR list) {
    // Its last text's end is here, and the list's the terminator.
    const negodbc::Secret kept = negodbc::Secret::of(from_wide(whole_list(list)));
    words_ = negodbc::dsn::parse_attributes(kept.reveal().c_str());
  }
  Attributes(const Attributes&) = delete;
  Attributes& operator=(const Attributes&) = delete;
  ~Attributes() { negodbc::dsn::wipe_values(words_); }
  [[nodiscard]] const negodbc::dsn::Profile& words() const { return words_; }

 private:
  negodbc::dsn::Profile words_;
};

}  // namespace

extern "C" {

BOOL INSTAPI ConfigDSNW(HWND parent, WORD request, LPCWSTR driver, LPCWSTR attributes) {
  return guarded([&] {
    const Attributes given(attributes);
    return negodbc::dialog::configure(parent, request, driver == nullptr ? "" : from_wide(driver),
                                      given.words())
               ? TRUE
               : FALSE;
  });
}

BOOL INSTAPI ConfigDSN(HWND parent, WORD request, LPCSTR driver, LPCSTR attributes) {
  return guarded([&] {
    // In the ANSI code page. The list's end is the terminator's.
    const auto widen = [](std::string_view text) {
      const int size = static_cast<int>(text.size());
      std::wstring wide(text.size(), L'\0');
      if (size != 0)
        wide.resize(static_cast<std::size_t>(
            MultiByteToWideChar(CP_ACP, 0, text.data(), size, wide.data(), size)));
      return wide;
    };
    const negodbc::Wiped<wchar_t> list(widen(whole_list(attributes)));
    return ConfigDSNW(parent, request, widen(driver == nullptr ? "" : driver).c_str(),
                      list.reveal().c_str());
  });
}

// The registry script makes the driver's entries; there is nothing more to set up.
BOOL INSTAPI ConfigDriverW(HWND /*parent*/, WORD request, LPCWSTR /*driver*/, LPCWSTR /*arguments*/,
                           LPWSTR message, WORD capacity, WORD* size) {
  if (message != nullptr && capacity != 0) message[0] = L'\0';
  if (size != nullptr) *size = 0;
  if (request == ODBC_INSTALL_DRIVER || request == ODBC_REMOVE_DRIVER ||
      request == ODBC_CONFIG_DRIVER) {
    return TRUE;
  }
  return guarded([&] {
    return refuse(ODBC_ERROR_INVALID_REQUEST_TYPE,
                  "there is no request " + std::to_string(request));
  });
}

BOOL INSTAPI ConfigDriver(HWND parent, WORD request, LPCSTR /*driver*/, LPCSTR /*arguments*/,
                          LPSTR message, WORD capacity, WORD* size) {
  if (message != nullptr && capacity != 0) message[0] = '\0';
  return ConfigDriverW(parent, request, nullptr, nullptr, nullptr, 0, size);
}

BOOL WINAPI DllMain(HINSTANCE module, DWORD reason, LPVOID /*reserved*/) {
  if (reason == DLL_PROCESS_ATTACH) {
    // Driver managers unload a driver with its last connection. What was learned about servers
    // would go with it, and a look-up that hangs may still run in this module's code.
    HMODULE pinned = nullptr;
    (void)GetModuleHandleExW(GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS | GET_MODULE_HANDLE_EX_FLAG_PIN,
                             reinterpret_cast<LPCWSTR>(module), &pinned);
    (void)DisableThreadLibraryCalls(module);
  }
  return TRUE;
}

}  // extern "C"
