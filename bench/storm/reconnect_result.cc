#include "bench/storm/reconnect_result.h"

#include <nlohmann/json.hpp>

#include "bench/base/statistics.h"

namespace negodbc::bench {

double ReconnectResult::all_back_s() const {
  return held != 0 && back() == held ? seconds(back_after.maximum()) : absent;
}

void ReconnectResult::merge(const ReconnectResult& other) {
  wanted += other.wanted;
  held += other.held;
  lost_again += other.lost_again;
  backed_off_s += other.backed_off_s;
  lost_after.merge(other.lost_after);
  failed_after.merge(other.failed_after);
  back_after.merge(other.back_after);
  away.merge(other.away);
}

void to_json(nlohmann::json& document, const ReconnectResult& result) {
  document = {{"wanted", result.wanted},
              {"held", result.held},
              {"lost", result.lost()},
              {"back", result.back()},
              {"lost_again", result.lost_again},
              {"backed_off_s", result.backed_off_s},
              {"lost_after", result.lost_after.to_json()},
              {"failed_after", result.failed_after.to_json()},
              {"back_after", result.back_after.to_json()},
              {"away", result.away.to_json()}};
}

void from_json(const nlohmann::json& document, ReconnectResult& result) {
  document.at("wanted").get_to(result.wanted);
  document.at("held").get_to(result.held);
  document.at("lost_again").get_to(result.lost_again);
  document.at("backed_off_s").get_to(result.backed_off_s);
  result.lost_after = Histogram::from_json(document.at("lost_after"));
  // Reports of before it was told lack it.
  if (const auto failed = document.find("failed_after"); failed != document.end())
    result.failed_after = Histogram::from_json(*failed);
  result.back_after = Histogram::from_json(document.at("back_after"));
  result.away = Histogram::from_json(document.at("away"));
}

}  // namespace negodbc::bench
