#include <atomic>

#include "driver/base/environment.h"
#include "driver/base/error.h"
#include "driver/base/file_fault.h"
#include "driver/base/openssl_library.h"

namespace negodbc {

void need_openssl() {
  static std::atomic<bool> is_open = false;
  if (is_open.load(std::memory_order_acquire)) return;
  // OpenSSL reads it as soon as it is used.
  const char* const configuration = trusted_variable("OPENSSL_CONF");
  if (const std::string fault = configuration == nullptr ? "" : fault_of_file(configuration);
      !fault.empty()) {
    throw ConnectionError("08001", "OPENSSL_CONF names " + std::string(configuration) +
                                       ", which can't be read: " + fault +
                                       ". Take it out of the environment, or name a file by it");
  }
  if (open_openssl == nullptr) {
    is_open.store(true, std::memory_order_release);
    return;
  }
  std::string fault;
  if (!open_openssl(fault)) {
    throw ConnectionError("08001", "TLS and passwords need OpenSSL 3: " + fault +
                                       ". Install it (Debian: libssl3), or log in by ticket, with "
                                       "GssEncMode=require or SSLmode=disable");
  }
  is_open.store(true, std::memory_order_release);
}

}  // namespace negodbc
