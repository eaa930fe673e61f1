#include "bench/storm/plan.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "bench/storm/arrivals.h"

namespace negodbc::bench {

RoundPlan share_of(const RoundPlan& plan, std::size_t index, std::size_t count, std::size_t rank,
                   std::size_t ranks) {
  RoundPlan share = plan;
  share.logins = plan.logins / count + (index < plan.logins % count ? 1 : 0);
  share.threads =
      static_cast<unsigned>(plan.threads / count + (index < plan.threads % count ? 1 : 0));
  share.rate = plan.rate / static_cast<double>(count);
  const std::size_t number = rank * count + index;
  share.seed = mixed(plan.seed, number);
  share.phase = static_cast<double>(index * ranks + rank) / static_cast<double>(count * ranks);
  return share;
}

void to_json(nlohmann::json& document, const RoundPlan& plan) {
  document = {{"open", plan.open},
              {"threads", plan.threads},
              {"rate", plan.rate},
              {"poisson", plan.poisson},
              {"seed", plan.seed},
              {"phase", plan.phase},
              {"logins", plan.logins},
              {"seconds", plan.seconds},
              {"ramp_s", plan.ramp_s},
              {"think_s", plan.think_s},
              {"back_off_s", plan.back_off_s},
              {"back_off_most_s", plan.back_off_most_s},
              {"reconnect", plan.reconnect},
              {"probe_s", plan.probe_s},
              {"spread_s", plan.spread_s},
              {"warm_up", plan.warm_up},
              {"slice_s", plan.slice_s},
              {"query", plan.query},
              {"live", plan.live}};
}

void from_json(const nlohmann::json& document, RoundPlan& plan) {
  document.at("open").get_to(plan.open);
  document.at("threads").get_to(plan.threads);
  document.at("rate").get_to(plan.rate);
  document.at("poisson").get_to(plan.poisson);
  document.at("seed").get_to(plan.seed);
  document.at("phase").get_to(plan.phase);
  document.at("logins").get_to(plan.logins);
  document.at("seconds").get_to(plan.seconds);
  document.at("ramp_s").get_to(plan.ramp_s);
  document.at("think_s").get_to(plan.think_s);
  document.at("back_off_s").get_to(plan.back_off_s);
  document.at("back_off_most_s").get_to(plan.back_off_most_s);
  document.at("reconnect").get_to(plan.reconnect);
  document.at("probe_s").get_to(plan.probe_s);
  document.at("spread_s").get_to(plan.spread_s);
  document.at("warm_up").get_to(plan.warm_up);
  document.at("slice_s").get_to(plan.slice_s);
  document.at("query").get_to(plan.query);
  document.at("live").get_to(plan.live);
}

}  // namespace negodbc::bench
