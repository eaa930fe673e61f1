#!/bin/sh
# check_exports.sh MODULE LISTER: the module's exported symbols are exactly those that LISTER prints; those that are
# null (type A) are no entry points, and none that LISTER prints is among them.
set -eu
exported=$(nm -D --defined-only "$1" | awk '$2 != "A" {print $NF}' | sort)
wanted=$("$2" | sort)
[ -n "$wanted" ] || { echo "the list of functions is empty"; exit 1; }
if [ "$exported" != "$wanted" ]; then
  printf '%s\n' "$exported" >"${TMPDIR:-/tmp}/exported.$$"
  printf '%s\n' "$wanted" | diff - "${TMPDIR:-/tmp}/exported.$$" || true
  rm -f "${TMPDIR:-/tmp}/exported.$$"
  echo "exported symbols (>) differ from the list of functions (<)"
  exit 1
fi
echo "$(printf '%s\n' "$wanted" | wc -l) symbols, as listed"
