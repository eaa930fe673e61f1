// One round of the reconnect mode in this process: the plan's threads each hold a session; from the
// round's start on, when another cuts them, each waits until it notices, and logs in again, after
// failures with the plan's back-off, until its session is there again. The round ends when all are
// back, or after the plan's seconds; only then are the sessions closed, so that none that is back
// makes room for another.
//
// The logins and failures of the result are those of coming back. Sessions are opened before the
// round is ready, with the same back-off, for as long as the plan's seconds.
#ifndef NEGODBC_BENCH_STORM_RECONNECT_ROUND_H
#define NEGODBC_BENCH_STORM_RECONNECT_ROUND_H

#include "bench/storm/round.h"

namespace negodbc::bench {

// As run_round(), which calls it.
RoundResult run_reconnect_round(Target& target, const RoundPlan& plan, const RoundHooks& hooks);

}  // namespace negodbc::bench

#endif
