# shellcheck shell=bash
# What went wrong, out of what a part of the check has said: the lines that name a cause, and nothing of what passed.

# causes FILE: tests that failed by name, then what they, a compiler, a sanitizer or a fuzzer said; of a part that says
# nothing of the kind, its last lines.
causes() {
  local found
  found=$(
    # ctest's own list.
    sed -n 's/^\t *\([0-9]* - .*\)/\1/p' "$1"
    # What a compiler, a linker, clang-format and clang-tidy call an error; sanitizers and fuzzers; GoogleTest; Python, and
    # scripts whose interpreter a client test has called.
    awk '
      /^\[ RUN      \] / { running = $0; next }
      /^\[       OK \]|Test +#[0-9]+: / { running = "" }
      # Of a sanitizer'\''s stack the first places in the sources, not the run time'\''s own.
      /^(==[0-9]+==)?ERROR: .*Sanitizer|^WARNING: ThreadSanitizer|runtime error: / {
        if (running != "") print running
        print; context = 0; places = 3; next
      }
      places > 0 && /^ *#[0-9]+ / {
        if ($0 !~ /\.(cc|h|c):[0-9]+/ || $0 ~ /sanitizer|googletest/) next
        gsub(/\(anonymous namespace\)::/, ""); sub(/\(.*\) /, "() "); sub(/ 0x[0-9a-f]+ in/, ""); print; --places
        next
      }
      /^\[  FAILED  \]|: (fatal )?error: |error: |undefined reference|^CMake Error|^ERROR: |^SUMMARY: |^!!  |^FAIL: |\([A-Z][A-Za-z]*Error\)$/ {
        print; context = 0; next
      }
      /^  File "/ { file = $0; next }
      /^(AssertionError|[A-Za-z.]*(Error|Exception)): / {
        if (file != "") print file
        print; file = ""; context = 3; next
      }
      /: Failure$/ { print; context = 5; next }
      /^$/ { context = 0 }
      context > 0 { print; --context }
    ' <(sed 's/^[0-9]*: //' "$1") | awk '!seen[$0]++'
  )
  if [ -n "$found" ]; then
    printf '%s\n' "$found"
  else
    tail -n 20 "$1"
  fi
}
