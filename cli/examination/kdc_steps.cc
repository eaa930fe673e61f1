#include <algorithm>
#include <cmath>

#include "cli/examination/kdc_list.h"
#include "cli/examination/kerberos_findings.h"
#include "cli/examination/kerberos_messages.h"
#include "cli/examination/kerberos_steps.h"
#include "cli/examination/words.h"

namespace negodbc::cli {
namespace {

constexpr int wrong_realm = 68;  // KDC_ERR_WRONG_REALM

std::string milliseconds_text(double value) {
  const auto tenths = std::llround(value * 10);
  return std::to_string(tenths / 10) + "." + std::to_string(tenths % 10) + " ms";
}

std::string text_of(const KdcReply& reply) {
  if (!reply.answered) return reply.fault;
  std::string text = "answers in " + milliseconds_text(reply.milliseconds);
  if (reply.error == wrong_realm) text += ": " + kdc_error_name(reply.error);
  return text;
}

std::string place_text(const KdcPlace& place) {
  if (!place.proxy.empty()) return place.proxy;
  return place.host + ":" + std::to_string(place.port);
}

void add_kdc_facts(Finding& finding, const KdcProbe& probe, const std::string& realm) {
  if (probe.place.host.empty()) {
    finding.facts.push_back(
        {place_text(probe.place), "a proxy, not asked", probe.place.whence, realm});
    return;
  }
  if (!probe.fault.empty()) {
    finding.facts.push_back({place_text(probe.place), probe.fault, probe.place.whence, realm});
    return;
  }
  for (const bool tcp : {false, true}) {
    const KdcReply& reply = tcp ? probe.tcp : probe.udp;
    if (!reply.asked) continue;
    finding.facts.push_back({place_text(probe.place) + (tcp ? " by TCP" : " by UDP"),
                             text_of(reply), probe.place.whence, realm});
  }
}

void keep_clock(KerberosFindings& found, const KdcProbe& probe) {
  // The quickest answer tells the time best.
  const KdcReply* best = nullptr;
  for (const KdcReply* reply : {&probe.udp, &probe.tcp})
    if (reply->clock_ms && (best == nullptr || reply->milliseconds < best->milliseconds))
      best = reply;
  if (best != nullptr && !found.clock_ms) found.clock_ms = best->clock_ms;
}

// What becomes of one realm's KDCs.
struct RealmAnswer {
  std::size_t known = 0, answering = 0;
  bool udp = false, tcp = false, asked_udp = false, proxies = false;
  bool out_of_time = false;  // some may be there, or answer later
  std::string by_tcp;        // "tcp/host:port" of the first that answers so
};

RealmAnswer ask_realm(Finding& finding, KerberosFindings& found, const std::string& realm,
                      const KdcList& list, Deadline deadline) {
  RealmAnswer answer;
  answer.out_of_time = list.out_of_time;
  if (list.places.empty()) finding.facts.push_back({realm, list.fault, ""});
  if (!list.places.empty()) finding.facts.push_back({"realm", realm, ""});
  for (KdcProbe& probe : probe_kdcs(list.places, realm, deadline)) {
    add_kdc_facts(finding, probe, realm);
    keep_clock(found, probe);
    ++answer.known;
    answer.proxies = answer.proxies || !probe.place.proxy.empty();
    answer.asked_udp = answer.asked_udp || probe.udp.asked;
    answer.udp = answer.udp || probe.udp.answered;
    answer.tcp = answer.tcp || probe.tcp.answered;
    answer.out_of_time = answer.out_of_time || probe.udp.out_of_time || probe.tcp.out_of_time;
    if (probe.tcp.answered && answer.by_tcp.empty())
      answer.by_tcp = "tcp/" + place_text(probe.place);
    if (probe.udp.answered || probe.tcp.answered) ++answer.answering;
    found.kdcs.push_back(std::move(probe));
  }
  return answer;
}

std::string protocols(const RealmAnswer& answer) {
  if (answer.udp && answer.tcp) return ", by UDP and TCP";
  return answer.udp ? ", by UDP" : answer.tcp ? ", by TCP only" : "";
}

// For a realm none of whose KDCs is known, or those that answer by TCP alone.
std::string to_name_kdc(const KerberosFindings& found, const RealmAnswer& answer,
                        const std::string& realm) {
  if (answer.known != 0 && found.taken != nullptr && found.taken->name == "mit")
    return found.configuration.to_put("libdefaults", "udp_preference_limit = 1");
  return found.configuration.to_put(
      "realms", realm + " = {\\n kdc = " + (answer.known == 0 ? "HOST" : answer.by_tcp) + "\\n}");
}

void judge_realm(Finding& finding, const RealmAnswer& answer, const std::string& realm,
                 const Examination& examination) {
  const KerberosFindings& found = *examination.kerberos;
  finding.text += (finding.text.empty() ? "" : "; ") + realm + ": " +
                  std::to_string(answer.answering) + " of " + std::to_string(answer.known) +
                  (answer.answering == 1 ? " answers" : " answer") + protocols(answer);
  std::string remedy;
  if (answer.known == 0 && answer.out_of_time) {
    finding.verdict = Verdict::note;
    finding.notes.push_back("time has run out before the KDCs of " + realm + " were found");
  } else if (answer.known == 0 && !found.configuration.fault.empty()) {
    finding.verdict = Verdict::note;
    remedy = command_for_configuration(examination);
  } else if (answer.known == 0 && examination.has_no_address && realm != found.client_realm) {
    finding.verdict = Verdict::note;
    finding.notes.push_back(realm + " is made of the server's name, which has no address");
  } else if (answer.known == 0) {
    finding.verdict = Verdict::note;
    remedy = to_name_kdc(found, answer, realm) + "    # its KDC's; or correct the realm's name";
  } else if (answer.answering == 0 && answer.out_of_time) {
    finding.verdict = Verdict::note;
    finding.notes.emplace_back("time has run out before any has answered");
  } else if (answer.answering == 0 && !answer.proxies) {
    finding.verdict = Verdict::note;
    remedy =
        "have the KDC started, port 88 let through, or its address corrected in "
        "krb5.conf ([realms] " +
        realm + ")";
  } else if (answer.asked_udp && !answer.udp && answer.tcp && !answer.out_of_time) {
    finding.verdict = Verdict::note;
    finding.notes.emplace_back("Heimdal asks by UDP first, and may wait in vain");
    remedy = to_name_kdc(found, answer, realm);
  }
  if (finding.remedy.empty()) finding.remedy = remedy;
}

}  // namespace

Finding examine_kdcs(Examination& examination) {
  Finding finding;
  KerberosFindings& found = *examination.kerberos;
  std::vector<std::string> realms;
  for (const std::string& realm : {found.client_realm, found.server_realm})
    if (!realm.empty() && std::find(realms.begin(), realms.end(), realm) == realms.end())
      realms.push_back(realm);
  if (realms.empty()) {
    finding.verdict = Verdict::note;
    finding.text = "no realm is known whose KDCs could be asked";
    return finding;
  }
  // First where they are: that is asked in other processes, which begin before there are threads.
  std::vector<KdcList> lists;
  lists.reserve(realms.size());
  for (const std::string& realm : realms)
    lists.push_back(kdcs_of_realm(found.configuration, realm, examination.share()));
  for (std::size_t i = 0; i < realms.size(); ++i) {
    const std::string& realm = realms[i];
    const RealmAnswer answer = ask_realm(finding, found, realm, lists[i], examination.share());
    judge_realm(finding, answer, realm, examination);
  }
  return finding;
}

Finding examine_clock(Examination& examination) {
  Finding finding;
  const KerberosFindings& found = *examination.kerberos;
  if (!found.clock_ms) {
    finding.verdict = Verdict::skipped;
    finding.text = "not compared: no KDC tells its time";
    return finding;
  }
  constexpr std::int64_t most_s = 300;  // of both libraries, and of Active Directory
  constexpr std::int64_t much_s = 60;
  const std::int64_t seconds = *found.clock_ms / 1000;
  const std::int64_t size = seconds < 0 ? -seconds : seconds;
  finding.text = size == 0 ? "agrees with the KDC's to the second"
                           : "the KDC's is " + span_text(seconds) +
                                 (seconds > 0 ? " ahead of" : " behind") + " this machine's";
  if (size >= much_s) {
    finding.verdict = Verdict::note;
    if (size >= most_s) finding.text += "; Kerberos bears five minutes";
    finding.remedy = "sudo timedatectl set-ntp true    # on the machine whose clock is wrong";
  }
  return finding;
}

}  // namespace negodbc::cli
