#include "sspi_gssapi/configuration_reader.h"

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <system_error>
#include <vector>

#include "negotiate/one_line.h"
#include "sspi_gssapi/environment.h"
#include "sspi_gssapi/waiting_file.h"

namespace negodbc::sspi_gssapi {
namespace {

constexpr std::size_t kMostConfigurationFiles = 64;
constexpr std::size_t kMostConfigurationLines = 100000;  // of a file
constexpr std::uintmax_t kLargestConfiguration = std::uintmax_t{64} << 20u;

// The names that both libraries take from a folder.
bool is_included_name(std::string_view name) {
  if (name.starts_with('.')) return false;
  if (name.ends_with(".conf")) return true;
  return std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_';
  });
}

// Without opening it; 0: it can be opened.
int error_before_opening(const std::string& path) {
  if (is_waiting_file(path.c_str())) return kPipeOrDevice;
  std::error_code unknown;
  if (std::filesystem::is_directory(path, unknown)) return EISDIR;
  const std::uintmax_t size = std::filesystem::file_size(path, unknown);
  return !unknown && size > kLargestConfiguration ? EFBIG : 0;
}

}  // namespace

std::string reading_error(int error) {
  return error == kPipeOrDevice ? kWaitingFile : std::generic_category().message(error);
}

std::string unreadable(const std::string& path, int error) {
  return auth::one_line(path) + " can't be read: " + reading_error(error);
}

std::string_view without_space(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\f\v";
  const auto begin = text.find_first_not_of(kSpace);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kSpace) - begin + 1);
}

std::string_view behind_word(std::string_view line, std::string_view word) {
  if (!line.starts_with(word) || line.size() <= word.size()) return {};
  const char next = line[word.size()];
  return next == ' ' || next == '\t' ? without_space(line.substr(word.size())) : std::string_view();
}

bool ConfigurationReader::first_time(const std::string& path) {
  return seen_.size() < kMostConfigurationFiles && seen_.insert(path).second;
}

void ConfigurationReader::read() {
  const char* const given = trusted_variable("KRB5_CONFIG");
  if (given == nullptr || *given == '\0') {
    if (const char* home = trusted_variable("HOME")) {
      read_file(std::string(home) + "/.krb5/config", ConfigurationOrigin::kHeimdalUser);
    }
    read_file("/etc/krb5.conf", ConfigurationOrigin::kSystem);
    return;
  }
  for (std::string_view list = given; !list.empty();) {
    const std::size_t end = std::min(list.find(':'), list.size());
    if (end != 0) read_file(std::string(list.substr(0, end)), ConfigurationOrigin::kNamed);
    list.remove_prefix(std::min(end + 1, list.size()));
  }
}

void ConfigurationReader::read_file(const std::string& path, ConfigurationOrigin origin) {
  if (done() || !first_time(path)) return;
  int error = error_before_opening(path);
  std::ifstream file;
  if (error == 0) {
    errno = 0;
    file.open(path);
    if (!file) error = errno != 0 ? errno : EIO;
  }
  begin(path, origin, error);
  if (error != 0) return;
  std::size_t number = 0;
  for (std::string text; number < kMostConfigurationLines && std::getline(file, text);) {
    ++number;
    const std::string_view trimmed = without_space(text);
    if (const std::string_view other = behind_word(trimmed, "include"); !other.empty()) {
      read_file(std::string(other), ConfigurationOrigin::kIncluded);
    } else if (const std::string_view folder = behind_word(trimmed, "includedir");
               !folder.empty()) {
      read_folder(std::string(folder));
    }
    if (done()) return;
    line(trimmed, number);
    if (done()) return;
  }
  end(number);
}

void ConfigurationReader::read_folder(const std::string& path) {
  if (done() || !first_time(path)) return;
  std::error_code error;
  std::vector<std::string> files;
  for (std::filesystem::directory_iterator entry(path, error), last; !error && entry != last;
       entry.increment(error)) {
    const std::filesystem::path& file = entry->path();
    if (is_included_name(file.filename().string())) files.push_back(file.string());
    if (files.size() == kMostConfigurationFiles) break;
  }
  folder(path, error.value());
  std::sort(files.begin(), files.end());
  for (const std::string& file : files) read_file(file, ConfigurationOrigin::kIncluded);
}

}  // namespace negodbc::sspi_gssapi
