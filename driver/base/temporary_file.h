// A file without a name, for what must not stay in memory.
#pragma once

#include <cstdio>
#include <memory>
#include <string_view>

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

// Writes all of it, where the file stands. False when that cannot be done, with the reason in
// errno: also at a limit of the process's (EFBIG), whose signal does not come.
bool write_to(std::FILE* file, std::string_view bytes);

}  // namespace negodbc
