// The file of DiagnosisLog: one line of JSON for each session of the authentication plugin.
#pragma once

#include <string>
#include <string_view>

#include "driver/base/path.h"
#include "driver/net/host.h"

namespace negodbc::auth {

class DiagnosisLog {
 public:
  // Opens the file to be added to, readable by its owner only when it is made; no path: no log.
  // Throws LoginError 08001 with the path and the reason.
  explicit DiagnosisLog(const std::string& path);

  // Whether a write would still add something: a record costs more than a token.
  [[nodiscard]] bool is_open() const { return file_ != nullptr; }

  // Adds {"time":...,"host":...,"purpose":...,"record":...} as a whole, once; later calls do
  // nothing. `record` is the plugin's JSON. What cannot be written is lost: no login fails for it.
  void write(const net::Host& host, std::string_view purpose, std::string_view record) noexcept;

 private:
  OpenFile file_;
};

}  // namespace negodbc::auth
