#include "negotiate/diagnosis.h"

#include <array>
#include <nlohmann/json.hpp>
#include <utility>

#include "negotiate/established.h"

namespace negodbc::auth {
namespace {

void take(std::string& known, const std::string& news) {
  if (!news.empty()) known = news;
}

nlohmann::ordered_json flag_list(std::uint32_t flags) {
  constexpr std::array<std::pair<std::uint32_t, const char*>, 6> kNames = {{
      {NEGODBC_AUTH_FLAG_MUTUAL, "mutual"},
      {NEGODBC_AUTH_FLAG_REPLAY_DETECT, "replay_detect"},
      {NEGODBC_AUTH_FLAG_SEQUENCE_DETECT, "sequence_detect"},
      {NEGODBC_AUTH_FLAG_CONFIDENTIALITY, "confidentiality"},
      {NEGODBC_AUTH_FLAG_INTEGRITY, "integrity"},
      {NEGODBC_AUTH_FLAG_DELEGATED, "delegated"},
  }};
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  for (const auto& [flag, name] : kNames) {
    if ((flags & flag) != 0) list.push_back(name);
  }
  return list;
}

}  // namespace

void Diagnosis::set_failure(const Failure& failure) {
  status = failure.status;
  native = failure.native;
  gss_major = failure.detail.major;
  gss_minor = failure.detail.minor;
  cause = failure.detail.cause;
  text = failure.detail.text;
  gss_major_text = failure.detail.major_text;
  gss_minor_text = failure.detail.minor_text;
  kdc_error = failure.detail.kdc_error;
  const CredentialFacts& facts = failure.detail.facts;
  take(credential.library, facts.library);
  take(credential.library_version, facts.library_version);
  take(credential.principal, facts.principal);
  take(credential.source, facts.source);
  if (facts.expires_at != 0) credential.expires_at = facts.expires_at;
  if (!facts.library.empty()) credential.keeper = facts.keeper;
  hint = auth::hint(cause, HintFacts{.target = target,
                                     .principal = credential.principal,
                                     .credential_source = credential.source,
                                     .library = credential.library,
                                     .keeper = credential.keeper});
}

const char* abi_status_name(negodbc_auth_status status) {
  constexpr std::array kNames = {"OK",
                                 "E_ARGUMENT",
                                 "E_MEMORY",
                                 "E_STATE",
                                 "E_LIBRARY",
                                 "E_NO_CREDENTIALS",
                                 "E_EXPIRED",
                                 "E_NO_AUTHORITY",
                                 "E_TARGET_UNKNOWN",
                                 "E_WRONG_PRINCIPAL",
                                 "E_LOGON_DENIED",
                                 "E_INVALID_TOKEN",
                                 "E_CLOCK_SKEW",
                                 "E_NOT_GRANTED",
                                 "E_MESSAGE_ALTERED",
                                 "E_TIMED_OUT",
                                 "E_UNSUPPORTED",
                                 "E_BUFFER_TOO_SMALL",
                                 "E_INTERNAL"};
  if (status > 0) return "CONTINUE";
  const auto index = static_cast<std::size_t>(-static_cast<std::int64_t>(status));
  return index < kNames.size() ? kNames.at(index) : "E_INTERNAL";
}

std::string to_json(const Diagnosis& d) {
  const nlohmann::ordered_json json = {
      {"status", abi_status_name(d.status)},
      {"established", d.established},
      {"cause", cause_name(d.cause)},
      {"text", d.text},
      {"hint", d.hint},
      {"target", d.target},
      {"principal", d.credential.principal},
      {"credential_source", d.credential.source},
      {"credential_expires_at", d.credential.expires_at},
      {"package", d.package},
      {"package_chosen", d.package_chosen},
      {"library", d.credential.library},
      {"library_version", d.credential.library_version},
      {"native_status", static_cast<std::uint32_t>(d.native)},
      {"status_name", status_name(d.native)},
      {"gss_major", d.gss_major},
      {"gss_major_text", d.gss_major_text},
      {"gss_minor", d.gss_minor},
      {"gss_minor_signed", static_cast<std::int32_t>(d.gss_minor)},
      {"gss_minor_text", d.gss_minor_text},
      {"kdc_error", d.kdc_error},
      {"legs", d.legs},
      {"flags_asked", flag_list(d.flags_asked)},
      {"flags_granted", flag_list(d.flags_granted)},
  };
  return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace negodbc::auth
