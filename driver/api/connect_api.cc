// SQLConnect, SQLDriverConnect, SQLBrowseConnect, SQLDisconnect, SQLEndTran.
#include <algorithm>
#include <iterator>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "driver/api/guard.h"
#include "driver/api/odbc.h"
#include "driver/api/text.h"
#include "driver/dialog/completion.h"
#include "driver/dsn/settings.h"
#include "driver/dsn/unknown.h"

using namespace negodbc;  // NOLINT(google-build-using-namespace): entry points are outside of it
using namespace negodbc::odbc;  // NOLINT(google-build-using-namespace)

namespace {

using dsn::Key;

// Before the login, which may fail because of them.
void warn_of(const std::vector<dsn::Unknown>& words, Connection& connection) {
  for (const std::string& text : dsn::texts_of(words)) connection.diagnostics().warn("01S00", text);
}

// A login that fails beside a misspelt word mostly does so because of it. The word comes first:
// programs show one record, and driver managers cut it.
void log_in(Connection& connection, dsn::Settings settings,
            const std::vector<dsn::Unknown>& words) {
  try {
    connection.connect(std::move(settings));
  } catch (const Error& error) {
    std::string misspelt;
    for (const dsn::Unknown& word : std::span(words).first(std::min(words.size(), dsn::most_told)))
      if (!dsn::nearest_keyword(word.word).empty()) misspelt += dsn::text_of(word) + " ";
    if (misspelt.empty()) throw;
    throw Error(error.state().view(), misspelt + error.what(), error.native());
  }
}

// Where somebody was to be asked before `window` (null: nobody was), and can't be.
void log_in_unasked(Connection& connection, dsn::Settings settings,
                    const std::vector<dsn::Unknown>& words, SQLHWND window) {
  try {
    log_in(connection, std::move(settings), words);
  } catch (const Error& error) {
    const std::string why = dialog::why_nobody_is_asked(window);
    if (why.empty()) throw;
    throw Error(error.state().view(), std::string(error.what()) + ". " + why, error.native());
  }
}

template <class Char>
SQLRETURN connect_to(SQLHDBC id, const Char* name, SQLSMALLINT name_length, const Char* user,
                     SQLSMALLINT user_length, const Char* password,
                     SQLSMALLINT password_length) noexcept {
  return guarded<Connection>(id, [&](Connection& connection) {
    connection.enter(sizeof(Char) == 1);
    dsn::Settings settings;
    const std::string source = optional_text(name, name_length).value_or("");
    if (!source.empty()) settings.set(Key::dsn, source);
    const auto given_user = optional_text(user, user_length);
    if (given_user && !given_user->empty()) settings.set(Key::user, *given_user);
    if (password != nullptr) {
      const Secret given_password = required_secret(password, password_length);
      if (!given_password.empty()) settings.set(Key::password, given_password.reveal());
    }
    const auto unknown = dsn::complete_from_dsn(settings, source.empty() ? "DEFAULT" : source);
    warn_of(unknown, connection);
    log_in(connection, std::move(settings), unknown);
  });
}

// Whether somebody may be asked, and for what.
std::optional<dialog::Completion> completion_of(SQLUSMALLINT completion, SQLHWND window) {
  if (completion > SQL_DRIVER_COMPLETE_REQUIRED)
    throw Error("HY110", "there is no driver completion " + std::to_string(completion));
  if (!dialog::can_ask(window)) return std::nullopt;
  switch (completion) {
    case SQL_DRIVER_PROMPT:
      return dialog::Completion::prompt;
    case SQL_DRIVER_COMPLETE:
      return dialog::Completion::complete;
    case SQL_DRIVER_COMPLETE_REQUIRED:
      return dialog::Completion::complete_required;
    default:
      return std::nullopt;
  }
}

template <class Char>
SQLRETURN driver_connect(SQLHDBC id, SQLHWND window, const Char* input, SQLSMALLINT input_length,
                         Char* output, SQLSMALLINT capacity, SQLSMALLINT* output_length,
                         SQLUSMALLINT completion) noexcept {
  return guard<Connection>(id, [&](Connection& connection) -> SQLRETURN {
    connection.enter(sizeof(Char) == 1);
    const auto asks = completion_of(completion, window);
    dsn::Parsed parsed =
        dsn::parse_connection_string(required_secret(input, input_length).reveal());
    warn_of(parsed.unknown, connection);
    dsn::Settings& settings = parsed.settings;
    if (settings.has(Key::dsn)) {
      auto more = dsn::complete_from_dsn(settings, std::string(settings.get(Key::dsn)));
      warn_of(more, connection);
      std::move(more.begin(), more.end(), std::back_inserter(parsed.unknown));
    } else {
      dsn::complete_from_driver(settings, std::string(settings.get(Key::driver)));
    }
    const auto connect = [&](const dsn::Settings& given) {
      log_in(connection, given, parsed.unknown);
    };
    if (!asks) {
      // Whatever may be missing is taken as it is, and the login says what it lacks.
      log_in_unasked(connection, std::move(settings), parsed.unknown,
                     completion == SQL_DRIVER_NOPROMPT ? nullptr : window);
    } else if (!dialog::complete(
                   settings, *asks,
                   [&](const dialog::Question& question) { return dialog::ask(window, question); },
                   connect)) {
      return SQL_NO_DATA;
    }
    std::string completed = dsn::to_connection_string(connection.settings());
    text_out(completed, output, capacity, output_length, Unit::characters,
             &connection.diagnostics());
    wipe(completed);
    return SQL_SUCCESS;
  });
}

template <class Char>
SQLRETURN browse_connect(SQLHDBC id, const Char* input, SQLSMALLINT input_length, Char* output,
                         SQLSMALLINT capacity, SQLSMALLINT* output_length) noexcept {
  return guard<Connection>(id, [&](Connection& connection) -> SQLRETURN {
    connection.enter(sizeof(Char) == 1);
    const std::string prompt = connection.browse(required_secret(input, input_length).reveal());
    std::string completed;
    if (prompt.empty()) completed = dsn::to_connection_string(connection.settings());
    text_out(prompt.empty() ? completed : prompt, output, capacity, output_length, Unit::characters,
             &connection.diagnostics());
    wipe(completed);
    return prompt.empty() ? SQL_SUCCESS : SQL_NEED_DATA;
  });
}

SQLRETURN end_all(SQLHENV id, SQLSMALLINT how) noexcept {
  return guarded<Environment>(id, [&](Environment& environment) {
    unsigned failed = 0;
    for (Connection* connection : environment.connections()) {
      const std::lock_guard lock(connection->mutex());
      if (!connection->connected()) continue;
      connection->diagnostics().clear();
      try {
        connection->end_transaction(how);
      } catch (const Error&) {
        report(connection->diagnostics());
        ++failed;
      }
    }
    if (failed > 0) {
      throw Error("25S01", "the transaction's end failed on " + std::to_string(failed) +
                               " connections; their diagnostics say why");
    }
  });
}

}  // namespace

