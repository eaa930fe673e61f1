// Prints the symbols that the module must export; check_exports.sh compares.
#include <cstdio>
#include <string>

#include "driver/api/functions.h"

int main() {
  for (const auto& function : negodbc::odbc::functions()) {
    const std::string name(function.name);
    std::puts(name.c_str());
    if (function.wide) std::puts((name + "W").c_str());
  }
  return 0;
}
