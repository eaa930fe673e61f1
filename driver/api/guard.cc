#include "driver/api/guard.h"

namespace negodbc::odbc {

void report(Diagnostics& diagnostics) noexcept {
  try {
    try {
      throw;
    } catch (const Error& e) {
      diagnostics.add(e);
    } catch (const std::bad_alloc&) {
      diagnostics.add(Error("HY001", "there is not enough memory"));
    } catch (const std::exception& e) {
      diagnostics.add(Error("HY000", std::string("internal error: ") + e.what()));
    }
  } catch (...) {
    // Without memory for the record there is the return code only.
    return;
  }
}

}  // namespace negodbc::odbc
