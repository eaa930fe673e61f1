#include "bench/storm/output_file.h"

#include <fcntl.h>

#include <cerrno>
#include <cstring>
#include <stdexcept>

namespace negodbc::bench {
namespace {

std::runtime_error cannot_write(const std::filesystem::path& path, int error) {
  return std::runtime_error("can't write " + path.string() + ": " + std::strerror(error));
}

// Where a link leads to: it is the file that is replaced, not the link.
std::filesystem::path behind_links(const std::filesystem::path& path) {
  std::error_code error;
  const auto target = std::filesystem::canonical(path, error);
  return error ? path : target;
}

}  // namespace

OutputFile::OutputFile(const std::filesystem::path& path) : path_(behind_links(path)) {
  namespace fs = std::filesystem;
  std::error_code error;
  if (fs::is_directory(path_, error)) throw cannot_write(path, EISDIR);
  int flags = O_WRONLY | O_CLOEXEC;
  if (!fs::exists(path_, error) || fs::is_regular_file(path_, error)) {
    flags |= O_CREAT | O_EXCL;
    unfinished_ = path_;
    unfinished_ += ".unfinished-" + std::to_string(getpid());
  }
  fd_ = FileDescriptor(open((unfinished_.empty() ? path_ : unfinished_).c_str(), flags, 0666));
  if (!fd_) {
    unfinished_.clear();
    throw cannot_write(path, errno);
  }
}

OutputFile::~OutputFile() {
  if (fd_ && !unfinished_.empty()) unlink(unfinished_.c_str());
}

void OutputFile::write(const std::string& content) {
  std::size_t put = 0;
  while (put < content.size()) {
    const ssize_t count = ::write(fd_.get(), content.data() + put, content.size() - put);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) throw cannot_write(path_, errno);
    put += static_cast<std::size_t>(count);
  }
  if (!unfinished_.empty() && rename(unfinished_.c_str(), path_.c_str()) != 0)
    throw cannot_write(path_, errno);
  fd_.reset();
}

}  // namespace negodbc::bench
