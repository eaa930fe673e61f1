#include "driver/base/quiet_thread.h"

namespace negodbc {

std::thread quiet_thread(std::function<void()> body) {
  return std::thread(std::move(body));
}

}  // namespace negodbc
