#include "driver/auth/diagnosis_log.h"

#include <cerrno>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <system_error>
#include <utility>

#include "driver/base/path.h"
#include "driver/base/utc_time.h"
#include "driver/net/login_error.h"

namespace negodbc::auth {

DiagnosisLog::DiagnosisLog(const std::string& path) {
  if (path.empty()) return;
  const auto refuse = [&](const std::string& why) {
    throw net::LoginError("08001", "DiagnosisLog=" + path + " can't be written: " + why +
                                       "; name a file that this user can write");
  };
  std::error_code failure;
  // A pipe that nobody reads would keep the login waiting.
  const std::filesystem::path file = path_of(path);
  if (std::filesystem::is_fifo(file, failure)) refuse("it is a pipe");
  const bool is_new = !std::filesystem::exists(file, failure);
  file_ = open_by_name(path, "ab");
  if (!file_) refuse(std::generic_category().message(errno));
  using std::filesystem::perms;
  if (is_new) std::filesystem::permissions(file, perms::owner_read | perms::owner_write, failure);
}

void DiagnosisLog::write(const net::Host& host, std::string_view purpose,
                         std::string_view record) noexcept {
  const auto file = std::move(file_);
  if (!file) return;
  try {
    using Json = nlohmann::ordered_json;
    // Any plugin's: what is no JSON stands as a text.
    Json parsed = Json::parse(record, nullptr, false);
    if (parsed.is_discarded()) parsed = std::string(record);
    const Json entry = {{"time", utc_now(0)},
                        {"host", host_and_port(host)},
                        {"purpose", purpose},
                        {"record", parsed}};
    std::string line = entry.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
    // Written as one, so that the lines of several processes do not mix.
    (void)std::setvbuf(file.get(), nullptr, _IOFBF, line.size() + 1);
    (void)std::fwrite(line.data(), 1, line.size(), file.get());
  } catch (const std::exception&) {  // out of memory
  }
}

}  // namespace negodbc::auth
