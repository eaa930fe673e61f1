#!/usr/bin/python3
"""Names of files go through driver/base/path.h: paths_test.py ROOT

Reads every source of driver/ and cli/ that Windows compiles, but for tests, for what would take a name of a file or a
variable in the ANSI code page there. A line that may is named with its reason.
"""
import pathlib
import re
import sys

NARROW = {
    "fopen, getenv": re.compile(r"\b(?:fopen|freopen|getenv|_wgetenv|_wfopen)\("),
    "a stream by a name": re.compile(r"\bstd::[io]?fstream\b(?:\s+\w+)?\((?!path_of\()[^)]"),
    "a path of a text": re.compile(r"\bfilesystem::(?:path\b(?:\s+(?!path_of\b)\w+)?\(|(?:exists|is_\w+|absolute|status|file_size|permissions|"
                                   r"weakly_canonical|canonical|remove|rename)\((?!path_of\(|place\b|file\b|folder\b))"),
    "a text of a path": re.compile(r"\.(?:generic_)?string\(\)"),
    "the ANSI code page": re.compile(r"\b(?:LoadLibrary(?:Ex)?|GetModuleFileName|CreateFile|GetTempPath|GetEnvironmentVariable|"
                                     r"DeleteFile|MoveFile(?:Ex)?|GetFileAttributes(?:Ex)?|CreateProcess|ShellExecute)A?\("),
}
EXCEPTIONS = {
    ("driver/base/path_windows.cc", "fopen, getenv"): "is the way through",
    ("driver/base/os_user_windows.cc", "fopen, getenv"): "a wide name",
}
# Looks at what Windows has not (cli/examination/CMakeLists.txt, driver/base/CMakeLists.txt).
ELSEWHERE = {"cli/examination/cache_step.cc", "cli/examination/configuration_step.cc", "cli/examination/keytab.cc",
             "cli/examination/library_view.cc", "driver/base/environment.h", "driver/base/openssl_calls.cc"}


def is_read(path, name):
    return (path.suffix in (".h", ".cc") and not path.stem.endswith(("_posix", "_test"))
            and not {"testing", "openssl", "posix"} & set(path.parts) and name not in ELSEWHERE)


def findings(root):
    for folder in ("driver", "cli"):
        for path in sorted((root / folder).rglob("*")):
            name = str(path.relative_to(root))
            if not is_read(path, name):
                continue
            for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
                code = line.split("//")[0]
                for what, pattern in NARROW.items():
                    if pattern.search(code) and (name, what) not in EXCEPTIONS:
                        yield f"{name}:{number}: {what}: {line.strip()}"


def main():
    root = pathlib.Path(sys.argv[1])
    wrong = list(findings(root))
    unused = [name for name, _ in EXCEPTIONS if not (root / name).exists()] + [name for name in ELSEWHERE if not (root / name).exists()]
    wrong += [f"{name} is named here and not there" for name in unused]
    # What it must find, or it finds nothing.
    for what, line in (("fopen, getenv", "std::fopen(path.c_str(), mode)"), ("a stream by a name", "std::ifstream in(name);"),
                       ("a path of a text", "std::filesystem::path folder(name);"), ("a text of a path", "return path.string();"),
                       ("the ANSI code page", "LoadLibraryA(name)")):
        if not NARROW[what].search(line):
            wrong.append(f"does not find {what}")
    print("\n".join(wrong) or "every name of a file goes through driver/base/path.h")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
