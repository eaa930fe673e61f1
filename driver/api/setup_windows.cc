// The set-up functions that the ODBC installer calls, and DllMain. There is no dialog: a data
// source is made of the attributes given.
//
// ODBC reference: "Setup DLL Function Summary", ConfigDSN, ConfigDriver.
#include <windows.h>
// After windows.h.
#include <odbcinst.h>

#include <cstring>
#include <string>
#include <utility>
#include <vector>

#include "driver/base/utf.h"
#include "driver/base/windows_text.h"

namespace {

using negodbc::from_wide;
using negodbc::iequals;
using negodbc::to_wide;
using Attributes = std::vector<std::pair<std::string, std::string>>;

void post(DWORD code, const std::string& text) {
  SQLPostInstallerErrorW(code, to_wide(text).c_str());
}

// Ends with an empty text.
Attributes attributes_of(const wchar_t* list) {
  Attributes attributes;
  while (list != nullptr && *list != L'\0') {
    const std::wstring_view pair(list);
    const std::size_t equals = pair.find(L'=');
    if (equals != std::wstring_view::npos) {
      attributes.emplace_back(from_wide(pair.substr(0, equals)),
                              from_wide(pair.substr(equals + 1)));
    }
    list += pair.size() + 1;
  }
  return attributes;
}

BOOL write(const std::string& name, const Attributes& attributes) {
  for (const auto& [key, value] : attributes) {
    // Taken by the installer, or not to be written down.
    if (iequals(key, "DSN") || iequals(key, "Driver")) continue;
    if (SQLWritePrivateProfileStringW(to_wide(name).c_str(), to_wide(key).c_str(),
                                      to_wide(value).c_str(), L"odbc.ini") == 0) {
      post(ODBC_ERROR_REQUEST_FAILED, "cannot write " + key + " of the data source " + name);
      return FALSE;
    }
  }
  return TRUE;
}

BOOL configure(WORD request, const std::string& driver, const Attributes& attributes) {
  std::string name;
  for (const auto& [key, value] : attributes) {
    if (name.empty() && iequals(key, "DSN")) name = value;
  }
  if (name.empty() || SQLValidDSNW(to_wide(name).c_str()) == 0) {
    post(ODBC_ERROR_INVALID_KEYWORD_VALUE,
         "the attributes name no data source (DSN=...), or not by a valid name");
    return FALSE;
  }
  const std::wstring wide_name = to_wide(name);
  switch (request) {
    case ODBC_ADD_DSN:
      return SQLWriteDSNToIniW(wide_name.c_str(), to_wide(driver).c_str()) != 0 &&
             write(name, attributes);
    case ODBC_CONFIG_DSN:
      return write(name, attributes);
    case ODBC_REMOVE_DSN:
      return SQLRemoveDSNFromIniW(wide_name.c_str());
    default:
      post(ODBC_ERROR_INVALID_REQUEST_TYPE, "there is no request " + std::to_string(request));
      return FALSE;
  }
}

// An exception must not reach the installer.
template <typename Body>
BOOL guarded(Body body) noexcept {
  try {
    return body();
  } catch (...) {
    SQLPostInstallerErrorW(ODBC_ERROR_OUT_OF_MEM, L"out of memory");
    return FALSE;
  }
}

}  // namespace

extern "C" {

BOOL INSTAPI ConfigDSNW(HWND /*parent*/, WORD request, LPCWSTR driver, LPCWSTR attributes) {
  return guarded([&] {
    return configure(request, driver == nullptr ? "negodbc" : from_wide(driver),
                     attributes_of(attributes));
  });
}

BOOL INSTAPI ConfigDSN(HWND parent, WORD request, LPCSTR driver, LPCSTR attributes) {
  return guarded([&] {
    // In the ANSI code page, character by character up to the empty text.
    const auto widen = [](const char* text, int size) {
      std::wstring wide(static_cast<std::size_t>(size), L'\0');
      if (size != 0) MultiByteToWideChar(CP_ACP, 0, text, size, wide.data(), size);
      return wide;
    };
    int size = 0;
    while (attributes != nullptr && (attributes[size] != '\0' || attributes[size + 1] != '\0')) {
      ++size;
    }
    const std::wstring list = widen(attributes, size) + std::wstring(2, L'\0');
    const std::wstring name =
        driver == nullptr ? L"negodbc" : widen(driver, static_cast<int>(std::strlen(driver)));
    return ConfigDSNW(parent, request, name.c_str(), list.c_str());
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
    post(ODBC_ERROR_INVALID_REQUEST_TYPE, "there is no request " + std::to_string(request));
    return FALSE;
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