SQLRETURN SQL_API SQLConnect(SQLHDBC id, SQLCHAR* name, SQLSMALLINT name_length, SQLCHAR* user,
                             SQLSMALLINT user_length, SQLCHAR* password,
                             SQLSMALLINT password_length) {
  return connect_to(id, name, name_length, user, user_length, password, password_length);
}

SQLRETURN SQL_API SQLConnectW(SQLHDBC id, SQLWCHAR* name, SQLSMALLINT name_length, SQLWCHAR* user,
                              SQLSMALLINT user_length, SQLWCHAR* password,
                              SQLSMALLINT password_length) {
  return connect_to(id, name, name_length, user, user_length, password, password_length);
}

SQLRETURN SQL_API SQLDriverConnect(SQLHDBC id, SQLHWND window, SQLCHAR* input,
                                   SQLSMALLINT input_length, SQLCHAR* output, SQLSMALLINT capacity,
                                   SQLSMALLINT* output_length, SQLUSMALLINT completion) {
  return driver_connect(id, window, input, input_length, output, capacity, output_length,
                        completion);
}

SQLRETURN SQL_API SQLDriverConnectW(SQLHDBC id, SQLHWND window, SQLWCHAR* input,
                                    SQLSMALLINT input_length, SQLWCHAR* output,
                                    SQLSMALLINT capacity, SQLSMALLINT* output_length,
                                    SQLUSMALLINT completion) {
  return driver_connect(id, window, input, input_length, output, capacity, output_length,
                        completion);
}

SQLRETURN SQL_API SQLBrowseConnect(SQLHDBC id, SQLCHAR* input, SQLSMALLINT input_length,
                                   SQLCHAR* output, SQLSMALLINT capacity,
                                   SQLSMALLINT* output_length) {
  return browse_connect(id, input, input_length, output, capacity, output_length);
}

SQLRETURN SQL_API SQLBrowseConnectW(SQLHDBC id, SQLWCHAR* input, SQLSMALLINT input_length,
                                    SQLWCHAR* output, SQLSMALLINT capacity,
                                    SQLSMALLINT* output_length) {
  return browse_connect(id, input, input_length, output, capacity, output_length);
}

SQLRETURN SQL_API SQLDisconnect(SQLHDBC id) {
  return guarded<Connection>(id, [](Connection& connection) { connection.disconnect(); });
}

SQLRETURN SQL_API SQLEndTran(SQLSMALLINT type, SQLHANDLE id, SQLSMALLINT how) {
  if (type == SQL_HANDLE_ENV) return end_all(id, how);
  if (type != SQL_HANDLE_DBC) return SQL_INVALID_HANDLE;
  return guarded<Connection>(id, [&](Connection& connection) { connection.end_transaction(how); });
}
