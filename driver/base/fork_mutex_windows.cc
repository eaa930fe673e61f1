#include "driver/base/fork_mutex.h"

namespace negodbc {

// There is no fork() here.
ForkMutex::ForkMutex() = default;
ForkMutex::~ForkMutex() = default;
CallMutex::CallMutex() = default;
CallMutex::~CallMutex() = default;

}  // namespace negodbc
