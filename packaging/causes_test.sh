#!/bin/bash
# Faults of five kinds, as the programs have told them: the last forty lines of the check name each, and where.
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT

# A comparison that is wrong in a conversion of numbers.
cat >"$place/conversion" <<'END'
 41/144 Test #45: convert_test .....................***Failed    8.89 sec
Running main() from ./googletest/src/gtest_main.cc
[==========] Running 127 tests from 32 test suites.
[ RUN      ] ConvertNumber.Bits
/src/driver/types/convert_number_test.cc:89: Failure
Expected equality of these values:
  cut.outcome
    Which is: 4-byte object <00-00 00-00>
  Outcome::fraction_truncated
    Which is: 4-byte object <02-00 00-00>
[  FAILED  ] ConvertNumber.Bits (2 ms)
[==========] 127 tests from 32 test suites ran. (8686 ms total)
[  FAILED  ] ConvertNumber.Bits
END
# A refused password that is called another state.
cat >"$place/login" <<'END'
 52/144 Test #40: login_test .......................***Failed    0.76 sec
[ RUN      ] Connector.DoesNotTryOtherServersWithRefusedCredentials
/src/driver/login/connector_test.cc:84: Failure
Expected equality of these values:
  failure_of(settings).state
    Which is: ""
  "28000"
[  FAILED  ] Connector.DoesNotTryOtherServersWithRefusedCredentials (23 ms)
[ RUN      ] Connector.MapsTheServersStates
/src/driver/login/connector_test.cc:108: Failure
Expected equality of these values:
  failure.state
    Which is: "08001"
  to
    Which is: "28000"
[  FAILED  ] Connector.MapsTheServersStates (24 ms)
END
# The same, as a client sees it.
cat >"$place/client" <<'END'
 77/144 Test #75: client_pyodbc_login_test .........***Failed   27.68 sec
test_without_a_dsn (__main__.PyodbcLoginTest.test_without_a_dsn) ... ok
test_wrong_password (__main__.PyodbcLoginTest.test_wrong_password) ... FAIL

======================================================================
FAIL: test_wrong_password (__main__.PyodbcLoginTest.test_wrong_password)
----------------------------------------------------------------------
Traceback (most recent call last):
  File "/src/tests/clients/pyodbc_login_test.py", line 89, in test_wrong_password
    self.assertEqual(state, "28000")
AssertionError: '08001' != '28000'
- 08001
+ 28000


----------------------------------------------------------------------
Ran 13 tests in 25.019s
END
# A copy that goes beyond the application's buffer.
cat >"$place/sanitizer" <<'END'
 12/90 Test #45: convert_test .....................***Failed    3.02 sec
[ RUN      ] BinaryFormat.Dates
[       OK ] BinaryFormat.Dates (0 ms)
[ RUN      ] BinaryFormat.IsConvertedAsItsTextIs
=================================================================
==27853==ERROR: AddressSanitizer: stack-buffer-overflow on address 0x7fb84b10da00 at pc 0x7fb84d4d2ec7 bp 0x7ffd8e718e30 sp 0x7ffd8e718600
READ of size 74 at 0x7fb84b10da00 thread T0
    #0 0x7fb84d4d2ec6 in __asan_memcpy (/usr/lib/llvm-14/lib/clang/14.0.6/lib/linux/libclang_rt.asan-x86_64.so+0xd2ec6)
    #1 0x56533684c21c in negodbc::types::(anonymous namespace)::put_narrow(std::basic_string_view<char, std::char_traits<char> >, unsigned long, negodbc::types::Target const&, negodbc::types::PartState&) /src/driver/types/convert_parts.cc:118:17
    #2 0x56533684b976 in negodbc::types::put_chars(std::basic_string_view<char, std::char_traits<char> >, negodbc::types::Target const&, negodbc::types::PartState&) /src/driver/types/convert_parts.cc:134:10
    #3 0x56533687ad74 in negodbc::types::(anonymous namespace)::put_text(negodbc::types::Source const&, negodbc::types::FieldKind, bool, negodbc::types::Target const&, negodbc::types::PartState&) /src/driver/types/convert.cc:118:49

