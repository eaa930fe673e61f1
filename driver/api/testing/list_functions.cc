// Prints the symbols that the module must export; check_exports.sh compares.
#include <cstdio>
#include <string>

#include "driver/api/functions.h"

namespace {

void print(const std::string& name) {
  std::puts(name.c_str());
  std::puts(("libnegodbc_LTX_" + name).c_str());  // loader_names.cmake says what for
}

}  // namespace

int main() {
  for (const auto& function : negodbc::odbc::functions()) {
    const std::string name(function.name);
    print(name);
    if (!function.wide) continue;
    print(name + "A");
    print(name + "W");
  }
  return 0;
}
