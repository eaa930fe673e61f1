#include "negotiate/target_name.h"

#include <algorithm>

namespace negodbc::auth {

std::string compose_target(const std::string& service, const std::string& host,
                           const std::string& realm) {
  std::string target = service + "/" + host;
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
  if (slash == std::string::npos || slash == 0 || (at != std::string::npos && at < slash)) {
    return "the target name is not of the form service/host[@REALM]";
  }
  const std::size_t host_end = at == std::string::npos ? target.size() : at;
  if (host_end == slash + 1) return "the target name has no host";
  if (at != std::string::npos && at + 1 == target.size()) return "the target name's realm is empty";
  if (at != std::string::npos && target.find('@', at + 1) != std::string::npos) {
    return "the target name has more than one @";
  }
  return "";
}

}  // namespace negodbc::auth
