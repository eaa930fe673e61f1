#include "sspi_gssapi/directory_cache.h"

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <vector>

#include "sspi_gssapi/credential_cache.h"

namespace negodbc::sspi_gssapi {
namespace {

constexpr std::string_view kPrefix = "DIR:";
constexpr std::string_view kMemberPrefix = "DIR::";
constexpr std::size_t kMostMembers = 1024;

bool is_of(const GssLibrary& library, const std::string& cache, std::string_view principal) {
  const CacheView view = look_into_cache(library, cache);
  if (view.code != 0) return false;
  const std::string_view whose = view.principal;
  return whose == principal || (principal.find('@') == std::string_view::npos &&
                                whose.substr(0, whose.rfind('@')) == principal);
}

// Members are called tkt or tkt and something (krb5's ccache type DIR).
std::vector<std::string> members_of(std::string_view folder) {
  std::vector<std::string> files;
  std::error_code error;
  for (std::filesystem::directory_iterator at(folder, error), end; !error && at != end;
       at.increment(error)) {
    const std::filesystem::path& file = at->path();
    if (file.filename().string().starts_with("tkt")) files.push_back("FILE:" + file.string());
    if (files.size() == kMostMembers) break;
  }
  std::sort(files.begin(), files.end());
  return files;
}

}  // namespace

bool is_directory_cache(std::string_view name) {
  return name.starts_with(kPrefix);
}

std::optional<std::string> member_of_directory(const GssLibrary& library, std::string_view name,
                                               std::string_view principal) {
  const std::vector<std::string> files =
      name.starts_with(kMemberPrefix)
          ? std::vector{"FILE:" + std::string(name.substr(kMemberPrefix.size()))}
          : members_of(name.substr(kPrefix.size()));
  const auto found = std::find_if(files.begin(), files.end(), [&](const std::string& file) {
    return is_of(library, file, principal);
  });
  return found == files.end() ? std::nullopt : std::optional(*found);
}

}  // namespace negodbc::sspi_gssapi
