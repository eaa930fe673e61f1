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

const char* outcome_name(std::uint32_t outcome) {
  switch (outcome) {
    case NEGODBC_AUTH_LOGIN_ACCEPTED:
      return "accepted";
    case NEGODBC_AUTH_LOGIN_REFUSED:
      return "refused";
    case NEGODBC_AUTH_LOGIN_BROKEN_OFF:
      return "broken_off";
    default:
      return "not_told";
  }
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

namespace {

struct StatusWords {
  negodbc_auth_status status;
  const char* name;
  const char* words;
};

#define NEGODBC_STATUS(name, words)   \
  StatusWords {                       \
    NEGODBC_AUTH_##name, #name, words \
  }
constexpr std::array kStatuses = {
    NEGODBC_STATUS(OK, "done"),
    NEGODBC_STATUS(CONTINUE, "the handshake goes on"),
    NEGODBC_STATUS(PENDING, "not done yet"),
    NEGODBC_STATUS(E_ARGUMENT, "an option or argument is wrong"),
    NEGODBC_STATUS(E_MEMORY, "out of memory"),
    NEGODBC_STATUS(E_STATE, "the call does not fit the session's state"),
    NEGODBC_STATUS(E_LIBRARY, "no GSSAPI or SSPI library could be loaded"),
    NEGODBC_STATUS(E_NO_CREDENTIALS, "no ticket, no keytab entry, no logon session"),
    NEGODBC_STATUS(E_EXPIRED, "the ticket has run out, or has too little life left"),
    NEGODBC_STATUS(E_NO_AUTHORITY, "no KDC or domain controller answers"),
    NEGODBC_STATUS(E_TARGET_UNKNOWN, "the KDC does not know the service principal"),
    NEGODBC_STATUS(E_WRONG_PRINCIPAL, "another service answered than the one named"),
    NEGODBC_STATUS(E_LOGON_DENIED, "the KDC or the peer refuses this client"),
    NEGODBC_STATUS(E_INVALID_TOKEN, "the peer's token is malformed or of another package"),
    NEGODBC_STATUS(E_CLOCK_SKEW, "the clocks of client, KDC and server differ too much"),
    NEGODBC_STATUS(E_NOT_GRANTED, "a required flag was not granted"),
    NEGODBC_STATUS(E_MESSAGE_ALTERED, "a message was altered, repeated or out of sequence"),
    NEGODBC_STATUS(E_TIMED_OUT, "the time allowed ran out"),
    NEGODBC_STATUS(E_UNSUPPORTED, "this library or platform cannot do it"),
    NEGODBC_STATUS(E_BUFFER_TOO_SMALL, "the lent buffer is too small"),
    NEGODBC_STATUS(E_INTERNAL, "an error that maps to no other status"),
    NEGODBC_STATUS(E_CONFIGURATION, "krb5.conf can't be read, or is malformed"),
    NEGODBC_STATUS(E_CANCELLED, "the program has cancelled the call"),
};
#undef NEGODBC_STATUS

const StatusWords* words_of(negodbc_auth_status status) {
  for (const StatusWords& row : kStatuses) {
    if (row.status == status) return &row;
  }
  return nullptr;
}

}  // namespace

const char* abi_status_name(negodbc_auth_status status) {
  const StatusWords* const row = words_of(status);
  return row == nullptr ? "E_INTERNAL" : row->name;
}

const char* abi_status_words(negodbc_auth_status status) {
  const StatusWords* const row = words_of(status);
  return row == nullptr ? "a status that this plugin does not know" : row->words;
}

std::string to_text(const Diagnosis& d) {
  std::string text = " (" + d.target;
  for (const std::string& part :
       {d.credential.principal, d.credential.source, d.credential.library}) {
    if (!part.empty()) text += ", " + part;
  }
  return text + ")";
}

std::string to_json(const Diagnosis& d) {
  const nlohmann::ordered_json json = {
      {"status", abi_status_name(d.status)},
      {"established", d.established},
      {"outcome", outcome_name(d.outcome)},
      {"peer_words", d.peer_words},
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
