# shellcheck shell=bash
# What quickstart and check share: where they are, what they say, packages, builds. Sourced, not run.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

die() {
  printf '\n%s: %s\n' "$(basename "$0")" "$*" >&2
  exit 1
}

elapsed() { printf '%d:%02d' $((SECONDS / 60)) $((SECONDS % 60)); }

# plan N: how many steps there will be; step TITLE: the next one begins.
plan() { steps_planned=$1 step_now=0; }
step() {
  step_now=$((step_now + 1))
  printf '\n== step %d/%d  %s  (%s since the start)\n' "$step_now" "$steps_planned" "$1" "$(elapsed)"
}

# The lists of packages: without an argument packages.txt. Without clients ($without_clients not empty) a list ends
# where its clients begin.
listed_packages() {
  sed "${without_clients:+/^# clients\$/,\$d;}s/#.*//" "$root/packaging/${1:-packages.txt}" | xargs
}

is_installed() { [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]; }

# Of what is listed as a|b either will do; a is what is installed where there is neither.
missing_packages() {
  local listed package
  for listed in $(listed_packages "$@"); do
    for package in ${listed//|/ }; do
      ! is_installed "$package" || continue 2
    done
    echo "${listed%%|*}"
  done
}

# install_packages [LIST]: installs what the list (packages.txt) names and is not there yet.
install_packages() {
  local list=${1:-packages.txt}
  command -v apt-get >/dev/null || die "this machine has no apt-get; install what packaging/$list names"
  local missing as_root=()
  missing=$(missing_packages "$list" | xargs)
  if [ -z "$missing" ]; then
    echo "every package of packaging/$list is installed"
    return
  fi
  echo "to install: $missing"
  if [ "$(id -u)" != 0 ]; then
    command -v sudo >/dev/null || die "no sudo here: as root, run  apt-get install $missing"
    as_root=(sudo)
  fi
  # A console font question must not stop a script; a new machine has no package lists yet.
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get update -q
  # Nothing that somebody uses is taken away for it.
  # shellcheck disable=SC2086  # a list of words
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-remove --no-install-recommends $missing ||
    die "apt-get could not install $missing; if it would have to remove packages for that, it was told not to"
}

# The build is made inside the checkout: says so when that can't work.
require_writable() {
  local folder=$root/build
  [ -e "$folder" ] || folder=$root
  [ -w "$folder" ] || die "$folder belongs to $(stat -c %U "$folder"), and $(id -un) may not write there: run this as" \
    "$(stat -c %U "$folder"), or give it to yourself with  chown -R $(id -un) $folder"
  # What is one's own may be read-only (Wine makes such a file). No build folder: nothing is built yet.
  folder=$(find "$root/build" -maxdepth 2 ! -user "$(id -u)" ! -writable -print -quit 2>/dev/null) || true
  [ -z "$folder" ] || die "$folder was built by $(stat -c %U "$folder"), and $(id -un) may not write there: remove" \
    "$root/build, or give it to yourself with  chown -R $(id -un) $root/build"
}

# build PRESET [TARGET...]: configures and builds.
build() {
  require_writable
  local preset=$1 fresh=() cache=$root/build/$1/CMakeCache.txt targets=()
  shift
  # A checkout that has been moved since: what CMake remembers names files of the old place.
  if [ -e "$cache" ] && ! grep -qxF "CMAKE_HOME_DIRECTORY:INTERNAL=$root" "$cache"; then
    fresh=(--fresh)
  fi
  [ $# = 0 ] || targets=(--target "$@")
  (cd "$root" && cmake "${fresh[@]}" --preset "$preset" && cmake --build --preset "$preset" "${targets[@]}")
}
