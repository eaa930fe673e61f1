// What a failed login of libpq tells: only its text carries the SQLSTATE.
#ifndef NEGODBC_BENCH_STORM_SQLSTATE_TEXT_H
#define NEGODBC_BENCH_STORM_SQLSTATE_TEXT_H

#include <string>

#include "bench/storm/client.h"

namespace negodbc::bench {

// Takes the SQLSTATE out of a text of PQERRORS_VERBOSE ("... FATAL:  28P01: password ..."); empty
// when the text has none, because no server was reached.
Failure failure_of_verbose_text(const std::string& text);

}  // namespace negodbc::bench

#endif
