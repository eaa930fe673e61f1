// The record about a session: what was tried, what came of it, what to do. No secrets.
#ifndef NEGODBC_NEGOTIATE_DIAGNOSIS_H_
#define NEGODBC_NEGOTIATE_DIAGNOSIS_H_

#include <cstdint>
#include <string>

#include "negotiate/failure.h"

namespace negodbc::auth {

struct Diagnosis {
  negodbc_auth_status status = NEGODBC_AUTH_OK;
  SECURITY_STATUS native = SEC_E_OK;
  std::uint32_t gss_major = 0;
  std::uint32_t gss_minor = 0;
  Cause cause = Cause::kNone;
  std::uint32_t legs = 0;
  std::uint32_t flags_asked = 0;
  std::uint32_t flags_granted = 0;
  bool established = false;
  CredentialFacts credential;
  std::string package;         // as asked
  std::string package_chosen;  // "" before
  std::string target;
  std::string text;
  std::string gss_major_text, gss_minor_text, kdc_error;
  std::string hint;
  std::uint32_t outcome = NEGODBC_AUTH_LOGIN_NOT_TOLD;
  std::string peer_words;

  // Takes over a failure's facts; what it does not know stays.
  void set_failure(const Failure& failure);
};

// "E_NO_CREDENTIALS" of the ABI's status.
const char* abi_status_name(negodbc_auth_status status);
// "no ticket, no keytab entry, no logon session".
const char* abi_status_words(negodbc_auth_status status);

// What it is about, for a line of a log: " (postgres/localhost, alice@REALM, FILE:..., heimdal)".
std::string to_text(const Diagnosis& diagnosis);

// One JSON object on one line, all fields.
std::string to_json(const Diagnosis& diagnosis);

}  // namespace negodbc::auth

#endif  // NEGODBC_NEGOTIATE_DIAGNOSIS_H_
