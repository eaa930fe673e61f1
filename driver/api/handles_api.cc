// SQLAllocHandle, SQLFreeHandle, SQLFreeStmt, SQLCopyDesc.
#include "driver/api/guard.h"
#include "driver/api/odbc.h"

using namespace negodbc;  // NOLINT(google-build-using-namespace): entry points are outside of it
using namespace negodbc::odbc;  // NOLINT(google-build-using-namespace)

namespace {

SQLRETURN allocate_environment(SQLHANDLE* output) noexcept {
  if (output == nullptr) return SQL_ERROR;
  *output = SQL_NULL_HENV;
  try {
    const auto environment = std::make_shared<Environment>();
    publish(environment);
    *output = environment->id();
    return SQL_SUCCESS;
  } catch (...) {
    return SQL_ERROR;
  }
}

SQLRETURN allocate_connection(SQLHANDLE parent, SQLHANDLE* output) noexcept {
  return guarded<Environment>(parent, [&](Environment& environment) {
    if (output == nullptr) throw Error("HY009", "there is no place for the new handle");
    *output = SQL_NULL_HDBC;
    if (environment.odbc_version() == 0)
      throw Error("HY010", "SQL_ATTR_ODBC_VERSION must be set on the environment first");
    const auto connection = std::make_shared<Connection>(
        std::static_pointer_cast<Environment>(environment.shared_from_this()));
    environment.add(*connection);
    publish(connection);
    *output = connection->id();
  });
}

std::shared_ptr<Connection> shared(Connection& connection) {
  return std::static_pointer_cast<Connection>(connection.shared_from_this());
}

SQLRETURN allocate_statement(SQLHANDLE parent, SQLHANDLE* output) noexcept {
  return guarded<Connection>(parent, [&](Connection& connection) {
    if (output == nullptr) throw Error("HY009", "there is no place for the new handle");
    *output = SQL_NULL_HSTMT;
    if (!connection.connected()) throw Error("08003", "this connection is not open");
    *output = Statement::create(shared(connection))->id();
  });
}

SQLRETURN allocate_descriptor(SQLHANDLE parent, SQLHANDLE* output) noexcept {
  return guarded<Connection>(parent, [&](Connection& connection) {
    if (output == nullptr) throw Error("HY009", "there is no place for the new handle");
    *output = SQL_NULL_HDESC;
    if (!connection.connected()) throw Error("08003", "this connection is not open");
    const auto descriptor =
        std::make_shared<Descriptor>(DescriptorRole::ard, true, shared(connection));
    connection.add(*descriptor);
    publish(descriptor);
    *output = descriptor->id();
  });
}

SQLRETURN free_environment(SQLHANDLE id) noexcept {
  return guarded<Environment>(id, [](Environment& environment) {
    if (!environment.connections().empty())
      throw Error("HY010", "connections of this environment must be freed first");
    environment.set_freed();
    withdraw(environment);
  });
}

SQLRETURN free_connection(SQLHANDLE id) noexcept {
  const std::shared_ptr<Connection> kept = find<Connection>(id);
  if (!kept) return SQL_INVALID_HANDLE;
  const SQLRETURN result = guarded<Connection>(id, [](Connection& connection) {
    if (connection.connected()) throw Error("HY010", "the connection must be disconnected first");
    connection.set_freed();
    withdraw(connection);
  });
  if (!SQL_SUCCEEDED(result)) return result;
  // After the connection's own mutex: SQLEndTran takes the environment's first.
  const std::lock_guard lock(kept->environment().mutex());
  kept->environment().remove(*kept);
  return result;
}

SQLRETURN free_descriptor(SQLHANDLE id) noexcept {
  return guarded<Descriptor>(id, [](Descriptor& descriptor) {
    if (!descriptor.is_explicit())
      throw Error("HY017", "a descriptor that came with a statement is freed with it");
    Connection& connection = *descriptor.connection();
    for (Statement* statement : connection.statements()) statement->forget_descriptor(descriptor);
    connection.remove(descriptor);
    descriptor.set_freed();
    withdraw(descriptor);
  });
}

SQLRETURN free_statement(SQLHANDLE id) noexcept {
  return guarded<Statement>(id, [](Statement& statement) { statement.free(); });
}

}  // namespace

SQLRETURN SQL_API SQLAllocHandle(SQLSMALLINT type, SQLHANDLE parent, SQLHANDLE* output) {
  switch (type) {
    case SQL_HANDLE_ENV:
      return allocate_environment(output);
    case SQL_HANDLE_DBC:
      return allocate_connection(parent, output);
    case SQL_HANDLE_STMT:
      return allocate_statement(parent, output);
    case SQL_HANDLE_DESC:
      return allocate_descriptor(parent, output);
    default:
      return SQL_ERROR;
  }
}

SQLRETURN SQL_API SQLFreeHandle(SQLSMALLINT type, SQLHANDLE id) {
  switch (type) {
    case SQL_HANDLE_ENV:
      return free_environment(id);
    case SQL_HANDLE_DBC:
      return free_connection(id);
    case SQL_HANDLE_STMT:
      return free_statement(id);
    case SQL_HANDLE_DESC:
      return free_descriptor(id);
    default:
      return SQL_INVALID_HANDLE;
  }
}

SQLRETURN SQL_API SQLFreeStmt(SQLHSTMT id, SQLUSMALLINT option) {
  if (option == SQL_DROP) return free_statement(id);
  return guarded<Statement>(id, [&](Statement& statement) {
    if (statement.needs_data())
      throw Error("HY010", "the statement waits for its parameters' data (SQLParamData)");
    switch (option) {
      case SQL_CLOSE:
        return statement.close();
      case SQL_UNBIND:
        return statement.unbind_columns();
      case SQL_RESET_PARAMS:
        statement.require_no_parameter_data();
        return statement.reset_parameters();
      default:
        throw Error("HY092", "there is no option " + std::to_string(option));
    }
  });
}

SQLRETURN SQL_API SQLCloseCursor(SQLHSTMT id) {
  return guarded<Statement>(id, [](Statement& statement) { statement.close_cursor(); });
}
