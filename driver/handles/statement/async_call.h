// A function of a statement that goes on while the application does something else, and asks again.
//
// ODBC reference: "Asynchronous Execution (Polling Method)". The first call starts the function in
// a thread of its own and answers SQL_STILL_EXECUTING; the same function is called until it answers
// something else. Meanwhile every other function of the statement is refused (HY010), but for
// SQLCancel and those that read diagnostics. These functions are SQLExecDirect and SQLExecute,
// whose waiting has no bound: rows that follow are mostly there already, and unixODBC takes a
// statement whose SQLFetch or SQLMoreResults was asked for again for one that executes for ever.
//
// Safe from any thread, without the connection's mutex: the function that goes on holds that.
#pragma once

#include <sql.h>
#include <sqlext.h>

#include <atomic>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

#include "driver/handles/diagnostics.h"

namespace negodbc::odbc {

class AsyncCall {
 public:
  AsyncCall() = default;
  ~AsyncCall();
  AsyncCall(const AsyncCall&) = delete;
  AsyncCall& operator=(const AsyncCall&) = delete;

  // SQL_ATTR_ASYNC_ENABLE.
  void enable(bool on) { enabled_ = on; }
  [[nodiscard]] bool enabled() const { return enabled_; }

  // Whether a function goes on, or its result has not been asked for yet.
  [[nodiscard]] bool busy() const { return function_ != 0; }

  // `function`: SQL_API_SQLEXECUTE, ... What a call of it is answered with: SQL_STILL_EXECUTING,
  // its result, or SQL_ERROR because another one goes on. Nothing: none goes on, it is to be
  // executed.
  std::optional<SQLRETURN> poll(SQLUSMALLINT function);
  // Only after poll() has given nothing. SQL_INVALID_HANDLE after close(). `body` does not throw;
  // what it uses must outlive it.
  SQLRETURN start(SQLUSMALLINT function, std::function<SQLRETURN()> body);
  // For any other function: true, with a diagnostic, when it must be refused.
  bool refuses();
  // A cancellation that comes before the function has anything to be cancelled. False: none goes
  // on.
  bool cancel_later();
  // Whether there was one; only once.
  bool take_cancellation() { return cancelled_ && cancelled_.exchange(false); }
  // The statement is to be freed: from now on nothing is started. False, and nothing has changed:
  // a function still executes, which may wait for the lock that the caller holds.
  bool close();
  void reopen();  // it is not freed after all
  // Waits for the thread; only where none can wait for a lock that the caller holds.
  void finish();

  // While a function goes on the statement's diagnostics are not to be read: reader(diagnostics) of
  // what was refused instead. Nothing when none goes on.
  template <class Reader>
  auto read_refusals(Reader&& reader)
      -> std::optional<decltype(reader(std::declval<Diagnostics&>()))> {
    const std::lock_guard lock(mutex_);
    if (function_ == 0) return std::nullopt;
    return reader(refusals_);
  }

 private:
  SQLRETURN refuse();

  std::atomic<bool> enabled_ = false;
  std::atomic<SQLUSMALLINT> function_ = 0;  // 0: none; written under the mutex
  std::atomic<bool> cancelled_ = false;
  std::mutex mutex_;
  bool done_ = false, closed_ = false;
  SQLRETURN result_ = SQL_SUCCESS;
  std::thread thread_;
  Diagnostics refusals_;
};

}  // namespace negodbc::odbc
