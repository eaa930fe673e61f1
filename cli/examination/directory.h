// What Active Directory knows of a service's name (SPN): which accounts have it. The directory is
// asked through a class that tests script.
//
// Source: RFC 4511 and 4515; learn.microsoft.com, "setspn", "userAccountControl",
// "msDS-SupportedEncryptionTypes".
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cli/report.h"
#include "driver/base/deadline.h"

namespace negodbc::cli {

struct DirectoryEntry {
  std::string name;  // distinguished
  std::vector<std::pair<std::string, std::string>> values;
  // The first of an attribute; "": there is none.
  [[nodiscard]] std::string value(std::string_view attribute) const;
};

// A connection to a domain controller, as who runs this program.
class Directory {
 public:
  enum class Reach : std::uint8_t { entry, below };
  Directory() = default;
  Directory(const Directory&) = delete;
  Directory& operator=(const Directory&) = delete;
  virtual ~Directory() = default;
  // At most a few entries. Throws Error 08001 with the server's words.
  virtual std::vector<DirectoryEntry> search(const std::string& base, Reach reach,
                                             const std::string& filter,
                                             const std::vector<std::string>& attributes) = 0;
};

// Throws Error 08001: there is none, or it does not let this user in. `time`: what each of its
// answers may take.
using DirectoryOpener = std::unique_ptr<Directory> (*)(std::chrono::milliseconds time);
// The domain of who runs this program. On Windows only.
std::unique_ptr<Directory> open_directory(std::chrono::milliseconds time);
// A server that is named, asked as nobody: for tests of Windows' LDAP client.
std::unique_ptr<Directory> open_directory_at(const std::string& server, std::uint16_t port,
                                             std::chrono::milliseconds time);

// As a value in a filter.
std::string in_filter(std::string_view text);

// Who has `spn` ("postgres/host", without a realm), and what is to be done. `has_ticket`: a KDC has
// given one for it. It comes back by the deadline, and lets go of a directory that does not answer.
Finding told_directory(DirectoryOpener open, const std::string& spn, bool has_ticket,
                       Deadline deadline);

}  // namespace negodbc::cli
