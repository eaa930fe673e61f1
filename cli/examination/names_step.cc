#include <netdb.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <memory>
#include <nlohmann/json.hpp>

#include "cli/examination/apart.h"
#include "cli/examination/kerberos_steps.h"
#include "cli/examination/words.h"
#include "driver/base/error.h"
#include "driver/net/ip_address.h"
#include "driver/net/resolve.h"

namespace negodbc::cli {
namespace {

using nlohmann::json;

std::string reverse_of(const net::Address& address) {
  std::array<char, NI_MAXHOST> name{};
  const int status = getnameinfo(reinterpret_cast<const sockaddr*>(&address.storage), address.size,
                                 name.data(), name.size(), nullptr, 0, NI_NAMEREQD);
  return status == 0 ? name.data() : "";
}

std::string canonical_name(const std::string& host) {
  addrinfo hints = {};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_CANONNAME;
  addrinfo* found = nullptr;
  if (getaddrinfo(host.c_str(), nullptr, &hints, &found) != 0 || found == nullptr) return {};
  std::string name = found->ai_canonname == nullptr ? "" : found->ai_canonname;
  freeaddrinfo(found);
  return name;
}

json unheard() {
  return {{"fault", "not looked up: its time has run out"}, {"out_of_time", true}};
}

// What the resolver says when it may know more later.
bool is_passing(const std::string& fault) {
  return fault.find(gai_strerror(EAI_AGAIN)) != std::string::npos;
}

// In a process of its own: nothing ends a resolver that hangs.
json look_up(const net::Host& host, Deadline deadline) {
  const Apart apart = run_apart(
      [&] {
        json out = {{"addresses", json::array()}};
        try {
          for (const net::Address& address : net::resolve(host, deadline))
            out["addresses"].push_back({{"address", address.text},
                                        {"name", address.is_local() ? "" : reverse_of(address)}});
          if (!host.name.empty()) out["canonical"] = canonical_name(host.name);
        } catch (const Error& error) {
          if (error.state() != timed_out_state) throw;
          out = unheard();
        }
        return out.dump(-1, ' ', false, json::error_handler_t::replace);
      },
      deadline);
  switch (apart.end) {
    case Apart::End::returned:
      return json::parse(apart.said, nullptr, false);
    case Apart::End::timed_out:
      return unheard();
    case Apart::End::crashed:
      break;
  }
  return {{"fault", apart.reason}};
}

bool is_socket(const net::Host& host) {
  return host.name.starts_with('/') || host.name.starts_with('@');
}

}  // namespace

Finding examine_names(Examination& examination) {
  Finding finding;
  bool late_once = false;  // time has run out for one host at least
  const login::LoginSettings& settings = examination.settings;
  for (const net::Host& host : settings.hosts) {
    const std::string& name = host.name.empty() ? host.address : host.name;
    if (is_socket(host)) {
      finding.facts.push_back({name, "a socket of this machine", ""});
      continue;
    }
    const json found = look_up(host, examination.share());
    const bool first = &host == &settings.hosts.front();
    if (const std::string fault = found.value("fault", ""); !fault.empty()) {
      const bool late = found.value("out_of_time", false);
      late_once = late_once || late;
      if (first) examination.has_no_address = !late && !is_passing(fault) && host.address.empty();
      finding.verdict = Verdict::note;
      finding.facts.push_back({name, fault, ""});
      continue;
    }
    const std::string canonical = found.value("canonical", "");
    if (first && !canonical.empty()) examination.other_names.push_back(canonical);
    if (!canonical.empty() && canonical != name)
      finding.facts.push_back({name, canonical, "canonical name"});
    for (const json& each : found.value("addresses", json::array())) {
      const std::string address = each.value("address", "");
      const std::string reverse = each.value("name", "");
      if (first && !reverse.empty()) examination.other_names.push_back(reverse);
      finding.facts.push_back(
          {name, address,
           reverse.empty() ? "without a name of its own" : "whose name is " + reverse});
      // KDCs know servers by their names.
      if (examination.by_ticket && settings.server_spn.empty() && net::is_ip_address(name)) {
        finding.verdict = Verdict::note;
        finding.notes.push_back(
            "the server is named by its address, for which KDCs have no ticket");
        if (!reverse.empty() && finding.remedy.empty())
          finding.remedy =
              examination.to_set("ServerSPN=" + settings.kerberos_service + "/" + reverse);
      }
    }
  }
  std::vector<std::string> addresses;
  for (const Fact& fact : finding.facts)
    if (net::is_ip_address(fact.value) &&
        std::find(addresses.begin(), addresses.end(), fact.value) == addresses.end())
      addresses.push_back(fact.value);
  if (addresses.empty() && late_once) {
    std::vector<Fact> facts = std::move(finding.facts);
    finding = out_of_time("not looked up");
    finding.facts = std::move(facts);
    return finding;
  }
  finding.text = addresses.empty() && finding.verdict == Verdict::note
                     ? "no address of the server is found"
                     : joined(addresses, "not looked up");
  return finding;
}

}  // namespace negodbc::cli
