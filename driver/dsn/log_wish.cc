#include "driver/dsn/log_wish.h"

#include <algorithm>
#include <filesystem>
#include <optional>
#include <system_error>

#include "driver/base/error.h"
#include "driver/base/os_user.h"
#include "driver/base/path.h"
#include "driver/base/process.h"
#include "driver/base/utf.h"

namespace negodbc::dsn {
namespace {

constexpr const char* level_variable = "NEGODBC_LOG_LEVEL";

log::Level level_named(const std::string& name) {
  const auto& choices = keyword(Key::log_level).choices;
  const auto found = std::find(choices.begin(), choices.end(), ascii_lower(name));
  if (found != choices.end()) return static_cast<log::Level>(found - choices.begin());
  throw Error("01000", std::string(level_variable) + "=" + name +
                           " is none of errors, logins, statements, values: no log is written");
}

// psqlodbc reads a number; others write words.
bool is_on(std::string_view value) {
  constexpr std::string_view off[] = {"", "0", "no", "n", "off", "false", "f"};
  return std::find(std::begin(off), std::end(off), ascii_lower(value)) == std::end(off);
}

std::string path_without_name(const Settings& settings) {
  std::filesystem::path folder = path_of(settings.get(Key::log_folder));
  std::error_code failure;
  if (folder.empty()) folder = std::filesystem::temp_directory_path(failure);
  const std::string name =
      "negodbc_" + os_user_name() + "_" + std::to_string(process_number()) + ".log";
  return text_of_path(folder / path_of(name));
}

}  // namespace

LogWish log_wish(const Settings& settings) {
  LogWish wish;
  wish.path = settings.get(Key::log_file);
  if (wish.path.empty()) wish.path = log::variable("NEGODBC_LOG").value_or("");
  if (wish.path.empty() && (is_on(settings.get(Key::debug)) || is_on(settings.get(Key::comm_log))))
    wish.path = path_without_name(settings);
  if (wish.path == log::null_device) wish.path.clear();
  const std::optional<std::string> level = log::variable(level_variable);
  if (settings.has(Key::log_level) || !level) {
    wish.level = static_cast<log::Level>(settings.choice(Key::log_level));
  } else if (!wish.path.empty()) {
    wish.level = level_named(*level);
  }
  return wish;
}

}  // namespace negodbc::dsn
