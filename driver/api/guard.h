// The funnel that every entry point passes: handle, lock, diagnostics, exceptions, return code.
#pragma once

#include <sql.h>
#include <sqlext.h>

#include <exception>
#include <memory>
#include <mutex>
#include <new>

#include "driver/base/error.h"
#include "driver/handles/connection.h"
#include "driver/handles/descriptor.h"
#include "driver/handles/environment.h"
#include "driver/handles/handle.h"
#include "driver/handles/statement.h"

namespace negodbc::odbc {

// Makes a diagnostic of the exception that is being handled.
void report(Diagnostics& diagnostics) noexcept;

// Runs body(handle), which gives a return code, under the handle's mutex. Exceptions become
// diagnostics and SQL_ERROR; SQL_SUCCESS with warnings becomes SQL_SUCCESS_WITH_INFO.
template <class T, class F>
SQLRETURN guard(SQLHANDLE id, F&& body) noexcept {
  try {
    const std::shared_ptr<T> handle = find<T>(id);
    if (!handle) return SQL_INVALID_HANDLE;
    const std::lock_guard lock(handle->mutex());
    if (handle->freed()) return SQL_INVALID_HANDLE;
    Diagnostics& diagnostics = handle->diagnostics();
    diagnostics.clear();
    SQLRETURN result = SQL_ERROR;
    try {
      result = body(*handle);
      if (result == SQL_SUCCESS && !diagnostics.empty()) result = SQL_SUCCESS_WITH_INFO;
    } catch (...) {
      report(diagnostics);
    }
    diagnostics.return_code = result;
    return result;
  } catch (...) {
    return SQL_ERROR;  // not even the lock or the record could be had
  }
}

// For functions that have nothing to say but success.
template <class T, class F>
SQLRETURN guarded(SQLHANDLE id, F&& body) noexcept {
  return guard<T>(id, [&](T& handle) -> SQLRETURN {
    body(handle);
    return SQL_SUCCESS;
  });
}

}  // namespace negodbc::odbc
