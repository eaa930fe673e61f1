// What all handles have in common, and the registry that finds them.
//
// A SQLHANDLE is a number that is never used twice: a stale, foreign or mistaken handle is not
// found, and is answered with SQL_INVALID_HANDLE rather than a crash. The registry is safe from any
// thread and outlives every static object of the application (handles may be freed at exit).
#pragma once

#include <sql.h>
#include <sqlext.h>

#include <memory>
#include <mutex>

#include "driver/base/fork_mutex.h"
#include "driver/handles/diagnostics.h"
#include "driver/log/log.h"

namespace negodbc::odbc {

enum class Kind : SQLSMALLINT {
  environment = SQL_HANDLE_ENV,
  connection = SQL_HANDLE_DBC,
  statement = SQL_HANDLE_STMT,
  descriptor = SQL_HANDLE_DESC,
};

class Handle : public std::enable_shared_from_this<Handle> {
 public:
  explicit Handle(Kind kind);
  virtual ~Handle() = default;
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;

  [[nodiscard]] Kind kind() const { return kind_; }
  [[nodiscard]] SQLHANDLE id() const { return id_; }
  // Held by whoever calls a member function: the environment's own, or that of the connection.
  [[nodiscard]] virtual CallMutex& mutex() = 0;
  [[nodiscard]] Diagnostics& diagnostics() { return diagnostics_; }
  // Of the connection; null: there is none.
  [[nodiscard]] virtual log::Log* log() { return nullptr; }

  // Set under the mutex when the handle is freed: a thread that waited for the mutex finds out.
  [[nodiscard]] bool freed() const { return freed_; }
  void set_freed() { freed_ = true; }

 private:
  Kind kind_;
  SQLHANDLE id_;
  Diagnostics diagnostics_;
  bool freed_ = false;
};

// From now on the handle can be found; the registry shares ownership until withdraw().
void publish(const std::shared_ptr<Handle>& handle);
void withdraw(const Handle& handle);
std::shared_ptr<Handle> find_handle(SQLHANDLE id, Kind kind);  // nullptr: no such handle

// T has `static constexpr Kind handle_kind`.
template <class T>
std::shared_ptr<T> find(SQLHANDLE id) {
  return std::static_pointer_cast<T>(find_handle(id, T::handle_kind));
}

}  // namespace negodbc::odbc
