# shellcheck shell=bash
# How the parts of the check run. What computes (part_NAME) runs one part after the other; a part's tests (tests_NAME, where
# it has some), which wait more than they compute, run beside the parts that follow, those of one part at a time.

# Of each part in $parts: what it came to, and the seconds of each half.
declare -A built=() tested=() build_seconds=() test_seconds=() lines_before_tests=() test_pids=()
last_tests=

# run_parts: runs $parts; what each says goes to $logs, too.
run_parts() {
  local part begun
  for part in "${parts[@]}"; do
    step "$part"
    begun=$SECONDS
    # A subshell outside any condition: only there does a failing command end the part.
    set +e
    (leave_time_to_tests; trap 'times >"$scratch/$part.computed"' EXIT; set -e; "part_$part") 2>&1 | tee "$logs/$part"
    built[$part]=${PIPESTATUS[0]}
    set -e
    build_seconds[$part]=$((SECONDS - begun))
    [ "${built[$part]}" != 0 ] || ! declare -F "tests_$part" >/dev/null || begin_tests "$part"
    tell_ended_tests
  done
  for part in "${parts[@]}"; do
    [ -z "${test_pids[$part]:-}" ] || tell_tests "$part"
  done
}

# Tests look at the clock: what runs beside them gets what they leave.
leave_time_to_tests() {
  [ -z "$last_tests" ] || chrt --idle --pid 0 "$BASHPID" 2>/dev/null || true
}

begin_tests() {
  local part=$1 before=$last_tests
  lines_before_tests[$part]=$(wc -l <"$logs/$part")
  set -m  # a process group of its own, which can be stopped as a whole
  (
    [ -z "$before" ] || tail --pid="$before" -f /dev/null
    begun=$SECONDS
    set +e
    (set -e; "tests_$part") >>"$logs/$part" 2>&1
    status=$?
    times >"$scratch/$part.tests_computed"
    echo "$status $((SECONDS - begun))" >"$scratch/$part.tested"
  ) </dev/null &
  last_tests=$!
  set +m
  test_pids[$part]=$last_tests
}

# What tests have said is told at once, not between the lines of what runs beside them.
tell_ended_tests() {
  local part
  for part in "${!test_pids[@]}"; do
    [ ! -e "$scratch/$part.tested" ] || tell_tests "$part"
  done
}
tell_tests() {
  local part=$1
  printf '\n== tests of %s  (%s since the start)\n' "$part" "$(elapsed)"
  tail -n +$((lines_before_tests[$part] + 1)) -s 0.2 -f --pid="${test_pids[$part]}" "$logs/$part"
  wait "${test_pids[$part]}" || true
  read -r tested[$part] test_seconds[$part] <"$scratch/$part.tested" || tested[$part]=1
  unset "test_pids[$part]"
}

# However the check ends, no tests go on.
stop_tests() {
  local part
  for part in "${!test_pids[@]}"; do
    kill -TERM -- "-${test_pids[$part]}" 2>/dev/null || true
  done
  wait
}

minutes() { printf '%d:%02d' $(($1 / 60)) $(($1 % 60)); }

# computed PART: the seconds that processors have worked for it, by what a shell tells of the processes that it has waited for
# (times, second line): what goes on by itself, as Wine's services do, is not among them.
computed() {
  cat "$scratch/$1.computed" "$scratch/$1.tests_computed" 2>/dev/null |
    awk -F'[ms ]+' 'NR % 2 == 0 {gsub(",", "."); sum += 60 * ($1 + $3) + $2 + $4} END {print int(sum)}'
}

# tell_outcomes: a line for each part, and of each that has failed why, in what a person sees without scrolling.
tell_outcomes() {
  local part outcome halves failed=() lines
  for part in "${parts[@]}"; do
    outcome=ok halves=
    if [ "${built[$part]}" != 0 ] || [ "${tested[$part]:-0}" != 0 ]; then
      outcome=FAILED
      failed+=("$part")
    fi
    if [ -n "${tested[$part]:-}" ]; then
      halves="$(minutes "${build_seconds[$part]}") + $(minutes "${test_seconds[$part]:-0}")  "
    fi
    printf '%-14s %5s  %-7s %s%s of processors  %s\n' "$part" \
      "$(minutes $((build_seconds[$part] + ${test_seconds[$part]:-0})))" $outcome "$halves" "$(minutes "$(computed "$part")")" \
      "$(grep -h 'tests passed' "$logs/$part" | tail -n 1)"
  done
  lines=$((24 / (${#failed[@]} > 0 ? ${#failed[@]} : 1)))
  for part in "${failed[@]}"; do
    printf '\n!! %s has failed (build/check/%s):\n' "$part" "$part"
    causes "$logs/$part" >"$scratch/causes"  # whole: what writes to a head that has ended is killed
    head -n $((lines > 5 ? lines : 5)) "$scratch/causes" | cut -c 1-200
  done
  [ ${#failed[@]} = 0 ] || die "failed: ${failed[*]}"
}
