// What a file holds that a setting or the environment names, and whose it is. Names can lead
// anywhere, by mistake or by somebody's intent: a text that has a file changed or moved (chmod, mv,
// kinit, ktadd) is told only of a file that is what it was taken for, and this user's own
// (os_user.h: is_own_file).
#pragma once

#include <cstdint>
#include <string>

namespace negodbc {

enum class FileKind : std::uint8_t {
  private_key,             // PEM, and no script or program that has one in it
  ticket_cache,            // 5 and 1 to 4
  keytab,                  // 5 and 1 or 2
  kerberos_configuration,  // krb5.conf: a section that libraries know, or nothing at all
};

// "it is a folder" and what else fault_of_file() tells, "Permission denied" and what else keeps it
// from being read, "it is no keytab". "" of an ordinary file of this kind, by how it begins. Reads
// 64 KiB at most. `path`: UTF-8. Any thread; throws std::bad_alloc only.
std::string fault_of_kind(const std::string& path, FileKind kind);

}  // namespace negodbc
