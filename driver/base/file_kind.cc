#include "driver/base/file_kind.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <string_view>
#include <system_error>

#include "driver/base/file_fault.h"
#include "driver/base/path.h"
#include "driver/base/secret.h"

namespace negodbc {
namespace {

constexpr std::size_t most_that_is_read = std::size_t{64} << 10U;

bool begins_with_version(std::string_view bytes, unsigned char newest) {
  if (bytes.size() < 2 || bytes[0] != 5) return false;
  const auto version = static_cast<unsigned char>(bytes[1]);
  return version >= 1 && version <= newest;
}

constexpr std::string_view begin = "-----BEGIN ";

// Behind certificates, remarks and what else stands before it. Not in a script or a program, which
// may have one among much else and is no less one for it.
bool holds_private_key(std::string_view text) {
  constexpr std::string_view end = "PRIVATE KEY-----";
  if (text.starts_with("#!") || text.find('\0') != std::string_view::npos) return false;
  for (std::size_t at = text.find(begin); at != std::string_view::npos;
       at = text.find(begin, at + begin.size())) {
    const std::string_view line = text.substr(at, text.find_first_of("\r\n", at) - at);
    if (line.ends_with(end)) return true;
  }
  return false;
}

bool is_section_of_kerberos(std::string_view line) {
  constexpr std::array<std::string_view, 11> sections = {
      "[libdefaults]", "[realms]", "[domain_realm]", "[capaths]", "[appdefaults]",     "[logging]",
      "[plugins]",     "[kadmin]", "[kdc]",          "[login]",   "[password_quality]"};
  return std::any_of(sections.begin(), sections.end(),
                     [&](std::string_view section) { return line.starts_with(section); });
}

bool is_kerberos_configuration(std::string_view text) {
  if (text.empty()) return true;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    const std::size_t first = line.find_first_not_of(" \t");
    if (first != std::string_view::npos && is_section_of_kerberos(line.substr(first))) return true;
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return false;
}

// What only holds a key, as a file of a share may have all rights, begins with it.
bool is_executable(const std::filesystem::path& path, std::string_view text) {
  namespace fs = std::filesystem;
  constexpr fs::perms execute =
      fs::perms::owner_exec | fs::perms::group_exec | fs::perms::others_exec;
  std::error_code failure;
  return (fs::status(path, failure).permissions() & execute) != fs::perms::none && !failure &&
         !text.starts_with(begin);
}

std::string fault_of_content(std::string_view bytes, FileKind kind) {
  switch (kind) {
    case FileKind::private_key:
      return holds_private_key(bytes) ? "" : "it holds no private key";
    case FileKind::ticket_cache:
      return begins_with_version(bytes, 4) ? "" : "it is no cache of tickets";
    case FileKind::keytab:
      return begins_with_version(bytes, 2) ? "" : "it is no keytab";
    case FileKind::kerberos_configuration:
      return is_kerberos_configuration(bytes) ? "" : "it is no krb5.conf";
  }
  return {};
}

}  // namespace

std::string fault_of_kind(const std::string& path, FileKind kind) {
  if (std::string fault = fault_of_file(path); !fault.empty()) return fault;
  errno = 0;
  std::ifstream file(path_of(path), std::ios::binary);
  if (!file) return std::generic_category().message(errno != 0 ? errno : EIO);
  std::string bytes(most_that_is_read, '\0');
  file.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  const auto size = static_cast<std::size_t>(file.gcount());
  const std::string_view text(bytes.data(), size);
  std::string fault = fault_of_content(text, kind);
  if (fault.empty() && kind == FileKind::private_key && is_executable(path_of(path), text))
    fault = "it is executable, as programs are";
  wipe(bytes);
  return fault;
}

}  // namespace negodbc
