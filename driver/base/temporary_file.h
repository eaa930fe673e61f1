// A file without a name, for what must not stay in memory.
#pragma once

#include <cstdio>
#include <memory>

namespace negodbc {

struct CloseFile {
  void operator()(std::FILE* file) const { std::fclose(file); }
};
using TemporaryFile = std::unique_ptr<std::FILE, CloseFile>;

// Opened for reading and writing, unbuffered, in the directory TMPDIR names, else /tmp; gone when
// closed, also when the process dies. Throws Error HY000 with the reason and what to do.
TemporaryFile open_temporary_file();

}  // namespace negodbc
