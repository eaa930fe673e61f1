#include "negotiate/target_name.h"

#include <algorithm>

namespace negodbc::auth {

std::string compose_target(const std::string& service, const std::string& host,
                           const std::string& realm) {
  std::string target = service + "/" + host;
  // Whoever writes a host's full name with its last dot means the host of that name.
  if (host.size() > 1 && host.back() == '.') target.pop_back();
  if (!realm.empty()) target += "@" + realm;
  return target;
}

std::string fault_of_target(const std::string& target) {
  constexpr std::size_t kMaxTarget = 1024;
  if (target.size() > kMaxTarget) return "the target name is longer than 1024 bytes";
  const bool printable = std::all_of(target.begin(), target.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte > 0x20 && byte != 0x7F;
  });
  if (!printable) return "the target name has a space or a control character in it";
  const std::size_t slash = target.find('/');
  const std::size_t at = target.find('@');
  const std::size_t end = at == std::string::npos ? target.size() : at;
  if (end == 0 || slash == 0 || (slash != std::string::npos && slash > end)) {
    return "the target name is not of the form service/host[@REALM] or name[@REALM]";
  }
  if (slash != std::string::npos && end == slash + 1) return "the target name has no host";
  if (at != std::string::npos && at + 1 == target.size()) return "the target name's realm is empty";
  if (at != std::string::npos && target.find('@', at + 1) != std::string::npos) {
    return "the target name has more than one @";
  }
  return "";
}

}  // namespace negodbc::auth
