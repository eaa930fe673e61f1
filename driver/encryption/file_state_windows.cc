#include <windows.h>

#include "driver/base/windows_text.h"
#include "driver/encryption/file_state.h"

namespace negodbc::encryption {

std::string file_state(const std::string& path) {
  WIN32_FILE_ATTRIBUTE_DATA data = {};
  if (path.empty() ||
      GetFileAttributesExW(to_wide(path).c_str(), GetFileExInfoStandard, &data) == 0) {
    return {};
  }
  std::string state;
  for (const DWORD number :
       {data.dwFileAttributes, data.nFileSizeLow, data.nFileSizeHigh,
        data.ftCreationTime.dwLowDateTime, data.ftCreationTime.dwHighDateTime,
        data.ftLastWriteTime.dwLowDateTime, data.ftLastWriteTime.dwHighDateTime}) {
    state += ' ' + std::to_string(number);
  }
  return state;
}

}  // namespace negodbc::encryption
