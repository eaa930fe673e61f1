#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <string>

#include "driver/base/error.h"
#include "driver/base/temporary_file.h"

namespace negodbc {

const char temporary_directory_variable[] = "TMPDIR";

TemporaryFile open_temporary_file() {
  const char* directory = std::getenv(temporary_directory_variable);
  std::string path(directory != nullptr && *directory != '\0' ? directory : "/tmp");
  path += "/negodbc-XXXXXX";
  const int descriptor = mkostemp(path.data(), O_CLOEXEC);
  if (descriptor < 0) {
    throw Error("HY000", "cannot make a temporary file " + path + " for the rest of a result: " +
                             std::strerror(errno) + "; name a writable directory in TMPDIR");
  }
  unlink(path.c_str());
  TemporaryFile file(fdopen(descriptor, "w+b"));
  if (!file) {
    close(descriptor);
    throw Error("HY001", "out of memory for a temporary file");
  }
  std::setvbuf(file.get(), nullptr, _IONBF, 0);
  return file;
}

}  // namespace negodbc
