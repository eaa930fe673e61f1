#include "driver/base/path.h"

#include <system_error>

namespace negodbc {

std::string absolute_path(const std::string& utf8) {
  std::error_code failure;
  const std::filesystem::path whole = std::filesystem::absolute(path_of(utf8), failure);
  return failure ? utf8 : text_of_path(whole);
}

}  // namespace negodbc
