#include "sspi_gssapi/configuration_fault.h"

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <set>
#include <system_error>
#include <utility>
#include <vector>

#include "sspi_gssapi/environment.h"
#include "sspi_gssapi/error_text.h"

namespace negodbc::sspi_gssapi {
namespace {

constexpr std::size_t kMostFilesRead = 64;
constexpr std::size_t kMostLines = 100000;

std::string_view trimmed(std::string_view text) {
  const auto begin = text.find_first_not_of(" \t\r\f\v");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t\r\f\v") - begin + 1);
}

// What stands behind a word and a space; "" when the line does not begin so.
std::string_view behind(std::string_view line, std::string_view word) {
  if (!line.starts_with(word) || line.size() <= word.size()) return {};
  const char next = line[word.size()];
  return next == ' ' || next == '\t' ? trimmed(line.substr(word.size())) : std::string_view();
}

// As both libraries choose among a folder's files.
bool is_included(const std::string& name) {
  const auto plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_';
  };
  return std::all_of(name.begin(), name.end(), plain) ||
         (name.ends_with(".conf") && !name.starts_with('.'));
}

class Files {
 public:
  // The first fault of a file and of what it includes; `must` when its absence is one.
  std::string fault_of(const std::string& path, bool must) {
    if (seen_.size() >= kMostFilesRead || !seen_.insert(path).second) return "";
    errno = 0;
    std::ifstream file(path);
    if (!file) return must || errno != ENOENT ? unreadable(path, errno) : "";
    std::error_code error;
    if (std::filesystem::is_directory(path, error)) return unreadable(path, EISDIR);
    ConfigurationGrammar grammar;
    std::size_t number = 0;
    for (std::string text; number < kMostLines && std::getline(file, text);) {
      ++number;
      const std::string_view line = trimmed(text);
      if (std::string fault = fault_of_inclusion(line); !fault.empty()) return fault;
      if (const std::string_view fault = grammar.line(line); !fault.empty()) {
        return at(path, number, fault);
      }
    }
    const std::string_view fault = grammar.end();
    return fault.empty() ? "" : at(path, number, fault);
  }

 private:
  static std::string unreadable(const std::string& path, int code) {
    return one_line(path) + " can't be read: " + std::generic_category().message(code);
  }
  static std::string at(const std::string& path, std::size_t number, std::string_view fault) {
    return one_line(path) + ", line " + std::to_string(number) + ": " + std::string(fault);
  }

  std::string fault_of_inclusion(std::string_view line) {
    if (const std::string_view file = behind(line, "include"); !file.empty()) {
      return fault_of(std::string(file), true);
    }
    const std::string_view folder = behind(line, "includedir");
    if (folder.empty()) return "";
    std::error_code error;
    std::vector<std::string> paths;
    for (std::filesystem::directory_iterator entry(folder, error), end; !error && entry != end;
         entry.increment(error)) {
      const std::filesystem::path& path = entry->path();
      if (is_included(path.filename().string())) paths.push_back(path.string());
      if (paths.size() == kMostFilesRead) break;
    }
    if (error) return unreadable(std::string(folder), error.value());
    std::sort(paths.begin(), paths.end());
    for (const std::string& path : paths) {
      if (std::string fault = fault_of(path, true); !fault.empty()) return fault;
    }
    return "";
  }

  std::set<std::string> seen_;
};

}  // namespace

std::string_view ConfigurationGrammar::line(std::string_view text) {
  text = trimmed(text);
  if (text.empty() || text.front() == '#' || text.front() == ';') return "";
  if (std::exchange(value_due_, false) && text == "{") {
    ++depth_;
    return "";
  }
  if (text.front() == '[') {
    if (depth_ != 0) return "a section begins before the last { is closed";
    in_section_ = true;
    return text.find(']') == std::string_view::npos ? "a section's name has no ]" : "";
  }
  if (text.front() == '}') {
    if (depth_ == 0) return "a } closes nothing";
    --depth_;
    return "";
  }
  for (const std::string_view word : {"include", "includedir", "module"}) {
    if (depth_ == 0 && !behind(text, word).empty()) return "";
  }
  return relation(text);
}

std::string_view ConfigurationGrammar::relation(std::string_view text) {
  const std::size_t equals = text.find('=');
  if (equals == std::string_view::npos) return "a name has no = behind it";
  if (trimmed(text.substr(0, equals)).empty()) return "there is no name before the =";
  if (!in_section_) return "it belongs to no section: no [name] comes before it";
  const std::string_view value = trimmed(text.substr(equals + 1));
  if (value == "{") ++depth_;
  value_due_ = value.empty();
  if (value.starts_with('"') && value.find('"', 1) == std::string_view::npos) {
    return "a quotation has no end";
  }
  return "";
}

std::string_view ConfigurationGrammar::end() const {
  return depth_ == 0 ? "" : "the file ends before the last { is closed";
}

std::string configuration_fault() {
  const char* given = trusted_variable("KRB5_CONFIG");
  Files files;
  if (given == nullptr || *given == '\0') return files.fault_of("/etc/krb5.conf", false);
  std::string missing;
  bool found = false;
  for (std::string_view list = given; !list.empty();) {
    const std::size_t end = std::min(list.find(':'), list.size());
    const std::string path(list.substr(0, end));
    list.remove_prefix(std::min(end + 1, list.size()));
    if (path.empty()) continue;
    std::error_code error;
    // One of several may be missing.
    if (!std::filesystem::exists(path, error) && !error) {
      if (missing.empty()) missing = files.fault_of(path, true);
      continue;
    }
    found = true;
    if (std::string fault = files.fault_of(path, true); !fault.empty()) return fault;
  }
  return found ? "" : missing;
}

}  // namespace negodbc::sspi_gssapi
