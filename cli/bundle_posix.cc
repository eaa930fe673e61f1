#include <fcntl.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <fstream>
#include <sstream>
#include <system_error>

#include "cli/bundle.h"
#include "cli/examination/kerberos_configuration.h"
#include "driver/base/error.h"
#include "driver/base/file_kind.h"
#include "driver/base/temporary_file.h"

namespace negodbc::cli {
namespace {

constexpr std::size_t most_of_a_file = std::size_t{256} << 10U;

std::string beginning_of(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::string text(most_of_a_file, '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(in.gcount()));
  return text;
}

[[noreturn]] void can_not_write(const std::string& file, int error) {
  throw Error("HY000", file + " can't be written: " + std::generic_category().message(error));
}

}  // namespace

std::string system_name() {
  utsname name = {};
  if (uname(&name) != 0) return {};
  std::string text = std::string(name.sysname) + " " + name.release + " " + name.machine;
  std::ifstream release("/etc/os-release");
  for (std::string line; std::getline(release, line);) {
    constexpr std::string_view word = "PRETTY_NAME=";
    if (line.starts_with(word)) text += ", " + line.substr(word.size());
  }
  return text;
}

// KRB5_CONFIG and include lines may name what holds secrets: it is not copied.
std::vector<SystemFile> files_for_support() {
  std::vector<SystemFile> files;
  for (const ConfigurationFile& file : read_kerberos_configuration().files)
    if (file.fault.empty() && fault_of_kind(file.path, FileKind::kerberos_configuration).empty())
      files.push_back({file.path, beginning_of(file.path)});
  return files;
}

void write_private_file(const std::string& file, const std::string& text) {
  struct stat there {};
  if (lstat(file.c_str(), &there) == 0 && !S_ISREG(there.st_mode) && !S_ISLNK(there.st_mode))
    can_not_write(file, EEXIST);  // a device or a folder is nothing to be replaced
  // Nor is a name of one, as /dev/stdout is.
  if (stat(file.c_str(), &there) == 0 && !S_ISREG(there.st_mode)) can_not_write(file, EEXIST);
  // Beside it, then in its place: a link that lies there is replaced and not followed.
  const std::string made = file + ".new-" + std::to_string(getpid());
  const int descriptor =
      open(made.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, S_IRUSR | S_IWUSR);
  if (descriptor < 0) can_not_write(file, errno);
  std::FILE* const open_one = fdopen(descriptor, "wb");
  int error = 0;
  if (open_one == nullptr) {
    error = errno;
    close(descriptor);
  } else {
    if (!write_to(open_one, text)) error = errno;
    if (std::fclose(open_one) != 0 && error == 0) error = errno;
  }
  if (error == 0 && std::rename(made.c_str(), file.c_str()) != 0) error = errno;
  if (error == 0) return;
  unlink(made.c_str());
  can_not_write(file, error);
}

}  // namespace negodbc::cli
