// Connection strings under libFuzzer: parsed, written back, typed. What is written back must mean
// the same.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "driver/base/error.h"
#include "driver/dsn/settings.h"

namespace {

using namespace negodbc;

// Errors are the one way to refuse; anything else ends the program.
void make_login_settings(const dsn::Settings& settings) {
  try {
    (void)dsn::login_settings(settings);
  } catch (const Error&) {  // NOLINT(bugprone-empty-catch): refused, as it may be
  }
}

// noexcept: what was written must be readable.
void round_trip(const dsn::Settings& settings) noexcept {
  const std::string text = dsn::to_connection_string(settings);
  const dsn::Parsed again = dsn::parse_connection_string(text);
  if (!again.unknown.empty()) std::abort();
  for (const dsn::Keyword& entry : dsn::keywords()) {
    if (again.settings.get(entry.key) != settings.get(entry.key)) std::abort();
  }
  if (dsn::to_connection_string(again.settings) != text) std::abort();
}

// The same bytes as the values of a DSN's section, one line each.
void from_section(std::string_view text) {
  dsn::Settings settings;
  try {
    dsn::complete_from_dsn(settings, "fuzz", [text](std::string_view) {
      dsn::Profile profile;
      std::size_t at = 0;
      for (const dsn::Keyword& entry : dsn::keywords()) {
        const std::size_t end = std::min(text.find('\n', at), text.size());
        if (at >= text.size()) break;
        profile.emplace_back(entry.name, text.substr(at, end - at));
        at = end + 1;
      }
      return profile;
    });
  } catch (const Error&) {
    return;
  }
  round_trip(settings);
  make_login_settings(settings);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  from_section(text);
  try {
    const dsn::Parsed parsed = dsn::parse_connection_string(text);
    round_trip(parsed.settings);
    make_login_settings(parsed.settings);
  } catch (const Error&) {
    return 0;
  }
  return 0;
}
