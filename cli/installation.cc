#include "cli/installation.h"

#include <filesystem>
#include <initializer_list>

#include "driver/base/module.h"
#include "driver/base/path.h"

namespace negodbc::cli {
namespace {

// Seen from the program's own folder, which is the kernel's word: "" and not the working directory
// where that can't be found out.
std::string first_that_exists(std::initializer_list<const char*> candidates) {
  const std::string here = own_directory();
  if (here.empty()) return {};
  for (const char* candidate : candidates) {
    std::error_code ignored;
    const auto file = path_of(here + candidate).lexically_normal();
    if (std::filesystem::is_regular_file(file, ignored)) return text_of_path(file);
  }
  return {};
}

}  // namespace

std::string whole_path(const std::string& file) {
  return text_of_path(path_of(absolute_path(file)).lexically_normal());
}

const char own_driver_name[] = NEGODBC_DRIVER_FILE;

// Installed, as built, or side by side (Windows).
std::string driver_beside_program() {
  return first_that_exists({NEGODBC_DRIVER_FROM_PROGRAM "/" NEGODBC_DRIVER_FILE,
                            "../lib/" NEGODBC_DRIVER_FILE, NEGODBC_DRIVER_FILE});
}

std::string template_beside_program() {
  return first_that_exists({NEGODBC_TEMPLATE_FROM_PROGRAM});
}

}  // namespace negodbc::cli
