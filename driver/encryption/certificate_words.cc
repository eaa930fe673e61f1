#include "driver/encryption/certificate_words.h"

#include "driver/base/utf.h"
#include "driver/wire/server_words.h"

namespace negodbc::encryption {

std::string told_names(const std::vector<std::string>& names) {
  constexpr std::size_t most_names = 3;
  constexpr std::size_t longest = 64;
  if (names.empty()) return ": have one made that holds the name, or use sslmode=verify-ca";
  std::string list;
  for (std::size_t i = 0; i < names.size() && i < most_names; ++i) {
    list += (i == 0 ? "" : ", ") +
            wire::on_one_line(names[i].substr(0, utf8_prefix(names[i], longest)));
    if (names[i].size() > longest) list += "...";
  }
  if (names.size() > most_names) list += ", ...";
  return " but for " + list +
         ": put that name into Server (and an address into hostaddr), or use sslmode=verify-ca";
}

}  // namespace negodbc::encryption
