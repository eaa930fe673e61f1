#include "driver/handles/statement/server_talk.h"

#include <algorithm>
#include <chrono>

#include "driver/base/error.h"
#include "driver/handles/log_events.h"
#include "driver/handles/statement/statement.h"
#include "driver/session/ask.h"

namespace negodbc::odbc {

bool ServerTalk::statement_freed() const {
  return statement_.freed();
}

std::string ServerTalk::statement_number() const {
  return number_of(statement_);
}

// Nothing: there is no limit.
std::optional<std::chrono::seconds> ServerTalk::query_time() const {
  if (attributes_.query_timeout == 0 || connection_.ignores_timeouts()) return std::nullopt;
  // Beyond what a clock can count: no limit that anybody would notice.
  constexpr SQLULEN years = 100000000;
  return std::chrono::seconds(std::min<SQLULEN>(attributes_.query_timeout, years));
}

Deadline ServerTalk::deadline() {
  if (deadline_) return *deadline_;
  deadline_ = connection_.deadline();
  if (const auto time = query_time()) deadline_ = deadline_->sooner(Deadline::after(*time));
  return *deadline_;
}

Deadline ServerTalk::rows_deadline() {
  if (rows_deadline_) return *rows_deadline_;
  rows_deadline_ = deadline();
  const auto time = query_time();
  if (!time || connection_.portal_use().always) return *rows_deadline_;
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(*time - waited_);
  rows_deadline_ = rows_deadline_->sooner(Deadline::after(std::max(left, left.zero())));
  return *rows_deadline_;
}

catalog::Query ServerTalk::asking(const session::Framing& framing) {
  return [this, framing](const std::string& sql, wire::AnswerColumns columns) {
    if (log::Log* const log = log_for(connection_.log(), log::Level::statements))
      log_sql(*log, "question", sql, standard_strings());
    return run({}, [&](session::Conversation& server, Deadline until) {
      return session::ask(server, sql, columns, framing, until);
    });
  };
}

char ServerTalk::transaction_status() {
  const Turn turn(*this);
  return connection_.conversation().transaction_status(deadline());
}

bool ServerTalk::undoes_errors(sql::Surround surround) {
  const session::Framing framing = connection_.framing(surround);
  return framing.on_error == session::OnError::roll_back_statement
             ? connection_.conversation().has_savepoints()
             : !framing.begin && transaction_status() == 'I';
}

void ServerTalk::distrust(const Error& error) {
  if (dynamic_cast<const wire::AnswerError*>(&error) == nullptr) return;
  try {
    connection_.conversation().session().mark_broken();
  } catch (const Error&) {
    return;  // it is lost already
  }
}

}  // namespace negodbc::odbc
