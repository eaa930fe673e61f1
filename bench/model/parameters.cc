#include "bench/model/parameters.h"

#include <cmath>
#include <fstream>
#include <limits>
#include <nlohmann/json.hpp>
#include <stdexcept>

namespace negodbc::bench::model {
namespace {

// Each field once, for both directions.
template <typename Visit>
void visit_costs(Costs& costs, Visit visit) {
  visit("client_s", costs.client_s);
  visit("accept_s", costs.accept_s);
  visit("backend_s", costs.backend_s);
  visit("end_s", costs.end_s);
  visit("refuse_s", costs.refuse_s);
  visit("signal_s", costs.signal_s);
  visit("wait_s", costs.wait_s);
  visit("variation", costs.variation);
  visit("round_trip_s", costs.round_trip_s);
  visit("round_trips", costs.round_trips);
  visit("kdc_s", costs.kdc_s);
  visit("kdc_requests", costs.kdc_requests);
}

template <typename Visit>
void visit_site(Site& site, Visit visit) {
  visit("server_processors", site.server_processors);
  visit("max_connections", site.max_connections);
  visit("backlog", site.backlog);
  visit("kdc_processes", site.kdc_processes);
  visit("client_machines", site.client_machines);
  visit("client_processors", site.client_processors);
  visit("clients_on_server", site.clients_on_server);
}

template <typename Visit>
void visit_clients(Clients& clients, Visit visit) {
  visit("count", clients.count);
  visit("at_once", clients.at_once);
  visit("timeout_s", clients.timeout_s);
  visit("back_off_s", clients.back_off_s);
  visit("back_off_most_s", clients.back_off_most_s);
  visit("spread_s", clients.spread_s);
  visit("notice_part", clients.notice_part);
}

template <typename Visit>
void visit_storm(Storm& storm, Visit visit) {
  visit("cut_s", storm.cut_s);
  visit("back_s", storm.back_s);
  visit("serves_s", storm.serves_s);
  visit("closed_logins", storm.closed_logins);
  visit("until_s", storm.until_s);
  visit("seed", storm.seed);
}

class Reader {
 public:
  Reader(const nlohmann::json& document, const std::string& part)
      : document_(document), part_(part) {
    if (!document.is_object()) throw std::runtime_error(part + " is no object");
  }
  template <typename Value>
  void operator()(const char* name, Value& value) {
    const auto found = document_.find(name);
    if (found == document_.end()) return;
    ++known_;
    if constexpr (std::is_same_v<Value, bool>) {
      fits(name, found->is_boolean());
    } else if constexpr (std::is_integral_v<Value>) {
      fits(name, found->is_number_integer() && found->template get<std::int64_t>() >= 0 &&
                     found->template get<std::uint64_t>() <= std::numeric_limits<Value>::max());
    } else {
      fits(name, found->is_number());
    }
    found->get_to(value);
  }
  void end() const {
    if (known_ != document_.size())
      throw std::runtime_error(part_ + " has a name that is not known");
  }

 private:
  void fits(const char* name, bool it_does) const {
    if (!it_does)
      throw std::runtime_error(part_ + "." + name + " is of another type, or too large");
  }

  const nlohmann::json& document_;
  const std::string part_;
  std::size_t known_ = 0;
};

nlohmann::json quantiles_in_us(const Histogram& histogram) {
  if (histogram.empty()) return nullptr;
  nlohmann::json document{{"count", histogram.count()}};
  for (const auto& [name, q] : {std::pair{"p50", 0.5}, {"p90", 0.9}, {"p99", 0.99}, {"max", 1.0}})
    document[name] = seconds(histogram.quantile(q)) * 1e6;
  return document;
}

}  // namespace

nlohmann::json to_document(const Storm& storm) {
  Storm copy = storm;
  nlohmann::json document;
  const auto into = [&document](const char* part) {
    return
        [&object = document[part]](const char* name, const auto& value) { object[name] = value; };
  };
  visit_costs(copy.costs, into("costs"));
  visit_site(copy.site, into("site"));
  visit_clients(copy.clients, into("clients"));
  visit_storm(copy, into("storm"));
  return document;
}

void read_document(const nlohmann::json& document, Storm& storm) {
  if (!document.is_object()) throw std::runtime_error("the parameters are no object");
  const auto part = [&document](const char* name, auto& values, auto visit) {
    if (!document.contains(name)) return;
    Reader reader(document.at(name), name);
    visit(values, [&reader](const char* field, auto& value) { reader(field, value); });
    reader.end();
  };
  part("costs", storm.costs, [](auto& v, auto visit) { visit_costs(v, visit); });
  part("site", storm.site, [](auto& v, auto visit) { visit_site(v, visit); });
  part("clients", storm.clients, [](auto& v, auto visit) { visit_clients(v, visit); });
  part("storm", storm, [](auto& v, auto visit) { visit_storm(v, visit); });
}

void read_file(const std::string& path, Storm& storm) {
  std::ifstream file(path);
  const auto document = nlohmann::json::parse(file, nullptr, false);
  if (document.is_discarded()) throw std::runtime_error(path + " can't be read, or is no JSON");
  try {
    read_document(document, storm);
  } catch (const std::runtime_error& error) {
    throw std::runtime_error(path + ": " + error.what());
  }
}

void check(const Storm& storm) {
  Storm copy = storm;
  const auto no_less_than_zero = [](const char* name, const auto& value) {
    if (!(static_cast<double>(value) >= 0) || std::isinf(static_cast<double>(value)))
      throw std::runtime_error(std::string(name) + " is no number from 0 on");
  };
  visit_costs(copy.costs, no_less_than_zero);
  visit_clients(copy.clients, no_less_than_zero);
  visit_storm(copy, no_less_than_zero);
  if (storm.clients.count == 0) throw std::runtime_error("a storm needs clients");
  if (storm.site.server_processors == 0 || storm.site.client_processors == 0 ||
      storm.site.client_machines == 0 || storm.site.kdc_processes == 0)
    throw std::runtime_error("server, KDC and clients need a machine with a processor");
  if (storm.clients.timeout_s == 0) throw std::runtime_error("a login needs some time (timeout_s)");
  if (storm.site.max_connections != 0 && storm.site.max_connections < storm.clients.count)
    throw std::runtime_error("the server has fewer connections than there are sessions");
}

nlohmann::json to_document(const Prediction& prediction) {
  nlohmann::json curve = nlohmann::json::array();
  for (const auto& [at_s, back] : prediction.over_time) curve.push_back({at_s, back});
  return {{"back", prediction.back},
          {"all_back_s", prediction.all_back ? nlohmann::json(prediction.end_s) : nullptr},
          {"failures", prediction.failures},
          {"timeouts", prediction.timeouts},
          {"refused_down", prediction.refused_down},
          {"refused_full", prediction.refused_full},
          {"lost_syns", prediction.lost_syns},
          {"server_used", prediction.server_used},
          {"back_after_us", quantiles_in_us(prediction.back_after)},
          {"login_us", quantiles_in_us(prediction.login)},
          {"over_time", std::move(curve)}};
}

}  // namespace negodbc::bench::model
