#!/bin/bash
# What lib.sh says of a build folder, as an ordinary user (root may write everywhere), and of lists of packages.
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")
place=$(mktemp -d)
trap 'chmod -R u+w "$place"; rm -rf "$place"' EXIT
user=()
nobody=65534

mkdir -p "$place/packaging" "$place/build/wine" "$place/build/release"
cp "$here/lib.sh" "$place/packaging/"
touch "$place/build/wine/wineserver"
chmod 400 "$place/build/wine/wineserver"
if [ "$(id -u)" = 0 ]; then
  chown -R $nobody "$place"
  user=(setpriv --reuid=$nobody --clear-groups)
fi
ask() { "${user[@]}" bash -c '. "$1/packaging/lib.sh"; require_writable' ask "$place"; }

ask || { echo "one's own read-only file has stopped a second build"; exit 1; }

chmod 500 "$place/build"
if said=$(ask 2>&1); then echo "a folder that can't be written was taken"; exit 1; fi
grep -q 'may not write there' <<<"$said" || { echo "not told why: $said"; exit 1; }
chmod 700 "$place/build"

if [ "$(id -u)" = 0 ]; then  # only root can make somebody else's
  chown 0 "$place/build/release"
  if said=$(ask 2>&1); then echo "what somebody else has built was taken"; exit 1; fi
  grep -q 'was built by root' <<<"$said" || { echo "not told whose: $said"; exit 1; }
fi
echo "lib.sh tells whose build folder it is"

# Lists of packages: one of two is enough, and what is not there is asked for by its first name.
printf '%s\n' 'not-there-a|bash  # either' 'not-there-b|not-there-c' 'dpkg' '# clients' 'not-there-d' >"$place/packaging/packages.txt"
missing() { bash -c '. "$1/packaging/lib.sh"; without_clients=$2 missing_packages | xargs' ask "$place" "$1"; }
[ "$(missing yes)" = "not-there-b" ] || { echo "missing without clients: $(missing yes)"; exit 1; }
[ "$(missing '')" = "not-there-b not-there-d" ] || { echo "missing: $(missing '')"; exit 1; }
echo "lib.sh knows which packages are missing"
