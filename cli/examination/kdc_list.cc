#include "cli/examination/kdc_list.h"

#include <arpa/nameser.h>
#include <netdb.h>
#include <resolv.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <tuple>

#include "cli/examination/apart.h"

namespace negodbc::cli {
namespace {

using nlohmann::json;

// The resolver's state.
class DnsQuestion {
 public:
  DnsQuestion() { ready_ = res_ninit(&state_) == 0; }
  DnsQuestion(const DnsQuestion&) = delete;
  DnsQuestion& operator=(const DnsQuestion&) = delete;
  ~DnsQuestion() {
    if (ready_) res_nclose(&state_);
  }

  // "" or why there is no answer.
  std::string ask(const std::string& name, bool tcp, std::vector<KdcPlace>& places) {
    if (!ready_) return "the resolver can't be set up";
    std::vector<unsigned char> message(65536);
    const int size = res_nquery(&state_, name.c_str(), ns_c_in, ns_t_srv, message.data(),
                                static_cast<int>(message.size()));
    if (size < 0) {
      switch (state_.res_h_errno) {
        case HOST_NOT_FOUND:
        case NO_DATA:
          return "has none";
        default:
          return "does not answer";
      }
    }
    for (KdcPlace& place : kdcs_of_dns_answer(
             message.data(), std::min<int>(size, static_cast<int>(message.size())), tcp))
      places.push_back(std::move(place));
    return {};
  }

 private:
  struct __res_state state_ = {};
  bool ready_ = false;
};

// In a process of its own, as nothing ends a resolver that waits: three name servers that are
// silent are asked one after the other, a second each at least, for either protocol.
std::string ask_dns(const std::string& realm) {
  json out = {{"places", json::array()}};
  DnsQuestion dns;
  for (const bool tcp : {false, true}) {
    std::vector<KdcPlace> places;
    // The dot at the end keeps the resolver from trying its own domains.
    std::string name = "_kerberos.";
    name.append(tcp ? "_tcp." : "_udp.").append(realm).append(".");
    std::string fault = dns.ask(name, tcp, places);
    if (!fault.empty() && !out.contains("fault"))
      out["fault"] = fault.append(" (SRV ").append(name).append(")");
    for (const KdcPlace& place : places)
      out["places"].push_back({{"host", place.host}, {"port", place.port}, {"tcp", tcp}});
  }
  return out.dump(-1, ' ', false, json::error_handler_t::replace);
}

}  // namespace

std::vector<KdcPlace> kdcs_of_dns_answer(const unsigned char* message, int size, bool tcp) {
  ns_msg parsed;
  std::vector<std::tuple<unsigned, unsigned, KdcPlace>> found;  // priority, 65535 - weight
  if (ns_initparse(message, size, &parsed) != 0) return {};
  for (int i = 0; i < ns_msg_count(parsed, ns_s_an); ++i) {
    ns_rr record;
    constexpr int fixed = 6;  // priority, weight, port: 16 bits each
    if (ns_parserr(&parsed, ns_s_an, i, &record) != 0 || ns_rr_type(record) != ns_t_srv ||
        ns_rr_rdlen(record) <= fixed) {
      continue;
    }
    const unsigned char* const data = ns_rr_rdata(record);
    std::array<char, NS_MAXDNAME> name{};
    if (dn_expand(ns_msg_base(parsed), ns_msg_end(parsed), data + fixed, name.data(),
                  static_cast<int>(name.size())) < 0) {
      continue;
    }
    KdcPlace place;
    place.host = name.data();
    if (place.host.empty() || place.host == ".") continue;  // "there is decidedly none"
    place.port = static_cast<std::uint16_t>(ns_get16(data + 4));
    place.udp = !tcp;
    place.tcp = tcp;
    place.whence = "DNS";
    found.emplace_back(ns_get16(data), 65535U - ns_get16(data + 2), std::move(place));
  }
  std::stable_sort(found.begin(), found.end(), [](const auto& a, const auto& b) {
    return std::tie(std::get<0>(a), std::get<1>(a)) < std::tie(std::get<0>(b), std::get<1>(b));
  });
  std::vector<KdcPlace> places;
  places.reserve(found.size());
  for (auto& each : found) places.push_back(std::move(std::get<2>(each)));
  return places;
}

KdcList kdcs_of_realm(const KerberosConfiguration& configuration, const std::string& realm,
                      Deadline deadline) {
  KdcList list;
  list.places = configuration.kdcs_of(realm);
  if (!list.places.empty()) return list;
  if (!configuration.flag("dns_lookup_kdc", configuration.flag("dns_fallback", true))) {
    list.fault = "krb5.conf names none, and forbids to ask DNS (dns_lookup_kdc)";
    return list;
  }
  const Apart apart = run_apart([&] { return ask_dns(realm); }, deadline);
  if (apart.end == Apart::End::timed_out) {
    list.fault = "krb5.conf names none, and the time to ask DNS has run out";
    list.out_of_time = true;
    return list;
  }
  const json found = json::parse(apart.said, nullptr, false);
  if (apart.end != Apart::End::returned || !found.is_object()) {
    list.fault = "krb5.conf names none, and DNS can't be asked: " + apart.reason;
    return list;
  }
  for (const json& each : found.value("places", json::array())) {
    KdcPlace place;
    place.host = each.value("host", "");
    place.port = each.value("port", place.port);
    place.tcp = each.value("tcp", false);
    place.udp = !place.tcp;
    place.whence = "DNS";
    join_kdc(list.places, std::move(place));
  }
  if (list.places.empty()) list.fault = "krb5.conf names none, and DNS " + found.value("fault", "");
  return list;
}

}  // namespace negodbc::cli
