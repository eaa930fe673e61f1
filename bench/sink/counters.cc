#include "bench/sink/counters.h"

#include <nlohmann/json.hpp>

namespace negodbc::bench {
namespace {

constexpr std::array<const char*, static_cast<std::size_t>(Accepted::count_)> accepted_names{
    "connections",
    "tls",
    "tls_declined",
    "gss_encryption",
    "gss_encryption_declined",
    "trust",
    "scram",
    "gss",
    "gss_of_encryption",
    "statements",
    "refused_statements",
    "cancel_requests",
    "terminated",
    "gone"};
constexpr std::array<const char*, static_cast<std::size_t>(Cause::count_)> cause_names{
    "too_long",        "malformed",    "version",
    "early_bytes",     "unknown_user", "wrong_password",
    "false_token",     "old_token",    "replayed_token",
    "other_principal", "encryption",   "too_many",
    "timed_out",       "went"};

template <typename Names, typename Numbers, typename Take>
void each(const Names& names, const Numbers& numbers, const Take& take) {
  for (std::size_t i = 0; i < names.size(); ++i)
    take(names[i], numbers[i].load(std::memory_order_relaxed));
}

}  // namespace

std::uint64_t Counters::logins() const {
  return of(Accepted::trust) + of(Accepted::scram) + of(Accepted::gss) +
         of(Accepted::gss_of_encryption);
}

nlohmann::json Counters::to_json() const {
  nlohmann::json document{{"logins", logins()}};
  each(accepted_names, accepted_,
       [&](const char* name, std::uint64_t count) { document["accepted"][name] = count; });
  each(cause_names, refused_,
       [&](const char* name, std::uint64_t count) { document["refused"][name] = count; });
  return document;
}

std::string Counters::to_text() const {
  std::string text = std::to_string(logins()) + " logins\n";
  const auto line = [&](const char* what, const auto& names, const auto& numbers) {
    std::string found;
    each(names, numbers, [&](const char* name, std::uint64_t count) {
      if (count == 0) return;
      found += (found.empty() ? " " : ", ") + std::to_string(count) + " " + name;
    });
    text += what + (found.empty() ? " nothing" : found) + "\n";
  };
  line("accepted:", accepted_names, accepted_);
  line("refused:", cause_names, refused_);
  return text;
}

}  // namespace negodbc::bench
