#include <fcntl.h>
#include <io.h>
#include <windows.h>

#include "driver/base/error.h"
#include "driver/base/path.h"
#include "driver/base/windows_text.h"
#include "driver/log/log_file.h"
#include "driver/log/log_owner_windows.h"

namespace negodbc::log {
namespace {

[[noreturn]] void refuse(const std::string& path, const std::string& why) {
  throw Error("01000", "the log " + path + " can't be written: " + why);
}

bool is_ordinary(HANDLE file) {
  BY_HANDLE_FILE_INFORMATION found = {};
  return GetFileType(file) == FILE_TYPE_DISK && GetFileInformationByHandle(file, &found) != 0 &&
         (found.dwFileAttributes & FILE_ATTRIBUTE_REPARSE_POINT) == 0;
}

// Of one that is there; a device is nobody's.
std::string fault_of_open(HANDLE file) {
  return is_ordinary(file) ? fault_of_owner(file) : "it is no ordinary file";
}

}  // namespace

const char null_device[] = "NUL";

File open_file(const std::string& path) {
  OwnersOnly owners_only;
  if (owners_only.get() == nullptr) refuse(path, "Windows does not tell whose it would be");
  // It can only be appended to; the right to read is what LockFileEx asks for. Others may rename it
  // meanwhile.
  const HANDLE handle =
      CreateFileW(to_wide(path).c_str(), FILE_APPEND_DATA | FILE_GENERIC_READ,
                  FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, owners_only.get(),
                  OPEN_ALWAYS, FILE_ATTRIBUTE_NORMAL | FILE_FLAG_OPEN_REPARSE_POINT, nullptr);
  if (handle == INVALID_HANDLE_VALUE) refuse(path, system_error_text(GetLastError()));
  if (const std::string fault = fault_of_open(handle); !fault.empty()) {
    CloseHandle(handle);
    refuse(path, fault);
  }
  const int descriptor =
      _open_osfhandle(reinterpret_cast<intptr_t>(handle), _O_BINARY | _O_APPEND | _O_WRONLY);
  if (descriptor < 0) {
    CloseHandle(handle);
    refuse(path, "out of memory");
  }
  File file(_fdopen(descriptor, "ab"));
  if (!file) {
    _close(descriptor);
    refuse(path, "out of memory");
  }
  std::setvbuf(file.get(), nullptr, _IONBF, 0);
  return file;
}

// What can't be opened for another reason than that it is not there yet.
std::string fault_of_log(const std::string& path) {
  const HANDLE handle =
      CreateFileW(to_wide(path).c_str(), FILE_APPEND_DATA | FILE_GENERIC_READ,
                  FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, nullptr, OPEN_EXISTING,
                  FILE_ATTRIBUTE_NORMAL | FILE_FLAG_OPEN_REPARSE_POINT, nullptr);
  if (handle == INVALID_HANDLE_VALUE) {
    const DWORD error = GetLastError();
    return error == ERROR_FILE_NOT_FOUND ? std::string() : system_error_text(error);
  }
  std::string fault = fault_of_open(handle);
  CloseHandle(handle);
  return fault;
}

// Where the end is, and writing there, are two steps to some systems (Wine), so writers lock each
// other out: by a byte that no file has.
bool append(std::FILE* file, std::string_view line) {
  const auto handle = reinterpret_cast<HANDLE>(_get_osfhandle(_fileno(file)));
  OVERLAPPED beyond = {};
  beyond.OffsetHigh = 0x7fffffff;
  if (LockFileEx(handle, LOCKFILE_EXCLUSIVE_LOCK, 0, 1, 0, &beyond) == 0) return false;
  OVERLAPPED end = {};
  end.Offset = 0xffffffff;
  end.OffsetHigh = 0xffffffff;
  DWORD written = 0;
  const bool whole =
      WriteFile(handle, line.data(), static_cast<DWORD>(line.size()), &written, &end) != 0 &&
      written == line.size();
  UnlockFileEx(handle, 0, 1, 0, &beyond);
  return whole;
}

// It is asked of the next connection.
bool is_at_path(std::FILE* /*file*/, const std::string& /*path*/) {
  return true;
}

std::optional<std::string> variable(const char* name) {
  return variable_of_environment(name);
}

}  // namespace negodbc::log
