# shellcheck shell=bash
# What went wrong, out of what a part of the check has said: the lines that name a cause, and nothing of what passed.

# causes FILE: tests that failed by name, then what they, a compiler, a sanitizer or a fuzzer said; of a part that says
# nothing of the kind, its last lines.
causes() {
  local found
  found=$(
    # ctest's own list.
    sed -n 's/^\t *\([0-9]* - .*\)/\1/p' "$1"
    # What a compiler, a linker, clang-format and clang-tidy call an error; sanitizers and fuzzers; GoogleTest; Python.
    awk '
      /^\[  FAILED  \]|: (fatal )?error: |error: |undefined reference|^CMake Error|^(==[0-9]+==)?ERROR: |runtime error: |^WARNING: ThreadSanitizer|^SUMMARY: |^!!  |^(AssertionError|[A-Za-z.]*(Error|Exception)): |^FAIL: |^ERROR: / {
        print; context = 0; next
      }
      /: Failure$/ { print; context = 5; next }
      context > 0 { print; --context }
    ' <(sed 's/^[0-9]*: //' "$1") | awk '!seen[$0]++'
  )
  if [ -n "$found" ]; then
    printf '%s\n' "$found"
  else
    tail -n 20 "$1"
  fi
}
