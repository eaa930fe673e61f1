// Logging in: what the data source and the attributes ask for, and SQLBrowseConnect's dialog.
#include <algorithm>
#include <chrono>
#include <utility>

#include "driver/base/error.h"
#include "driver/dsn/log_wish.h"
#include "driver/handles/connection.h"
#include "driver/handles/isolation.h"
#include "driver/handles/log_events.h"
#include "driver/login/login.h"
#include "driver/session/ask.h"
#include "driver/session/connect_settings.h"

namespace negodbc::odbc {
namespace {

types::TypeOptions type_options_of(const dsn::Settings& settings) {
  types::TypeOptions types;
  types.bools_as_char = settings.boolean(dsn::Key::bools_as_char);
  types.true_is_minus_one = settings.boolean(dsn::Key::true_is_minus_one);
  types.lf_conversion = settings.boolean(dsn::Key::lf_conversion);
  types.null_dates = settings.boolean(dsn::Key::null_dates);
  types.text_as_long_varchar = settings.boolean(dsn::Key::text_as_long_varchar);
  types.unknowns_as_long_varchar = settings.boolean(dsn::Key::unknowns_as_long_varchar);
  types.bytea_as_long_varbinary = settings.boolean(dsn::Key::bytea_as_long_varbinary);
  // -4 is psqlodbc's SQL_NO_TOTAL; a size that programs can allocate is told all the same.
  const auto size = [&](dsn::Key key) -> SQLULEN {
    return static_cast<SQLULEN>(std::max(settings.number(key, SQL_NO_TOTAL, 0x7fffffff), 0L));
  };
  types.max_varchar_size = size(dsn::Key::max_varchar_size);
  types.max_long_varchar_size = size(dsn::Key::max_long_varchar_size);
  constexpr SQLSMALLINT int8_types[] = {0,          SQL_BIGINT,  SQL_INTEGER,    SQL_NUMERIC,
                                        SQL_DOUBLE, SQL_VARCHAR, SQL_LONGVARCHAR};
  types.int8_as = int8_types[settings.choice(dsn::Key::int8_as)];
  constexpr SQLSMALLINT numeric_types[] = {0, SQL_NUMERIC, SQL_DOUBLE, SQL_VARCHAR,
                                           SQL_LONGVARCHAR};
  types.numeric_as = numeric_types[settings.choice(dsn::Key::numeric_as)];
  return types;
}

Connection::PortalUse portal_use_of(const dsn::Settings& settings) {
  Connection::PortalUse use;
  const bool told = settings.has(dsn::Key::use_declare_fetch);
  use.always = told && settings.boolean(dsn::Key::use_declare_fetch);
  use.never = told && !use.always;
  use.rows = static_cast<std::int32_t>(settings.number(dsn::Key::fetch, 0, 0x7fffffff));
  return use;
}

}  // namespace

void Connection::connect(dsn::Settings settings) {
  if (connected()) throw Error("08002", "this connection is already in use");
  open_log(settings);
  login::LoginSettings login = dsn::login_settings(settings);
  types::TypeOptions types = type_options_of(settings);
  types.ansi = ansi_;
  types.short_text_narrow = entered_narrow_;
  money_scale_known_ = false;
  last_insert_.clear();
  names_statements_ = settings.boolean(dsn::Key::use_server_side_prepare);
  fetches_refcursors_ = settings.boolean(dsn::Key::fetch_refcursors);
  ignores_timeouts_ = settings.boolean(dsn::Key::ignore_timeout);
  portal_use_ = portal_use_of(settings);
  on_error_ = static_cast<session::OnError>(settings.choice(dsn::Key::protocol));
  read_only_ = settings.boolean(dsn::Key::read_only);

  log_in(login);
  try {
    const ConnectionTalk::Turn turn(talk_, diagnostics());
    if (settings.has(dsn::Key::connect_settings)) {
      const std::string sql(settings.get(dsn::Key::connect_settings));
      if (log::Log* const log = log_for(log_.get(), log::Level::statements))
        log_sql(*log, "statement", sql, standard_strings());
      session::run_connect_settings(*conversation_, sql, Deadline::after(login.timeout));
    }
    restore_utf8(Deadline::after(login.timeout));
  } catch (...) {
    hang_up();
    throw;
  }
  login_isolation_ = isolation_;
  login_access_mode_ = access_mode_;
  settings_ = std::move(settings);
  type_options_ = types;
}

// What a user would see: every database that takes connections and lets this user in. The one to
// ask in is "postgres", which every cluster has unless somebody dropped it: then nothing is listed.
std::vector<std::string> Connection::list_databases(const dsn::Settings& settings) {
  open_log(settings);
  login::LoginSettings login = dsn::login_settings(settings);
  login.database = "postgres";
  try {
    log_in(login);
  } catch (const Error& error) {
    if (error.state() == "3D000" || error.state() == "42501") return {};
    throw;
  }
  std::vector<std::string> names;
  try {
    const Deadline deadline = Deadline::after(login.timeout);
    constexpr wire::AnswerColumn one_name[] = {{wire::Holds::text}};
    for (const auto& row : session::ask(
             *conversation_,
             "SELECT datname FROM pg_catalog.pg_database WHERE datallowconn AND NOT datistemplate"
             " AND pg_catalog.has_database_privilege(oid, 'CONNECT') ORDER BY 1",
             one_name, session::Framing(), deadline))
      names.push_back(row.text(0));
  } catch (...) {
    hang_up();
    throw;
  }
  hang_up();
  return names;
}

std::string Connection::browse(std::string_view answer) {
  if (connected()) throw Error("08002", "this connection is already in use");
  if (!browse_) browse_.emplace();
  try {
    for (const std::string& text : dsn::texts_of(browse_->answer(answer)))
      diagnostics().warn("01S00", text);
    std::string prompt =
        browse_->prompt([this](const dsn::Settings& settings) { return list_databases(settings); });
    if (prompt.empty()) {
      connect(browse_->settings());
      browse_.reset();
    }
    return prompt;
  } catch (...) {
    browse_.reset();
    throw;
  }
}

// That it can't be written is told, and no reason not to connect.
void Connection::open_log(const dsn::Settings& settings) {
  log_.reset();
  try {
    const dsn::LogWish wish = dsn::log_wish(settings);
    if (!wish.path.empty()) log_ = std::make_unique<log::Log>(wish.path, wish.level);
  } catch (const Error& error) {
    if (error.state() != "01000") throw;
    diagnostics().warn("01000", error.what());
  }
}

void Connection::log_in(login::LoginSettings& login) {
  login.log = log_.get();
  if (login_timeout_) {
    login.timeout = *login_timeout_ == 0
                        ? std::chrono::milliseconds(std::chrono::hours(24))
                        : std::chrono::milliseconds(std::chrono::seconds(*login_timeout_));
  }
  login.native_credential = std::exchange(credential_, nullptr);
  if (login.native_credential != nullptr && login.gss_library == "auto") {
    throw Error("08001",
                "a credential that the program hands over is of one GSSAPI library: name it by "
                "GssLib");
  }
  if (catalog_ && login.database.empty()) login.database = *catalog_;
  // What the attributes ask for travels with the login: no statement is needed for it.
  if (isolation_)
    login.startup_parameters.emplace_back("default_transaction_isolation",
                                          isolation_name(*isolation_));
  if (const auto mode = access_mode()) {
    login.startup_parameters.emplace_back("default_transaction_read_only",
                                          *mode == SQL_MODE_READ_ONLY ? "on" : "off");
  }
  const ConnectionTalk::Turn turn(talk_, diagnostics());
  const auto sink = [this](const wire::ServerMessage& message) { talk_.add_notice(message); };
  conversation_ = std::make_unique<session::Conversation>(login::login(login, sink));
  talk_.attach(&conversation_->session(), log_.get());
  if (log_ && log_->has_failed())
    diagnostics().warn("01000", "the log " + log_->path() + " lacks lines that can't be written");
}

}  // namespace negodbc::odbc
