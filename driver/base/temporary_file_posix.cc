#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>

#include "driver/base/environment.h"
#include "driver/base/error.h"
#include "driver/base/temporary_file.h"

namespace negodbc {

const char temporary_directory_variable[] = "TMPDIR";

TemporaryFile open_temporary_file() {
  const char* directory = trusted_variable(temporary_directory_variable);
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

// A process that does not know of the file must not be killed for its size.
bool write_to(std::FILE* file, std::string_view bytes) {
  sigset_t signal;
  sigset_t before;
  sigset_t pending;
  sigemptyset(&signal);
  sigaddset(&signal, SIGXFSZ);
  pthread_sigmask(SIG_BLOCK, &signal, &before);
  sigpending(&pending);
  const bool was_pending = sigismember(&pending, SIGXFSZ) == 1;
  const bool written =
      std::fwrite(bytes.data(), 1, bytes.size(), file) == bytes.size() && std::fflush(file) == 0;
  const int error = errno;
  if (!written && error == EFBIG && !was_pending) {
    const timespec no_time = {};
    (void)sigtimedwait(&signal, nullptr, &no_time);
  }
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  errno = error;
  return written;
}

}  // namespace negodbc
