#include "bench/storm/target_spec.h"

#include <algorithm>
#include <regex>
#include <stdexcept>

#include "bench/storm/client.h"

namespace negodbc::bench {
namespace {

std::pair<std::string, std::string> split(const std::string& text, char at, const char* wanted) {
  const auto position = text.find(at);
  if (position == std::string::npos || position == 0 || position + 1 == text.size()) {
    throw std::runtime_error(std::string(wanted) + " is wanted");
  }
  return {text.substr(0, position), text.substr(position + 1)};
}

}  // namespace

std::vector<TargetSpec> parse_targets(const std::vector<std::string>& targets,
                                      const std::vector<std::string>& caches) {
  std::vector<TargetSpec> specs;
  const auto find = [&](const std::string& name) {
    return std::find_if(specs.begin(), specs.end(),
                        [&](const TargetSpec& spec) { return spec.name == name; });
  };
  for (const auto& text : targets) {
    const auto [name, rest] = split(text, '=', "--target NAME=KIND:CONNECTION");
    const auto [kind, connection] = split(rest, ':', "--target NAME=KIND:CONNECTION");
    const auto kinds = target_kinds();
    if (std::find(kinds.begin(), kinds.end(), kind) == kinds.end()) {
      throw std::runtime_error("there is no kind of target called " + kind);
    }
    auto spec = find(name);
    if (spec == specs.end()) spec = specs.insert(specs.end(), TargetSpec{name, kind, {}, {}});
    if (spec->kind != kind) throw std::runtime_error("the target " + name + " has two kinds");
    spec->connections.push_back(connection);
  }
  for (const auto& text : caches) {
    const auto [name, cache] = split(text, '=', "--cache NAME=CACHE");
    const auto spec = find(name);
    if (spec == specs.end())
      throw std::runtime_error("--cache names " + name + ", which is no target");
    spec->caches.push_back(cache);
  }
  return specs;
}

std::string without_passwords(const std::string& connection) {
  // The value may be in braces (ODBC) or quotes (libpq), and holds no separator otherwise. A URI
  // has its password between a colon and an at sign.
  static const std::regex keyword(
      R"re((\b(?:pwd|password|sslpassword)\s*=\s*)(\{(?:[^}]|\}\})*\}?|'(?:[^'\\]|\\.)*'?|[^;\s]*))re",
      std::regex::icase);
  static const std::regex uri(R"re((://[^/?#@]*?:)[^/?#@]*@)re");
  return std::regex_replace(std::regex_replace(connection, keyword, "$1***"), uri, "$1***@");
}

}  // namespace negodbc::bench
