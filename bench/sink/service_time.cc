#include "bench/sink/service_time.h"

#include <fstream>
#include <nlohmann/json.hpp>
#include <stdexcept>

namespace negodbc::bench {
namespace {

constexpr std::size_t steps = 4096;

}  // namespace

ServiceTime::ServiceTime(const Histogram& measured) {
  if (measured.empty()) throw std::runtime_error("the distribution of service times is empty");
  measured_.reserve(steps);
  for (std::size_t i = 0; i < steps; ++i)
    measured_.push_back(measured.quantile((static_cast<double>(i) + 0.5) / steps));
}

std::chrono::nanoseconds ServiceTime::draw(std::mt19937_64& random) const {
  if (measured_.empty()) return fixed_;
  return measured_[std::uniform_int_distribution<std::size_t>(0, measured_.size() - 1)(random)];
}

Histogram logins_of_report(const std::string& path, const std::string& target) {
  std::ifstream file(path);
  const auto document = nlohmann::json::parse(file, nullptr, false);
  if (document.is_discarded()) throw std::runtime_error(path + " is not a storm's report");
  try {
    for (const auto& one : document.at("targets")) {
      if (!target.empty() && one.at("name").get<std::string>() != target) continue;
      Histogram logins;
      for (const auto& round : one.at("rounds"))
        logins.merge(Histogram::from_json(round.at("result").at("login")));
      return logins;
    }
  } catch (const nlohmann::json::exception& error) {
    throw std::runtime_error(path + " is not a storm's report: " + error.what());
  }
  throw std::runtime_error(path + " has no target " + target);
}

}  // namespace negodbc::bench
