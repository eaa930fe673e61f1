#!/bin/sh
# Installs what lies beside this script, and registers the driver with unixODBC; or takes it away again.
#   install.sh [--prefix DIR] [--no-register]     (DIR: /opt/negodbc)
#   install.sh --remove [--prefix DIR] [--no-register]
set -eu
here=$(cd "$(dirname "$0")" && pwd)
prefix=/opt/negodbc register=yes remove=
while [ $# != 0 ]; do
  case $1 in
    --prefix) prefix=$2; shift ;;
    --no-register) register= ;;
    --remove) remove=yes ;;
    *) sed -n '2,4s/^# *//p' "$0" >&2; exit 2 ;;
  esac
  shift
done
case $prefix in
  /*) ;;
  *) echo "install.sh: --prefix takes an absolute path" >&2; exit 2 ;;
esac
if [ -n "$register" ] && ! command -v odbcinst >/dev/null; then
  echo "install.sh: odbcinst is missing: install unixODBC, or use --no-register" >&2
  exit 1
fi
template=$prefix/share/negodbc/odbcinst.ini.template
list() { (cd "$here" && find bin include lib* share ! -type d); }

if [ -n "$remove" ]; then
  if [ -n "$register" ] && odbcinst -q -d -n negodbc >/dev/null 2>&1; then odbcinst -u -d -n negodbc; fi
  list | while IFS= read -r file; do rm -f "$prefix/$file"; done
  [ ! -d "$prefix" ] || find "$prefix" -depth -type d -empty -delete
  echo "removed from $prefix"
  exit
fi
list | while IFS= read -r file; do
  mkdir -p "$prefix/$(dirname "$file")"
  # Not over a file that is in use: a library is replaced, not changed.
  rm -f "$prefix/$file"
  cp -P "$here/$file" "$prefix/$file"
done
drivers=$(echo "$prefix"/lib*/odbc)
printf '[negodbc]\nDescription = PostgreSQL with integrated login\nDriver      = %s\nSetup       = %s\nThreading   = 0\n' \
  "$drivers/libnegodbc.so" "$drivers/libnegodbc-setup.so" >"$template"
if [ -n "$register" ] && ! odbcinst -q -d -n negodbc >/dev/null 2>&1; then odbcinst -i -d -f "$template"; fi
echo "installed in $prefix; try $prefix/bin/negodbc doctor DSN"
