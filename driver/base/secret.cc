#include "driver/base/secret.h"

#include <cstring>

namespace negodbc {

void wipe(void* data, std::size_t size) noexcept {
  if (size == 0) return;
  std::memset(data, 0, size);
  asm volatile("" : : "r"(data) : "memory");  // somebody may read it: the zeros have to be there
}

}  // namespace negodbc
