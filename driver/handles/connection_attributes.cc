// SQLSetConnectAttr and SQLGetConnectAttr.
#include <cstdint>

#include "driver/base/error.h"
#include "driver/handles/connection.h"
#include "driver/handles/isolation.h"
#include "driver/handles/sqlstate.h"
#include "driver/handles/statement/statement.h"
#include "driver/wire/answer.h"
#include "negodbc/odbc_extensions.h"

namespace negodbc::odbc {
namespace {

[[noreturn]] void bad_value(SQLINTEGER attribute, SQLULEN value) {
  throw Error("HY024", "connection attribute " + std::to_string(attribute) + " cannot be " +
                           std::to_string(value));
}

[[noreturn]] void unknown(SQLINTEGER attribute) {
  throw Error("HY092", "there is no connection attribute " + std::to_string(attribute));
}

bool boolean(SQLINTEGER attribute, SQLULEN value) {
  if (value > 1) bad_value(attribute, value);
  return value == 1;
}

}  // namespace

bool Connection::is_text_attribute(SQLINTEGER attribute) {
  return attribute == SQL_ATTR_CURRENT_CATALOG || attribute == SQL_ATTR_TRACEFILE ||
         attribute == SQL_ATTR_TRANSLATE_LIB;
}

void Connection::set_attribute(SQLINTEGER attribute, SQLPOINTER pointer, const std::string& text) {
  const auto value = static_cast<SQLULEN>(reinterpret_cast<std::uintptr_t>(pointer));
  const auto small = static_cast<SQLUINTEGER>(value);  // of integers only the lower half is meant
  switch (attribute) {
    case SQL_ATTR_LOGIN_TIMEOUT:
      login_timeout_ = small;
      return;
    case SQL_ATTR_CONNECTION_TIMEOUT:
      connection_timeout_ = small;
      return;
    case SQL_ATTR_AUTOCOMMIT:
      return set_autocommit(boolean(attribute, small));
    case SQL_ATTR_TXN_ISOLATION:
      if (isolation_name(small) == nullptr) bad_value(attribute, small);
      return set_isolation(small);
    case SQL_ATTR_ACCESS_MODE:
      if (small != SQL_MODE_READ_ONLY && small != SQL_MODE_READ_WRITE) bad_value(attribute, small);
      return set_access_mode(small);
    case SQL_ATTR_CURRENT_CATALOG:
      if (connected() && text != conversation_->session().database())
        throw Error("HYC00",
                    "a session cannot change its database; connect again to \"" + text + "\"");
      catalog_ = text;
      return;
    case SQL_ATTR_METADATA_ID:
      metadata_id_ = boolean(attribute, small);
      return;
    case SQL_ATTR_ANSI_APP:
      if (small > 1) bad_value(attribute, small);
      ansi_ = small == SQL_AA_TRUE;
      type_options_.ansi = ansi_;
      return;
    case SQL_ATTR_ODBC_CURSORS:
      if (value > SQL_CUR_USE_DRIVER) bad_value(attribute, value);
      odbc_cursors_ = value;
      return;
    case SQL_ATTR_PACKET_SIZE:
      if (connected()) throw Error("HY011", "the packet size can be set before connecting only");
      packet_size_ = small;
      return;
    case SQL_ATTR_QUIET_MODE:
      quiet_mode_ = pointer;
      return;
    case SQL_ATTR_NEGODBC_CREDENTIAL:
      if (connected()) throw Error("HY011", "the credential can be set before connecting only");
      credential_ = pointer;
      return;
    case SQL_ATTR_TRACE:
    case SQL_ATTR_TRACEFILE:
      return unsupported("tracing by the driver");
    case SQL_ATTR_TRANSLATE_LIB:
    case SQL_ATTR_TRANSLATE_OPTION:
      return unsupported("a translation library");
    case SQL_ATTR_ASYNC_ENABLE:
      if (value > SQL_ASYNC_ENABLE_ON) bad_value(attribute, small);
      async_statements_ = value == SQL_ASYNC_ENABLE_ON;
      for (Statement* statement : statements_) statement->async().enable(async_statements_);
      return;
    case SQL_ATTR_ASYNC_DBC_FUNCTIONS_ENABLE:
      if (value != SQL_ASYNC_DBC_ENABLE_OFF) unsupported("asynchronous connecting");
      return;
    case SQL_ATTR_RESET_CONNECTION:
      if (small != SQL_RESET_CONNECTION_YES) bad_value(attribute, small);
      return reset();
    case SQL_ATTR_ENLIST_IN_DTC:
      return unsupported("this connection attribute");
    case SQL_ATTR_AUTO_IPD:
    case SQL_ATTR_CONNECTION_DEAD:
      throw Error("HY092", "this connection attribute can only be read");
    default:
      unknown(attribute);
  }
}

Value Connection::attribute(SQLINTEGER attribute) {
  switch (attribute) {
    case SQL_ATTR_LOGIN_TIMEOUT:
      return login_timeout_.value_or(static_cast<SQLUINTEGER>(15));
    case SQL_ATTR_CONNECTION_TIMEOUT:
      return connection_timeout_;
    case SQL_ATTR_AUTOCOMMIT:
      return static_cast<SQLUINTEGER>(autocommit_ ? SQL_AUTOCOMMIT_ON : SQL_AUTOCOMMIT_OFF);
    case SQL_ATTR_TXN_ISOLATION:
      return isolation_.value_or(static_cast<SQLUINTEGER>(SQL_TXN_READ_COMMITTED));
    case SQL_ATTR_ACCESS_MODE:
      return access_mode().value_or(static_cast<SQLUINTEGER>(SQL_MODE_READ_WRITE));
    case SQL_ATTR_CURRENT_CATALOG:
      return connected() ? conversation_->session().database() : catalog_.value_or(std::string());
    case SQL_ATTR_CONNECTION_DEAD:
      return static_cast<SQLUINTEGER>(!connected() || dead() ? SQL_CD_TRUE : SQL_CD_FALSE);
    case SQL_ATTR_METADATA_ID:
      return static_cast<SQLUINTEGER>(metadata_id_ ? SQL_TRUE : SQL_FALSE);
    case SQL_ATTR_ANSI_APP:
      return static_cast<SQLUINTEGER>(ansi_ ? SQL_AA_TRUE : SQL_AA_FALSE);
    case SQL_ATTR_AUTO_IPD:
      return static_cast<SQLUINTEGER>(SQL_TRUE);
    case SQL_ATTR_ODBC_CURSORS:
      return odbc_cursors_;
    case SQL_ATTR_PACKET_SIZE:
      return packet_size_;
    case SQL_ATTR_QUIET_MODE:
      return quiet_mode_;
    case SQL_ATTR_NEGODBC_CREDENTIAL:
      return credential_;
    case SQL_ATTR_ASYNC_DBC_FUNCTIONS_ENABLE:
      return static_cast<SQLUINTEGER>(SQL_ASYNC_DBC_ENABLE_OFF);
    case SQL_ATTR_ASYNC_ENABLE:
      return static_cast<SQLULEN>(async_statements_ ? SQL_ASYNC_ENABLE_ON : SQL_ASYNC_ENABLE_OFF);
    case SQL_ATTR_TRACE:
      return static_cast<SQLUINTEGER>(SQL_OPT_TRACE_OFF);
    case SQL_ATTR_TRACEFILE:
    case SQL_ATTR_TRANSLATE_LIB:
    case SQL_ATTR_TRANSLATE_OPTION:
    case SQL_ATTR_ENLIST_IN_DTC:
    case SQL_ATTR_RESET_CONNECTION:
      unsupported("this connection attribute");
    default:
      return login_time(attribute);
  }
}

SQLUINTEGER Connection::login_time(SQLINTEGER attribute) {
  if (attribute < SQL_ATTR_NEGODBC_LOGIN_RESOLVE_US || attribute > SQL_ATTR_NEGODBC_LOGIN_TOTAL_US)
    unknown(attribute);
  if (!connected()) throw Error("08003", "this connection is not open");
  const session::LoginTimes& times = conversation_->session().login_times();
  const auto microseconds = [](session::LoginTimes::Duration time) {
    return static_cast<SQLUINTEGER>(
        std::chrono::duration_cast<std::chrono::microseconds>(time).count());
  };
  switch (attribute) {
    case SQL_ATTR_NEGODBC_LOGIN_RESOLVE_US:
      return microseconds(times.resolve);
    case SQL_ATTR_NEGODBC_LOGIN_CONNECT_US:
      return microseconds(times.connect);
    case SQL_ATTR_NEGODBC_LOGIN_ENCRYPTION_US:
      return microseconds(times.encryption);
    case SQL_ATTR_NEGODBC_LOGIN_TOKEN_US:
      return microseconds(times.token);
    case SQL_ATTR_NEGODBC_LOGIN_SERVER_US:
      return microseconds(times.server());
    default:
      return microseconds(times.total);
  }
}

}  // namespace negodbc::odbc
