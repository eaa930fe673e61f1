#!/bin/sh
# Only the ABI's one function is seen from outside, and the module cannot be unmapped.
# Usage: exported_symbols_test.sh PLUGIN
set -eu
exported=$(nm -D --defined-only "$1" | awk '{print $NF}' | sort)
if [ "$exported" != negodbc_auth_plugin ]; then
  echo "exported: $exported" >&2
  exit 1
fi
if ! readelf -d "$1" | grep -q 'FLAGS_1.*NODELETE'; then
  echo "the module is not marked NODELETE" >&2
  exit 1
fi
