// SQLGetInfo, SQLGetFunctions.
#include <algorithm>

#include "driver/api/functions.h"
#include "driver/api/guard.h"
#include "driver/api/odbc.h"
#include "driver/api/text.h"
#include "driver/catalog/info.h"

using namespace negodbc;  // NOLINT(google-build-using-namespace): entry points are outside of it
using namespace negodbc::odbc;  // NOLINT(google-build-using-namespace)

namespace {

catalog::InfoContext context_of(Connection& connection) {
  catalog::InfoContext context;
  if (connection.settings().has(dsn::Key::dsn))
    context.data_source = connection.settings().get(dsn::Key::dsn);
  const session::Session& session = connection.conversation().session();
  context.server = session.host().name;
  context.database = session.database();
  context.user = session.user();
  context.server_version = session.server_version();
  context.read_only = session.parameter("in_hot_standby") == "on" ||
                      session.parameter("default_transaction_read_only") == "on";
  return context;
}

template <class Char>
SQLRETURN get_info(SQLHDBC id, SQLUSMALLINT type, SQLPOINTER output, SQLSMALLINT capacity,
                   SQLSMALLINT* length) noexcept {
  return guarded<Connection>(id, [&](Connection& connection) {
    const catalog::InfoContext context =
        connection.connected() ? context_of(connection) : catalog::InfoContext();
    if (!connection.connected() && catalog::info_needs_connection(type))
      throw Error("08003", "this information needs an open connection");
    const catalog::InfoValue value = catalog::info(type, context);
    if (const auto* text = std::get_if<std::string>(&value)) {
      return text_out(*text, static_cast<Char*>(output), capacity, length, Unit::bytes,
                      &connection.diagnostics());
    }
    const auto put = [&](auto number) {
      if (output != nullptr) *static_cast<decltype(number)*>(output) = number;
      if (length != nullptr) *length = sizeof(number);
    };
    if (const auto* small = std::get_if<SQLUSMALLINT>(&value)) return put(*small);
    put(std::get<SQLUINTEGER>(value));
  });
}

}  // namespace

SQLRETURN SQL_API SQLGetInfo(SQLHDBC id, SQLUSMALLINT type, SQLPOINTER output, SQLSMALLINT capacity,
                             SQLSMALLINT* length) {
  return get_info<SQLCHAR>(id, type, output, capacity, length);
}

SQLRETURN SQL_API SQLGetInfoW(SQLHDBC id, SQLUSMALLINT type, SQLPOINTER output,
                              SQLSMALLINT capacity, SQLSMALLINT* length) {
  return get_info<SQLWCHAR>(id, type, output, capacity, length);
}

SQLRETURN SQL_API SQLGetFunctions(SQLHDBC id, SQLUSMALLINT function, SQLUSMALLINT* supported) {
  return guarded<Connection>(id, [&](Connection& /*connection*/) {
    if (supported == nullptr) throw Error("HY009", "there is no place for the answer");
    constexpr SQLUSMALLINT odbc2_last = 100;
    switch (function) {
      case SQL_API_ODBC3_ALL_FUNCTIONS:  // a bit each
        std::fill_n(supported, SQL_API_ODBC3_ALL_FUNCTIONS_SIZE, SQLUSMALLINT{0});
        for (const Function& f : functions()) {
          auto& word = supported[f.id >> 4U];
          word = static_cast<SQLUSMALLINT>(word | (1U << (f.id & 15U)));
        }
        return;
      case SQL_API_ALL_FUNCTIONS:  // an element each
        std::fill_n(supported, odbc2_last, SQLUSMALLINT{SQL_FALSE});
        for (const Function& f : functions())
          if (f.id < odbc2_last) supported[f.id] = SQL_TRUE;
        return;
      default:
        *supported = has_function(function) ? SQL_TRUE : SQL_FALSE;
    }
  });
}
