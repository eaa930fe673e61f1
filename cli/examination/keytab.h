// What a keytab holds, read by its format, so that no library need be there and no key is kept:
// MIT's "The Kerberos keytab binary file format", version 2.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace negodbc::cli {

struct KeytabEntry {
  std::string principal;  // with its realm
  std::uint32_t key_version = 0;
  int encryption_type = 0;
  bool short_version = false;  // of 8 bits: a ticket's may have more
};

struct Keytab {
  std::vector<KeytabEntry> entries;
  std::string fault;  // why there are none, or not all; "": nothing is wrong
};

Keytab parse_keytab(std::string_view bytes);

// `name`: a path, also with FILE: or WRFILE: before it. Reads 16 MiB at most.
Keytab read_keytab(const std::string& name);

}  // namespace negodbc::cli
