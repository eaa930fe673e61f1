#include "driver/handles/statement/async_call.h"

#include <utility>

#include "driver/base/error.h"
#include "driver/base/quiet_thread.h"

namespace negodbc::odbc {

AsyncCall::~AsyncCall() {
  finish();
}

std::optional<SQLRETURN> AsyncCall::poll(SQLUSMALLINT function) {
  if (function_ == 0) return std::nullopt;
  std::unique_lock lock(mutex_);
  if (function_ == 0) return std::nullopt;
  if (function_ != function) return refuse();
  if (!done_) {
    refusals_.clear();
    return SQL_STILL_EXECUTING;
  }
  std::thread ended = std::move(thread_);
  function_ = 0;
  cancelled_ = false;
  const SQLRETURN result = result_;
  lock.unlock();
  ended.join();
  return result;
}

SQLRETURN AsyncCall::start(SQLUSMALLINT function, std::function<SQLRETURN()> body) {
  const std::lock_guard lock(mutex_);
  if (closed_) return SQL_INVALID_HANDLE;
  refusals_.clear();
  done_ = cancelled_ = false;
  thread_ = quiet_thread([this, body = std::move(body)] {
    const SQLRETURN result = body();
    const std::lock_guard end(mutex_);
    result_ = result;
    done_ = true;
  });
  function_ = function;
  return SQL_STILL_EXECUTING;
}

bool AsyncCall::refuses() {
  if (function_ == 0) return false;
  const std::lock_guard lock(mutex_);
  if (function_ == 0) return false;
  refuse();
  return true;
}

SQLRETURN AsyncCall::refuse() {
  refusals_.clear();
  refusals_.add(Error("HY010", "a function of this statement is still executing: call it again"));
  refusals_.return_code = SQL_ERROR;
  return SQL_ERROR;
}

bool AsyncCall::cancel_later() {
  const std::lock_guard lock(mutex_);
  if (function_ == 0 || done_) return false;
  cancelled_ = true;
  return true;
}

bool AsyncCall::close() {
  const std::lock_guard lock(mutex_);
  if (function_ != 0 && !done_) return false;
  closed_ = true;
  return true;
}

void AsyncCall::reopen() {
  const std::lock_guard lock(mutex_);
  closed_ = false;
}

void AsyncCall::finish() {
  std::unique_lock lock(mutex_);
  std::thread thread = std::move(thread_);
  lock.unlock();
  if (thread.joinable()) thread.join();
}

}  // namespace negodbc::odbc
