// What every operation of the loop yields instead of its result when it fails.
#ifndef NEGODBC_NEGOTIATE_FAILURE_H_
#define NEGODBC_NEGOTIATE_FAILURE_H_

#include <string>
#include <utility>
#include <variant>

#include "negotiate/security_platform.h"

namespace negodbc::auth {

struct Failure {
  negodbc_auth_status status = NEGODBC_AUTH_E_INTERNAL;
  SECURITY_STATUS native = SEC_E_OK;  // SEC_E_OK: no table call failed, the loop itself refused
  ErrorDetail detail;
};

// A table call failed on this thread.
inline Failure table_failure(const SecurityPlatform& platform, SECURITY_STATUS native) {
  Failure failure;
  failure.native = native;
  failure.detail = platform.last_error(native);
  if (failure.detail.cause == Cause::kNone) failure.detail.cause = cause_of(native);
  failure.status = abi_status(native, failure.detail.cause);
  if (failure.detail.text.empty()) failure.detail.text = status_name(native);
  return failure;
}

// The loop itself refuses.
inline Failure own_failure(Cause cause, std::string text) {
  Failure failure;
  failure.status = abi_status(SEC_E_OK, cause);
  failure.detail.cause = cause;
  failure.detail.text = std::move(text);
  return failure;
}

inline Failure state_failure(std::string text) {
  Failure failure = own_failure(Cause::kNone, std::move(text));
  failure.status = NEGODBC_AUTH_E_STATE;
  return failure;
}

template <typename T>
using Outcome = std::variant<T, Failure>;

}  // namespace negodbc::auth

#endif  // NEGODBC_NEGOTIATE_FAILURE_H_
