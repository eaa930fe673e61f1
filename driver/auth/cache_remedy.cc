#include "driver/auth/cache_remedy.h"

#include <filesystem>
#include <system_error>

#include "driver/base/file_kind.h"
#include "driver/base/os_user.h"
#include "driver/base/path.h"
#include "driver/base/shell_word.h"

namespace negodbc::auth {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view file_type = "FILE:";
constexpr std::string_view mits_type = "KEYRING:";
constexpr char own_cache[] =
    "name a cache of this user's own (CredentialCache, KRB5CCNAME), and run kinit -c with that "
    "name";

// What keeps an ordinary file from being a cache with tickets. kinit replaces what it is told to
// write, so it is told for nothing but what is a cache already, or empty, and this user's own.
std::string fault_of_content(const std::string& path, const fs::file_status& status, bool heimdal,
                             const std::string& kinit) {
  // Format's head, a principal and one ticket take more.
  constexpr std::uintmax_t least = 64;
  std::error_code failure;
  const std::uintmax_t size = fs::file_size(path_of(path), failure);
  if (failure) return {};
  if (size != 0 && !fault_of_kind(path, FileKind::ticket_cache).empty()) {
    return path +
           " holds no tickets, and is no cache: name one by CredentialCache or KRB5CCNAME "
           "(FILE:/path)";
  }
  const bool own = is_own_file(path);
  if (heimdal &&
      (status.permissions() & (fs::perms::group_all | fs::perms::others_all)) != fs::perms::none) {
    return "Others may read or write " + path + ", and Heimdal takes no such cache: " +
           (own ? "chmod 600 " + shell_word(path) : own_cache) + ", or set GssLib=mit";
  }
  if (size == 0) return path + " holds no tickets: " + (own ? kinit : own_cache);
  return size < least ? path + " is cut off: " + (own ? kinit : own_cache) : "";
}

std::string file_remedy(const std::string& path, bool heimdal, bool named) {
  if (path.empty()) {
    return named ? "CredentialCache names no file: leave CredentialCache=FILE: out, or name one "
                   "behind it (FILE:/path)"
                 : "KRB5CCNAME, or default_ccache_name in krb5.conf, names no file behind FILE: "
                   "take it out, or name one (FILE:/path)";
  }
  const fs::path place = path_of(path);
  const std::string kinit = named ? "run kinit -c " + shell_word(path) : "run kinit";
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
  std::string not_allowed = "This user may not read " + path + ": " + own_cache;
  if (failure == std::errc::permission_denied) return not_allowed;
  if (status.type() == fs::file_type::fifo || status.type() == fs::file_type::socket ||
      status.type() == fs::file_type::block || status.type() == fs::file_type::character) {
    return path + " is no ordinary file: name a cache that is one (CredentialCache, KRB5CCNAME)";
  }
  if (status.type() != fs::file_type::regular) return {};
  if (!open_by_name(path, "rb")) return not_allowed;
  return fault_of_content(path, status, heimdal, kinit);
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
