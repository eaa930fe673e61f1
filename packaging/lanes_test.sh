#!/bin/bash
# What lanes.sh makes of parts: tests beside what follows, one part's at a time, an end that leaves none, and what is told.
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
cat >"$place/parts" <<'END'
. "$here/lib.sh"
. "$here/causes.sh"
. "$here/lanes.sh"
scratch=$place/scratch logs=$place/logs parts=("$@")
mkdir -p "$scratch" "$logs"
trap stop_tests EXIT
happened() { echo "$*" >>"$place/happened"; }
compute() { /usr/bin/python3 -S -c "while __import__('time').process_time() < 1.1: pass"; }
part_one() { compute; happened one is built; echo "building one"; }
tests_one() { happened one begins; compute; sleep 1.5; echo "one's tests"; happened one ends; echo "100% tests passed, 0 tests failed out of 1"; }
part_two() { happened two is built; }
tests_two() {
  happened two begins
  printf '%s\n' "place.cc:3: Failure" "Expected: one" "50% tests passed, 1 tests failed out of 2" "The following tests FAILED:"
  printf '\t %s\n' " 7 - two_test (Failed)"
  false
  happened two goes on after a failure
}
part_three() { happened three is built; chrt --pid "$BASHPID" >>"$place/happened"; }
part_four() { echo "four.cc:1:1: error: no such thing"; false; }
tests_four() { happened four is tested without being built; }
tests_five() { happened five begins; sleep 60 & echo $! >"$place/sleeper"; wait; }
part_five() { :; }
part_six() { touch "$place/running"; sleep 60; }
plan ${#parts[@]}
run_parts
tell_outcomes
END
run() { here=$here place=$place bash "$place/parts" "$@"; }
fail() {
  printf '%s\n' "$@" >&2
  exit 1
}

if said=$(run one two three four 2>&1); then fail "parts that fail are no failure" "$said"; fi
happened=$(cat "$place/happened")
grep -q "SCHED_IDLE" <<<"$happened" || fail "what runs beside tests does not leave them the time" "$happened"
order=$(grep -v "pid " <<<"$happened" | tr '\n' ,)
[ "$order" = "one is built,one begins,two is built,three is built,one ends,two begins," ] ||
  [ "$order" = "one is built,two is built,one begins,three is built,one ends,two begins," ] || fail "order: $order"
last=$(tail -n 40 <<<"$said")
for line in '^one .* ok .* 0:0[2-9] of processors  100% tests passed' '^two .* FAILED ' '^three .* ok .* 0:00 of processors' \
  '^four .* FAILED' '^!! two has failed' \
  '^7 - two_test \(Failed\)$' '^Expected: one$' '^four.cc:1:1: error: no such thing$' 'failed: two four$'; do
  grep -Eq "$line" <<<"$last" || fail "not told: $line" "$last"
done
grep -q "one's tests" "$place/logs/one" || fail "what tests have said is not kept"
echo "parts run in their order, tests beside them, and what has failed is told"

# Stopped while tests run.
rm -f "$place/happened"
set -m  # as from a terminal: the check's own processes are one group
run five six >/dev/null 2>&1 &
check=$!
set +m
for ((i = 0; i < 200; ++i)); do [ ! -s "$place/sleeper" ] || [ ! -e "$place/running" ] || break; sleep 0.1; done
kill -INT -- "-$check"
wait "$check" || true
for ((i = 0; i < 50; ++i)); do kill -0 "$(cat "$place/sleeper")" 2>/dev/null || break; sleep 0.1; done
! kill -0 "$(cat "$place/sleeper")" 2>/dev/null || fail "tests go on when the check was stopped"
echo "no test goes on when the check is stopped"
