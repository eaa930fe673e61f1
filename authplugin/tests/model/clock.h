// The system's clock as this process has it. The KDC and the acceptor have the right one.
#ifndef NEGODBC_TESTS_MODEL_CLOCK_H_
#define NEGODBC_TESTS_MODEL_CLOCK_H_

#include <cstdint>

namespace negodbc::model {

// For this process and those that it forks from now on: what the libraries and the plugin see, by
// the C library's functions, is this many seconds ahead; files' times, too, as they come of the
// same clock. Where timers are told an absolute time of this clock they are not moved.
void move_clock(std::int64_t seconds);

}  // namespace negodbc::model

#endif  // NEGODBC_TESTS_MODEL_CLOCK_H_
