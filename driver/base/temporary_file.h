// A file without a name, for what must not stay in memory.
#pragma once

#include <cstdio>
#include <memory>

namespace negodbc {

struct CloseFile {
  void operator()(std::FILE* file) const { std::fclose(file); }
};
using TemporaryFile = std::unique_ptr<std::FILE, CloseFile>;

// The environment variable that names the directory: TMPDIR, on Windows TMP.
extern const char temporary_directory_variable[];

// Opened for reading and writing, unbuffered, in the directory that the variable names, else the
// system's; gone when closed, also when the process dies. Throws Error HY000 with the reason and
// what to do.
TemporaryFile open_temporary_file();

}  // namespace negodbc