SUMMARY: AddressSanitizer: stack-buffer-overflow (/usr/lib/llvm-14/lib/clang/14.0.6/lib/linux/libclang_rt.asan-x86_64.so+0xd2ec6) in __asan_memcpy
==27853==ABORTING
END
# Under Wine: a store that keeps more than it may.
cat >"$place/windows" <<'END'
 27/38 Test  #3: auth_logon_platform_test .........***Failed   10.23 sec
[ RUN      ] Logon.A_session_that_has_ended_is_not_answered_for
[       OK ] Logon.A_session_that_has_ended_is_not_answered_for (18 ms)
[ RUN      ] Logon.Handles_are_bounded_and_freed
/src/authplugin/tests/logon_platform_test.cc:358: Failure
Expected: (windows.live.size()) <= (auth::CredentialStore::kMaxSources), actual: 65 vs 64
[  FAILED  ] Logon.Handles_are_bounded_and_freed (5752 ms)
END

# Each among what passes, as the tests of a part.
cat >"$place/check" <<'END'
. "$here/lib.sh"
. "$here/causes.sh"
. "$here/lanes.sh"
scratch=$place/scratch logs=$place/logs parts=("$@")
mkdir -p "$scratch" "$logs"
say() {
  local i failed
  for ((i = 0; i < 300; ++i)); do echo "$i/300 Test #$i: some_test ...   Passed    0.10 sec"; done
  cat "$place/$1"
  for ((i = 0; i < 300; ++i)); do echo "[       OK ] Something.Else (0 ms)"; done
  failed=$(sed -n '1s/.*#\([0-9]*\): \([a-z_]*\).*/\1 - \2/p' "$place/$1")
  printf '\n99%% tests passed, 1 tests failed out of 144\n\nThe following tests FAILED:\n\t %s (Failed)\nErrors while running CTest\n' "$failed"
  return 8
}
for part in "$@"; do eval "part_$part() { :; }; tests_$part() { say $part; }"; done
plan ${#parts[@]}
run_parts
tell_outcomes
END
end_of_check() { (here=$here place=$place bash "$place/check" "$@" 2>&1 || true) | tail -n 40; }

bad=0
expect() {
  grep -qF -- "$2" <<<"$said" && return
  echo "the last forty lines of the check with a fault in $1 do not say: $2"
  echo "$said"
  bad=1
}
said=$(end_of_check conversion)
expect conversion "45 - convert_test (Failed)"
expect conversion "/src/driver/types/convert_number_test.cc:89: Failure"
expect conversion "Outcome::fraction_truncated"
said=$(end_of_check login)
expect login "40 - login_test (Failed)"
expect login "/src/driver/login/connector_test.cc:108: Failure"
expect login 'Which is: "08001"'
said=$(end_of_check client)
expect client "75 - client_pyodbc_login_test (Failed)"
expect client "FAIL: test_wrong_password"
expect client '/src/tests/clients/pyodbc_login_test.py", line 89'
expect client "AssertionError: '08001' != '28000'"
said=$(end_of_check sanitizer)
expect sanitizer "BinaryFormat.IsConvertedAsItsTextIs"
expect sanitizer "AddressSanitizer: stack-buffer-overflow"
expect sanitizer "negodbc::types::put_narrow() /src/driver/types/convert_parts.cc:118:17"
said=$(end_of_check windows)
expect windows "3 - auth_logon_platform_test (Failed)"
expect windows "/src/authplugin/tests/logon_platform_test.cc:358: Failure"
expect windows "actual: 65 vs 64"
# All of them at once: each by its name and where.
said=$(end_of_check conversion login client sanitizer windows)
for line in "convert_number_test.cc:89" "connector_test.cc:84" "FAIL: test_wrong_password" \
  "pyodbc_login_test.py\", line 89" "stack-buffer-overflow" "convert_parts.cc:118" \
  "logon_platform_test.cc:358" "failed: conversion login client sanitizer windows"; do
  expect "all of them" "$line"
done
[ "$bad" = 0 ] || exit 1
echo "a fault is named within the last forty lines of the check, and five at once are"
