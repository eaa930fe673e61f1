#include "driver/handles/environment.h"

#include <cstddef>
#include <new>

#include "driver/base/error.h"

namespace negodbc::odbc {
namespace {

// A child has to find the list of connections whole.
ForkMutex& lists_mutex() {
  alignas(ForkMutex) static std::byte memory[sizeof(ForkMutex)];
  static ForkMutex& mutex = *new (memory) ForkMutex;  // never destroyed, as the handles' registry
  return mutex;
}

}  // namespace

void Environment::add(Connection& connection) {
  const std::lock_guard lock(lists_mutex());
  connections_.push_back(&connection);
}

void Environment::remove(const Connection& connection) {
  const std::lock_guard lock(lists_mutex());
  std::erase(connections_, &connection);
}

void Environment::set_attribute(SQLINTEGER attribute, SQLINTEGER value) {
  const auto reject = [&] {
    throw Error("HY024", "environment attribute " + std::to_string(attribute) + " cannot be " +
                             std::to_string(value));
  };
  switch (attribute) {
    case SQL_ATTR_ODBC_VERSION:
      if (value != SQL_OV_ODBC2 && value != SQL_OV_ODBC3 && value != SQL_OV_ODBC3_80) reject();
      if (!connections_.empty())
        throw Error("HY010", "the ODBC version cannot change while there are connections");
      odbc_version_ = value;
      return;
    case SQL_ATTR_OUTPUT_NTS:
      if (value == SQL_FALSE) throw Error("HYC00", "strings are always returned with a terminator");
      if (value != SQL_TRUE) reject();
      return;
    case SQL_ATTR_CONNECTION_POOLING:
      if (value < 0 || value > static_cast<SQLINTEGER>(SQL_CP_ONE_PER_HENV)) reject();
      pooling_ = value;
      return;
    case SQL_ATTR_CP_MATCH:
      if (value < 0 || value > static_cast<SQLINTEGER>(SQL_CP_RELAXED_MATCH)) reject();
      pool_match_ = value;
      return;
    default:
      throw Error("HY092", "there is no environment attribute " + std::to_string(attribute));
  }
}

Value Environment::attribute(SQLINTEGER attribute) const {
  switch (attribute) {
    case SQL_ATTR_ODBC_VERSION:
      return odbc_version_.load();
    case SQL_ATTR_OUTPUT_NTS:
      return SQLINTEGER{SQL_TRUE};
    case SQL_ATTR_CONNECTION_POOLING:
      return pooling_;
    case SQL_ATTR_CP_MATCH:
      return pool_match_;
    default:
      throw Error("HY092", "there is no environment attribute " + std::to_string(attribute));
  }
}

}  // namespace negodbc::odbc
