#include <fcntl.h>
#include <io.h>
#include <windows.h>

#include <array>
#include <cstring>
#include <string>

#include "driver/base/error.h"
#include "driver/base/temporary_file.h"
#include "driver/base/windows_text.h"

namespace negodbc {
namespace {

[[noreturn]] void fail(const std::wstring& directory, DWORD error) {
  throw Error("HY000", "cannot make a temporary file in " + from_wide(directory) +
                           " for the rest of a result: " + system_error_text(error) +
                           "; name a writable directory in " + temporary_directory_variable);
}

}  // namespace

const char temporary_directory_variable[] = "TMP";

TemporaryFile open_temporary_file() {
  std::array<wchar_t, MAX_PATH + 1> directory{};
  std::array<wchar_t, MAX_PATH + 1> path{};
  if (GetTempPathW(static_cast<DWORD>(directory.size()), directory.data()) == 0) {
    fail(L"", GetLastError());
  }
  if (GetTempFileNameW(directory.data(), L"neg", 0, path.data()) == 0) {
    fail(directory.data(), GetLastError());
  }
  const HANDLE handle =
      CreateFileW(path.data(), GENERIC_READ | GENERIC_WRITE | DELETE, 0, nullptr, CREATE_ALWAYS,
                  FILE_ATTRIBUTE_TEMPORARY | FILE_FLAG_DELETE_ON_CLOSE, nullptr);
  if (handle == INVALID_HANDLE_VALUE) fail(directory.data(), GetLastError());
  const int descriptor = _open_osfhandle(reinterpret_cast<intptr_t>(handle), _O_BINARY | _O_RDWR);
  if (descriptor < 0) {
    CloseHandle(handle);
    throw Error("HY001", "out of memory for a temporary file");
  }
  TemporaryFile file(_fdopen(descriptor, "w+b"));
  if (!file) {
    _close(descriptor);
    throw Error("HY001", "out of memory for a temporary file");
  }
  std::setvbuf(file.get(), nullptr, _IONBF, 0);
  return file;
}

bool write_to(std::FILE* file, std::string_view bytes) {
  return std::fwrite(bytes.data(), 1, bytes.size(), file) == bytes.size() && std::fflush(file) == 0;
}

}  // namespace negodbc
