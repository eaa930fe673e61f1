#include "driver/auth/cache_remedy.h"

#include <array>
#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <system_error>
#include <utility>

#include "driver/base/path.h"

namespace negodbc::auth {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view file_type = "FILE:";
constexpr std::string_view mits_type = "KEYRING:";

// Every version of the format begins with 5 and its number, 1 to 4.
bool begins_as_cache(std::FILE* file) {
  std::array<unsigned char, 2> head = {};
  return std::fread(head.data(), 1, head.size(), file) == head.size() && head[0] == 5 &&
         head[1] >= 1 && head[1] <= 4;
}

bool ends_early(const fs::path& path) {
  // Format's head, a principal and one ticket take more.
  constexpr std::uintmax_t least = 64;
  std::error_code failure;
  const std::uintmax_t size = fs::file_size(path, failure);
  return !failure && size < least;
}

std::string file_remedy(const std::string& path, bool heimdal, bool named) {
  const fs::path place = path_of(path);
  const std::string kinit = named ? "run kinit -c " + path : "run kinit";
  std::error_code failure;
  const fs::path folder = place.parent_path();
  if (!folder.empty() && fs::status(folder, failure).type() == fs::file_type::not_found) {
    return "There is no folder " + text_of_path(folder) +
           ": name a cache in one that is there (CredentialCache, KRB5CCNAME), and run kinit -c "
           "with that name";
  }
  const fs::file_status status = fs::status(place, failure);
  if (status.type() == fs::file_type::not_found)
    return named ? "CredentialCache names a file that is not there: " + kinit : "";
  if (status.type() == fs::file_type::directory)
    return path + " is a folder: name a file by CredentialCache, or DIR:" + path;
  std::string not_allowed =
      "This user may not read " + path +
      ": name a cache of its own (CredentialCache, KRB5CCNAME), or run kinit as the user that the "
      "program runs as";
  if (failure == std::errc::permission_denied) return not_allowed;
  if (status.type() == fs::file_type::fifo || status.type() == fs::file_type::socket ||
      status.type() == fs::file_type::block || status.type() == fs::file_type::character) {
    return path + " is no ordinary file: name a cache that is one (CredentialCache, KRB5CCNAME)";
  }
  if (status.type() != fs::file_type::regular) return {};
  const OpenFile file = open_by_name(path, "rb");
  if (!file) return errno == EACCES || errno == EPERM ? std::move(not_allowed) : "";
  if (heimdal &&
      (status.permissions() & (fs::perms::group_all | fs::perms::others_all)) != fs::perms::none) {
    return "Others may read or write " + path + ", and Heimdal takes no such cache: chmod 600 " +
           path + ", or set GssLib=mit";
  }
  if (!begins_as_cache(file.get())) return path + " holds no tickets: " + kinit;
  return ends_early(place) ? path + " is cut off: " + kinit : "";
}

}  // namespace

std::string remedy_for_cache(std::string_view source, std::string_view library, bool named) {
  const bool heimdal = library.starts_with("heimdal");
  if (heimdal && source.starts_with(mits_type)) {
    return "Heimdal's library can't use a cache of the type KEYRING: set GssLib=mit, or name a "
           "FILE: cache by CredentialCache";
  }
  if (source.starts_with(file_type))
    return file_remedy(std::string(source.substr(file_type.size())), heimdal, named);
  return source.starts_with("/") ? file_remedy(std::string(source), heimdal, named) : "";
}

}  // namespace negodbc::auth
