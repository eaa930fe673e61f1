// SQLHENV: the version of ODBC that the application speaks, and the connections made under it.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <vector>

#include "driver/base/fork_mutex.h"
#include "driver/handles/handle.h"
#include "driver/handles/value.h"

namespace negodbc::odbc {

class Connection;

class Environment final : public Handle {
 public:
  static constexpr Kind handle_kind = Kind::environment;
  Environment() : Handle(Kind::environment) {}

  [[nodiscard]] CallMutex& mutex() override { return mutex_; }

  // SQLSetEnvAttr, SQLGetEnvAttr. Throw Error HY092, HY024, HYC00, HY010.
  void set_attribute(SQLINTEGER attribute, SQLINTEGER value);
  [[nodiscard]] Value attribute(SQLINTEGER attribute) const;

  // SQL_OV_ODBC2, SQL_OV_ODBC3, SQL_OV_ODBC3_80; 0 while the application has not said. Any thread.
  [[nodiscard]] SQLINTEGER odbc_version() const { return odbc_version_; }

  // Under mutex(). Connections keep their environment, not the other way round.
  void add(Connection& connection);
  void remove(const Connection& connection);
  [[nodiscard]] const std::vector<Connection*>& connections() const { return connections_; }

 private:
  CallMutex mutex_;
  std::atomic<SQLINTEGER> odbc_version_{0};
  SQLINTEGER pooling_ = 0;     // SQL_CP_OFF
  SQLINTEGER pool_match_ = 0;  // SQL_CP_STRICT_MATCH
  std::vector<Connection*> connections_;
};

}  // namespace negodbc::odbc
