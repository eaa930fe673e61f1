#include "driver/handles/connection.h"

#include <algorithm>
#include <chrono>

#include "driver/base/error.h"
#include "driver/handles/descriptor.h"
#include "driver/handles/isolation.h"
#include "driver/handles/statement.h"
#include "driver/login/login.h"
#include "driver/session/ask.h"

namespace negodbc::odbc {
namespace {

constexpr std::chrono::seconds cancel_time{5};
constexpr char set_utf8[] = "SET client_encoding TO 'UTF8'";
constexpr std::size_t most_notices = 100;  // of one execution; a loop of RAISE NOTICE has no end

std::string notice_text(const wire::ServerMessage& message) {
  std::string text(message.severity);
  text.append(": ").append(message.text);
  if (!message.detail.empty()) text.append("; detail: ").append(message.detail);
  if (!message.hint.empty()) text.append("; hint: ").append(message.hint);
  return text;
}

types::TypeOptions type_options_of(const dsn::Settings& settings) {
  types::TypeOptions types;
  types.bools_as_char = settings.boolean(dsn::Key::bools_as_char);
  types.true_is_minus_one = settings.boolean(dsn::Key::true_is_minus_one);
  types.lf_conversion = settings.boolean(dsn::Key::lf_conversion);
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

Connection::Connection(std::shared_ptr<Environment> environment)
    : Handle(Kind::connection), environment_(std::move(environment)) {}

Connection::~Connection() = default;

void Connection::connect(dsn::Settings settings) {
  if (connected()) throw Error("08002", "this connection is already in use");
  login::LoginSettings login = dsn::login_settings(settings);
  types::TypeOptions types = type_options_of(settings);
  types.ansi = ansi_;
  names_statements_ = settings.boolean(dsn::Key::use_server_side_prepare);
  ignores_timeouts_ = settings.boolean(dsn::Key::ignore_timeout);
  portal_use_ = portal_use_of(settings);
  on_error_ = static_cast<session::OnError>(settings.choice(dsn::Key::protocol));
  read_only_ = settings.boolean(dsn::Key::read_only);

  log_in(login);
  try {
    if (settings.has(dsn::Key::connect_settings))
      conversation_->run(std::string(settings.get(dsn::Key::connect_settings)),
                         Deadline::after(login.timeout));
    settle_encoding(Deadline::after(login.timeout));
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
    for (const dsn::Unknown& unknown : browse_->answer(answer))
      diagnostics().warn("01S00", dsn::text_of(unknown));
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

void Connection::log_in(login::LoginSettings& login) {
  if (login_timeout_) {
    login.timeout = *login_timeout_ == 0
                        ? std::chrono::milliseconds(std::chrono::hours(24))
                        : std::chrono::milliseconds(std::chrono::seconds(*login_timeout_));
  }
  login.native_credential = credential_;
  if (credential_ != nullptr && login.gss_library == "auto") {
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
  const auto sink = [this](const wire::ServerMessage& message) {
    if (collect_notices_ && notices_.size() < most_notices)
      notices_.push_back(notice_text(message));
  };
  auto conversation = std::make_unique<session::Conversation>(login::login(login, sink));
  const std::lock_guard lock(cancel_mutex_);
  conversation_ = std::move(conversation);
  cancellable_ = &conversation_->session();
}

void Connection::free_statements() {
  while (!statements_.empty()) {
    const auto statement =
        std::static_pointer_cast<Statement>(statements_.back()->shared_from_this());
    statement->free();
  }
  while (!descriptors_.empty()) {
    const auto descriptor = descriptors_.back()->shared_from_this();
    descriptor->set_freed();
    descriptors_.pop_back();
    withdraw(*descriptor);
  }
}

// A function that still executes has, or waits for, the lock that is held here.
void Connection::close_calls() {
  for (std::size_t closed = 0; closed < statements_.size(); ++closed) {
    if (statements_[closed]->async().close()) continue;
    while (closed > 0) statements_[--closed]->async().reopen();
    throw Error("HY010", "a function of one of the connection's statements is still executing");
  }
}

void Connection::disconnect() {
  if (browse_) return browse_.reset();
  if (!connected()) throw Error("08003", "this connection is not open");
  // Whether the server is gone is asked of the kernel only where it matters.
  for (const Statement* statement : statements_)
    if (statement->needs_data() && !dead())
      throw Error("HY010", "a statement still waits for its parameters' data");
  if (!autocommit_) require_no_transaction();
  close_calls();
  free_statements();
  hang_up();
}

// A server that cannot be asked has no transaction that could be ended.
void Connection::require_no_transaction() {
  try {
    const Deadline until = deadline();
    const char status = conversation().transaction_status(
        until.is_never() ? Deadline::after(session::Conversation::close_time) : until);
    if (status == 'I') return;
  } catch (const ConnectionError& error) {
    if (conversation_->session().transaction_status() != 'I')
      diagnostics().warn("01002", std::string("the open transaction is lost: ") + error.what());
    return;
  } catch (const Error& error) {
    conversation_->session().mark_broken();
    diagnostics().warn("01002", std::string("the connection was given up: ") + error.what());
    return;
  }
  throw Error("25000", "a transaction is open: end it with SQLEndTran before disconnecting");
}

void Connection::hang_up() {
  const std::lock_guard lock(cancel_mutex_);
  cancellable_ = nullptr;
  statement_cache_ = {};
  routines_.clear();
  large_objects_ = {};
  conversation_.reset();
}

void Connection::reset() {
  session::Conversation& server = conversation();
  for (Statement* statement : statements_) statement->close();
  statement_cache_ = {};
  routines_.clear();
  large_objects_ = {};
  // The others go with the next statement, which would be refused.
  if (!foreign_encoding().empty()) server.run("ROLLBACK; RESET client_encoding", deadline());
  std::vector<std::string> queries = {"DISCARD ALL"};
  if (settings_.has(dsn::Key::connect_settings))
    queries.emplace_back(settings_.get(dsn::Key::connect_settings));
  if (sets_encoding_back_) queries.emplace_back(set_utf8);
  server.reset(std::move(queries), deadline());
  autocommit_ = true;
  isolation_ = login_isolation_;
  access_mode_ = login_access_mode_;
  metadata_id_ = false;
  connection_timeout_ = 0;
  quiet_mode_ = nullptr;
}

session::Conversation& Connection::conversation() {
  if (!connected()) throw Error("08003", "this connection is not open");
  if (dead()) tell_loss();
  return *conversation_;
}

void Connection::tell_loss() {
  session::Session& session = conversation_->session();
  // What was sent to a result that is still read comes before the server's last words. All of it is
  // here: the peer has closed its side.
  if (!session.broken())
    conversation_->settle_all(Deadline::after(session::Conversation::close_time));
  session.tell_loss();
}

bool Connection::dead() const {
  return connected() && conversation_->session().dead();
}

bool Connection::standard_strings() const {
  return !connected() || conversation_->session().parameter("standard_conforming_strings") != "off";
}

// Data sources made for other drivers ask for the encoding of their programs; here programs get
// theirs from UTF8.
void Connection::settle_encoding(Deadline deadline) {
  sets_encoding_back_ = !foreign_encoding().empty();
  if (!sets_encoding_back_) return;
  diagnostics().warn("01000", "client_encoding was " + std::string(foreign_encoding()) +
                                  " (ConnSettings); the driver speaks UTF8 and has set it back");
  conversation_->run(set_utf8, deadline);
  if (!foreign_encoding().empty()) throw Error("08001", encoding_words());
}

std::string_view Connection::foreign_encoding() const {
  if (!connected() || conversation_->session().speaks_utf8()) return {};
  return conversation_->session().parameter("client_encoding");
}

void Connection::require_utf8(std::string_view sql) const {
  if (foreign_encoding().empty() || sql::may_restore_encoding(sql, standard_strings())) return;
  throw Error("HYC00", encoding_words());
}

void Connection::refuse_encoding_set(sql::EncodingSet set) {
  if (set != sql::EncodingSet::other) return;
  throw Error("HYC00",
              "client_encoding can only be UTF8: the driver gives text in the encoding that the "
              "program reads it in, whatever the database's is; leave the statement out");
}

std::string Connection::encoding_words() const {
  return "the session's client_encoding is " + std::string(foreign_encoding()) +
         ", and the driver speaks UTF8: set it back (RESET client_encoding) and leave out what has "
         "set it";
}

bool Connection::show_system_tables() const {
  return settings_.boolean(dsn::Key::show_system_tables);
}

Deadline Connection::deadline() const {
  return connection_timeout_ == 0 ? Deadline::never()
                                  : Deadline::after(std::chrono::seconds(connection_timeout_));
}

session::Framing Connection::framing(sql::Surround surround) const {
  session::Framing framing;
  framing.on_error = on_error_;
  switch (surround) {
    case sql::Surround::savepoint:
      break;
    case sql::Surround::savepoint_before:
      framing.savepoint = session::Savepoint::before;
      break;
    case sql::Surround::nothing:
      if (uses_savepoints()) framing.savepoint = session::Savepoint::none;
      framing.ends_transaction = true;
      break;
    case sql::Surround::alone:  // within a transaction it fails, and is undone as anything else
      return framing;
  }
  if (autocommit_) return framing;
  framing.begin = true;
  std::string& text = framing.begin_text;
  if (isolation_) text.append(" ISOLATION LEVEL ").append(isolation_name(*isolation_));
  if (const auto mode = access_mode())
    text.append(*mode == SQL_MODE_READ_ONLY ? " READ ONLY" : " READ WRITE");
  return framing;
}

std::shared_ptr<session::CachedStatement> Connection::cached(std::string_view sql,
                                                             std::span<const std::uint32_t> types) {
  return statement_cache_.find(sql, types, conversation());
}

const catalog::Routine* Connection::routine(const std::vector<std::string>& name,
                                            std::size_t arguments, const catalog::Query& query) {
  const auto key = std::make_pair(name, arguments);
  const auto known = routines_.find(key);
  if (known != routines_.end()) return &known->second;
  auto found =
      catalog::find_routine(name, arguments, conversation().session().server_version(), query);
  return found ? &routines_.emplace(key, std::move(*found)).first->second : nullptr;
}

void Connection::end_transaction(SQLSMALLINT how) {
  if (how != SQL_COMMIT && how != SQL_ROLLBACK)
    throw Error("HY012", "a transaction ends by SQL_COMMIT or SQL_ROLLBACK");
  session::Conversation& server = conversation();
  const Deadline until = deadline();
  if (server.transaction_status(until) == 'I') return;
  if (how == SQL_COMMIT) {
    server.keep_portals(until);
  } else {
    server.keep_little(until);
  }
  const std::string tag = server.run(how == SQL_COMMIT ? "COMMIT" : "ROLLBACK", until);
  if (tag != "COMMIT" && tag != "ROLLBACK") {
    server.session().mark_broken();
    throw wire::AnswerError("a transaction's end is " + (tag.empty() ? "nothing" : tag));
  }
  if (how == SQL_COMMIT && tag != "COMMIT") {
    throw Error("25S03",
                "the transaction was rolled back: a statement in it had failed, so nothing could "
                "be committed");
  }
}

Connection::Talking::Talking(Connection& connection, Statement& statement)
    : connection_(connection) {
  const std::lock_guard lock(connection.cancel_mutex_);
  if (statement.async().take_cancellation())
    throw Error("HY008", "the statement was cancelled before it was sent");
  connection.talking_ = &statement;
  connection.cancelled_ = false;
  if (connection.cancellable_ != nullptr) connection.cancellable_->calm();
  connection.collect_notices_ = true;
}

Connection::Talking::~Talking() {
  const std::lock_guard lock(connection_.cancel_mutex_);
  connection_.talking_ = nullptr;
  connection_.collect_notices_ = false;
}

bool Connection::cancel(Statement* statement) {
  const std::lock_guard lock(cancel_mutex_);
  const bool talks = talking_ != nullptr && cancellable_ != nullptr;
  if (statement != nullptr && (!talks || talking_ != statement))
    return statement->async().cancel_later();
  if (!talks) return false;
  cancelled_ = true;
  return cancellable_->interrupt(Deadline::after(cancel_time));
}

}  // namespace negodbc::odbc
