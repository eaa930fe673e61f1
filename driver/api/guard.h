// The funnel that every entry point passes: handle, lock, diagnostics, exceptions, return code.
#pragma once

#include <sql.h>
#include <sqlext.h>

#include <exception>
#include <memory>
#include <mutex>
#include <new>
#include <optional>
#include <type_traits>
#include <utility>

#include "driver/base/error.h"
#include "driver/handles/connection.h"
#include "driver/handles/descriptor/descriptor.h"
#include "driver/handles/environment.h"
#include "driver/handles/handle.h"
#include "driver/handles/log_events.h"
#include "driver/handles/statement/statement.h"

namespace negodbc::odbc {

// Makes a diagnostic of the exception that is being handled.
void report(Diagnostics& diagnostics) noexcept;

// Runs body(handle), which gives a return code, under the handle's mutex. Exceptions become
// diagnostics and SQL_ERROR; SQL_SUCCESS with warnings becomes SQL_SUCCESS_WITH_INFO.
template <class T, class F>
SQLRETURN run_guarded(T& handle, F& body) noexcept {
  try {
    const std::lock_guard lock(handle.mutex());
    if (handle.freed()) return SQL_INVALID_HANDLE;
    Diagnostics& diagnostics = handle.diagnostics();
    diagnostics.clear();
    if constexpr (std::is_same_v<T, Statement>) handle.begin_call();
    SQLRETURN result = SQL_ERROR;
    try {
      result = body(handle);
    } catch (...) {
      report(diagnostics);
    }
    if (!diagnostics.empty()) {
      if (result == SQL_SUCCESS) result = SQL_SUCCESS_WITH_INFO;
      log_diagnostics(handle, diagnostics);
    }
    diagnostics.return_code = result;
    return result;
  } catch (...) {
    return SQL_ERROR;  // not even the lock or the record could be had
  }
}

// The same of the handle that is meant; refused while a function of the statement still executes.
template <class T, class F>
SQLRETURN guard(SQLHANDLE id, F&& body) noexcept {
  try {
    const std::shared_ptr<T> handle = find<T>(id);
    if (!handle) return SQL_INVALID_HANDLE;
    if constexpr (std::is_same_v<T, Statement>) {
      if (handle->async().refuses()) return SQL_ERROR;
    }
    return run_guarded(*handle, body);
  } catch (...) {
    return SQL_ERROR;
  }
}

// For SQLExecDirect and SQLExecute. With SQL_ATTR_ASYNC_ENABLE they go on by themselves: `body`
// must own what it uses, but for what the application promises to keep (bound buffers). `function`:
// SQL_API_SQLEXECUTE, ...
template <class F>
SQLRETURN guard_async(SQLHSTMT id, SQLUSMALLINT function, F body) noexcept {
  try {
    const std::shared_ptr<Statement> statement = find<Statement>(id);
    if (!statement) return SQL_INVALID_HANDLE;
    AsyncCall& async = statement->async();
    if (const std::optional<SQLRETURN> result = async.poll(function)) return *result;
    if (!async.enabled()) return run_guarded(*statement, body);
    return async.start(function, [statement, body = std::move(body)]() mutable {
      return run_guarded(*statement, body);
    });
  } catch (...) {
    return SQL_ERROR;
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
