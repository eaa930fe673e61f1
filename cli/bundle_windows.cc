#include <windows.h>

#include <filesystem>
#include <fstream>

#include "cli/bundle.h"
#include "driver/base/error.h"
#include "driver/base/path.h"

namespace negodbc::cli {

std::string system_name() {
  return "Windows";
}

std::vector<SystemFile> files_for_support() {
  return {};
}

// Whose it is, the folder's rights say.
void write_private_file(const std::string& file, const std::string& text) {
  std::ofstream out(path_of(file), std::ios::binary | std::ios::trunc);
  out << text << std::flush;
  if (!out) throw Error("HY000", file + " can't be written");
}

}  // namespace negodbc::cli
