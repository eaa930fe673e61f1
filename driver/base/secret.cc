#include "driver/base/secret.h"

namespace negodbc {

void wipe(void* data, std::size_t size) noexcept {
  auto* bytes = static_cast<volatile char*>(data);
  for (std::size_t i = 0; i < size; ++i) bytes[i] = 0;
}

}  // namespace negodbc
