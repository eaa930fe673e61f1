// Stops exceptions where the C ABI begins: each becomes a status, and is told by the session's
// record.
#ifndef NEGODBC_NEGOTIATE_GUARDED_H_
#define NEGODBC_NEGOTIATE_GUARDED_H_

#include <new>
#include <system_error>

#include "negotiate/session.h"

namespace negodbc::auth {

template <typename Body>
negodbc_auth_status guarded(Body body) noexcept {
  try {
    return body();
  } catch (const std::bad_alloc&) {
    return NEGODBC_AUTH_E_MEMORY;
  } catch (...) {
    return NEGODBC_AUTH_E_INTERNAL;
  }
}

// A call on a session, which is over when an exception has ended it.
template <typename Body>
negodbc_auth_status guarded(Session& session, Body body) noexcept {
  try {
    return body();
  } catch (const std::bad_alloc&) {
    session.break_off(NEGODBC_AUTH_E_MEMORY, SEC_E_INSUFFICIENT_MEMORY, "out of memory");
    return NEGODBC_AUTH_E_MEMORY;
  } catch (const std::system_error& error) {
    const bool no_thread = error.code() == std::errc::resource_unavailable_try_again;
    session.break_off(NEGODBC_AUTH_E_INTERNAL, SEC_E_INTERNAL_ERROR,
                      no_thread ? "no more threads" : "internal error");
  } catch (...) {
    session.break_off(NEGODBC_AUTH_E_INTERNAL, SEC_E_INTERNAL_ERROR, "internal error");
  }
  return NEGODBC_AUTH_E_INTERNAL;
}

}  // namespace negodbc::auth

#endif  // NEGODBC_NEGOTIATE_GUARDED_H_
