#!/usr/bin/python3
"""compare_tests.py BIN WINDOWS_BIN PREFIX: whether the tests that need no server are the same on both systems.

Lists the tests of every program that is in both folders; a test that only one has is an error unless it is named here.
"""
import fnmatch
import pathlib
import subprocess
import sys

# What one system has and the other has not, and why.
EXCEPTIONS = {
    ("api_outcomes_realm_test", "FileSizeLimit.IsAnErrorOfTheStatement"): "Windows has no fork() and no such limit",
    ("api_outcomes_realm_test", "Fork.TheConnectionStaysTheParents"): "Windows has no fork()",
    ("api_outcomes_realm_test", "WithoutRoom.AResultLosesNoRow"): "takes a folder of /proc for one without room",
    ("api_login_realm_test", "SupportLog.*"): "asks for the ticket's cache and library, which Windows does not name",
    ("api_session_realm_test", "Streams/LostConnection.*"): "Wine's WSAPoll tells of the end after the last words",
    ("api_wiped_text_test", "WipedText.OfWindowsWideTexts"): "Windows' wide texts",
    ("base_test", "CallMutex.IsFreeInAChild"): "Windows has no fork()",
    ("base_test", "Environment.IsNotItsCallersInASetUserIdProgram"): "Windows has no set-user-ID programs",
    ("base_test", "FileFault.IsToldWithoutOpeningTheFile"): "Windows' pipes and devices are no files",
    ("base_test", "FileFault.NoneOfWhatCanBeReadOrIsNotThere"): "Windows' pipes and devices are no files",
    ("base_test", "FileFault.OfSizeBeyondTheLargest"): "Windows' pipes and devices are no files",
    ("base_test", "FileKindTest.*"): "pipes, modes and other users' files, of which nothing is told there",
    ("base_test", "LruMap.OutlivesAForkInTheMidstOfACall"): "Windows has no fork()",
    ("base_test", "ShellWord.*"): "each system's shell",
    ("cli_domain_test", "WindowsDirectory.*"): "Windows' LDAP client",
    ("dsn_test", "IniFile.*"): "odbc.ini is a file on Linux, and written in processes of fork()",
    ("dsn_test", "IniWriters.*"): "odbc.ini is a file on Linux, and leases are Linux's",
    ("dsn_test", "IniOracle.*"): "asks unixODBC's libodbcinst",
    ("log_test", "LogOnWindows.*"): "Windows' lists of rights",
    ("log_test", "LogOwner.*"): "Windows' accounts",
    ("log_test", "LogFile.*"): "modes, links, other users' files; a file in use cannot be taken away on Windows",
    ("login_test", "Connector.ComesByUnixSocket"): "no Unix-domain sockets on Windows",
    ("login_test", "Resolve.TakesPathsAsTheyAre"): "no Unix-domain sockets on Windows",
    ("login_test", "Session.NoticesADeadServerThoughBytesArePending"): "Wine's WSAPoll tells of the end after them",
    ("login_test", "SocketTransport.ExpectsNoLongerThanItMay"): "Winsock has no SO_RCVLOWAT",
    ("login_test", "SocketTransport.IsNotWokenByLessThanItExpects"): "Winsock has no SO_RCVLOWAT",
    ("login_test", "SocketTransport.LosesNothingWhenItWasWrongToExpectMore"): "Winsock has no SO_RCVLOWAT",
    ("encryption_test", "CertificateNames.FollowRfc6125"): "OpenSSL's",
    ("encryption_test", "ChannelBinding.UsesTheSignaturesDigest"): "OpenSSL's",
}
RUN = pathlib.Path(__file__).with_name("run")


def tests_of(command):
    said = subprocess.run([*command, "--gtest_list_tests"], capture_output=True, text=True, check=True).stdout
    names, suite = set(), ""
    for line in said.splitlines():
        name = line.split("#")[0].rstrip()
        if line.startswith("  "):
            names.add(suite + name.strip())
        elif name.endswith("."):
            suite = name
    return names


def reason_of(program, test):
    """Why a test may be on one system only; None when it may not."""
    return next((reason for (where, pattern), reason in EXCEPTIONS.items()
                 if where == program and fnmatch.fnmatchcase(test, pattern)), None)


def main():
    linux, windows, prefix = (pathlib.Path(argument).resolve() for argument in sys.argv[1:])
    wrong, compared = 0, 0
    for program in sorted(windows.glob("*_test.exe")):
        other = linux / program.stem
        if not other.exists():
            continue
        compared += 1
        here, there = tests_of([other]), tests_of([RUN, prefix, program])
        print(f"{program.stem:28} {len(here):4} on Linux, {len(there):4} on Windows")
        for name in sorted(here ^ there):
            reason = reason_of(program.stem, name)
            wrong += reason is None
            print(f"    {name}: {reason or 'on one system only, and not named as an exception'}")
    return 1 if wrong or not compared else 0


if __name__ == "__main__":
    sys.exit(main())
