#include "driver/handles/connection.h"

#include <chrono>

#include "driver/base/error.h"
#include "driver/handles/descriptor/descriptor.h"
#include "driver/handles/log_events.h"
#include "driver/handles/statement/statement.h"
#include "driver/session/connect_settings.h"
#include "driver/session/session.h"

namespace negodbc::odbc {

Connection::Connection(std::shared_ptr<Environment> environment)
    : Handle(Kind::connection), environment_(std::move(environment)) {}

Connection::~Connection() = default;

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
  leaving_ = true;
  try {
    if (!autocommit_) require_no_transaction();
    close_calls();
  } catch (...) {
    leaving_ = false;
    throw;
  }
  free_statements();
  hang_up();
}

void Connection::hang_up() {
  if (log::Log* const log = log_for(log_.get(), log::Level::logins); log && conversation_)
    log->write("disconnect", {{"server", dead() ? "gone" : "there"}});
  talk_.attach(nullptr);
  statement_cache_ = {};
  routines_.clear();
  large_objects_ = {};
  leaving_ = false;
  conversation_.reset();
}

void Connection::reset() {
  session::Conversation& server = conversation();
  Diagnostics unheard;  // what the server says of it is nobody's affair
  const ConnectionTalk::Turn turn(talk_, unheard);
  for (Statement* statement : statements_) statement->close();
  statement_cache_ = {};
  routines_.clear();
  large_objects_ = {};
  // The others go with the next statement, which would be refused.
  if (!foreign_encoding().empty())
    server.run("ROLLBACK; RESET client_encoding", bounded(deadline()));
  std::vector<std::string> queries = {"DISCARD ALL"};
  if (settings_.has(dsn::Key::connect_settings))
    queries.emplace_back(settings_.get(dsn::Key::connect_settings));
  if (sets_encoding_back_) queries.emplace_back(session::set_utf8);
  server.reset(std::move(queries), bounded(deadline()));
  autocommit_ = true;
  isolation_ = login_isolation_;
  access_mode_ = login_access_mode_;
  money_scale_known_ = false;
  last_insert_.clear();
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

bool Connection::show_system_tables() const {
  return settings_.boolean(dsn::Key::show_system_tables);
}

Deadline Connection::deadline() const {
  return connection_timeout_ == 0 ? Deadline::never()
                                  : Deadline::after(std::chrono::seconds(connection_timeout_));
}

std::shared_ptr<session::CachedStatement> Connection::cached(std::string_view sql,
                                                             std::span<const std::uint32_t> types,
                                                             std::uint64_t reader) {
  return statement_cache_.find(sql, types, reader, conversation());
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

}  // namespace negodbc::odbc
