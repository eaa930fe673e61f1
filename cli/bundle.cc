#include "cli/bundle.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

#include "driver/base/utc_time.h"
#include "driver/dsn/keywords.h"
#include "driver/dsn/masking.h"

namespace negodbc::cli {
namespace {

using nlohmann::json;

std::vector<std::string> secrets_of(const dsn::Settings& settings) {
  std::vector<std::string> secrets;
  // What is shorter would be found in many words.
  constexpr std::size_t shortest = 4;
  for (const dsn::Keyword& entry : dsn::keywords())
    if (entry.kind == dsn::Kind::secret && settings.get(entry.key).size() >= shortest)
      secrets.emplace_back(settings.get(entry.key));
  return secrets;
}

void hide(json& in, const std::vector<std::string>& secrets) {
  if (in.is_structured()) {
    for (json& each : in) hide(each, secrets);
    return;
  }
  if (!in.is_string()) return;
  std::string text = dsn::without_address_passwords(in.get<std::string>());
  for (const std::string& secret : secrets)
    for (std::size_t at = 0; (at = text.find(secret, at)) != std::string::npos;)
      text.replace(at, secret.size(), "(not shown)");
  in = std::move(text);
}

json lines_of(const std::string& text) {
  json lines = json::array();
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    lines.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return lines;
}

}  // namespace

void write_bundle(const std::string& file, const Report& report, const dsn::Settings& settings) {
  json out = {{"written", utc_now(0)},
              {"program", "negodbc " NEGODBC_VERSION},
              {"system", system_name()},
              {"report", json::parse(report.json())},
              {"files", json::array()}};
  for (const SystemFile& each : files_for_support())
    out["files"].push_back({{"file", each.path}, {"lines", lines_of(each.text)}});
  hide(out, secrets_of(settings));
  write_private_file(file, out.dump(2, ' ', false, json::error_handler_t::replace) + "\n");
}

}  // namespace negodbc::cli
