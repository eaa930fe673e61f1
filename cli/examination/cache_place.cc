#include "cli/examination/cache_place.h"

#include <unistd.h>

#include <filesystem>
#include <system_error>

#include "driver/base/file_kind.h"
#include "driver/base/os_user.h"
#include "driver/base/path.h"
#include "sspi_gssapi/waiting_file.h"

namespace negodbc::cli {
namespace {

namespace fs = std::filesystem;

bool may_write(const fs::path& path) {
  return ::access(path.c_str(), W_OK) == 0;
}

CachePlace in_folder(const fs::path& folder) {
  std::error_code ignored;
  if (fs::is_directory(folder, ignored)) return {may_write(folder)};
  if (fs::status(folder, ignored).type() != fs::file_type::not_found) return {false};
  fs::path above = folder;
  while (!above.empty() && above != above.root_path() && !fs::exists(above, ignored))
    above = above.parent_path();
  return {fs::is_directory(above, ignored) && may_write(above), text_of_path(folder)};
}

// What kinit has made, or anybody for it: "primary" and files that begin with "tkt" alone.
bool is_collection_folder(const fs::path& folder) {
  std::error_code failure;
  for (fs::directory_iterator entry(folder, failure), last; !failure && entry != last;
       entry.increment(failure)) {
    const std::string name = text_of_path(entry->path().filename());
    if (name != "primary" && !name.starts_with("tkt")) return false;
  }
  return !failure;
}

CachePlace in_collection(const fs::path& folder) {
  std::error_code ignored;
  if (!fs::is_directory(folder, ignored)) return in_folder(folder);
  return {is_own_file(text_of_path(folder)) && may_write(folder) && is_collection_folder(folder)};
}

CachePlace in_file(const fs::path& file) {
  std::error_code failure;
  const fs::file_status status = fs::status(file, failure);
  // A link that leads nowhere would be followed.
  if (status.type() == fs::file_type::not_found) {
    if (fs::is_symlink(file, failure)) return {false};
    return in_folder(file.has_parent_path() ? file.parent_path() : ".");
  }
  if (status.type() != fs::file_type::regular || !is_own_file(text_of_path(file)) ||
      !may_write(file))
    return {false};
  const bool empty = fs::file_size(file, failure) == 0 && !failure;
  return {empty || fault_of_kind(text_of_path(file), FileKind::ticket_cache).empty()};
}

}  // namespace

CachePlace place_for_kinit(const std::string& name) {
  for (const char* kept_elsewhere : {"KCM:", "KEYRING:"})
    if (name.starts_with(kept_elsewhere)) return {};
  if (name.starts_with("DIR:")) {
    const bool member = name.starts_with("DIR::");
    const fs::path path = name.substr(member ? 5 : 4);
    return in_collection(member ? path.parent_path() : path);
  }
  const std::string_view path = sspi_gssapi::path_of(name);
  if (path.empty()) return {name.empty()};  // of a type that no kinit writes for another program
  return in_file(path);
}

std::string usual_cache() {
  const std::string user = std::to_string(::geteuid());
  const std::string usual = "FILE:/tmp/krb5cc_" + user;
  std::string name = usual;
  constexpr int most = 9;
  for (int number = 2; number <= most && !place_for_kinit(name).good; ++number)
    name = usual + "_" + std::to_string(number);
  return name;
}

}  // namespace negodbc::cli
