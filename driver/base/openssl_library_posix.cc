#include <atomic>

#include "driver/base/error.h"
#include "driver/base/openssl_library.h"

namespace negodbc {

void need_openssl() {
  static std::atomic<bool> is_open = false;
  if (open_openssl == nullptr || is_open.load(std::memory_order_acquire)) return;
  std::string fault;
  if (!open_openssl(fault)) {
    throw ConnectionError("08001", "TLS and passwords need OpenSSL 3: " + fault +
                                       ". Install it (Debian: libssl3), or log in by ticket, with "
                                       "GssEncMode=require or SSLmode=disable");
  }
  is_open.store(true, std::memory_order_release);
}

}  // namespace negodbc
