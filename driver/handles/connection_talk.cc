#include "driver/handles/connection_talk.h"

#include <chrono>
#include <new>
#include <utility>

#include "driver/base/error.h"
#include "driver/handles/log_events.h"
#include "driver/handles/statement/statement.h"

namespace negodbc::odbc {
namespace {

constexpr std::chrono::seconds cancel_time{5};
constexpr std::size_t most_notices = 100;  // of one execution; a loop of RAISE NOTICE has no end

std::string notice_text(const wire::ServerMessage& message) {
  std::string text(message.severity);
  text.append(": ").append(message.text);
  if (!message.detail.empty()) text.append("; detail: ").append(message.detail);
  if (!message.hint.empty()) text.append("; hint: ").append(message.hint);
  return text;
}

}  // namespace

void ConnectionTalk::attach(session::Session* session, log::Log* log) {
  const std::lock_guard lock(mutex_);
  session_ = session;
  log_ = log;
}

ConnectionTalk::Turn::Turn(ConnectionTalk& talk, Diagnostics& diagnostics, Statement* statement)
    : talk_(talk),
      diagnostics_(diagnostics),
      before_(talk.talking_),
      waited_before_(talk.waited()) {
  const std::lock_guard lock(talk.mutex_);
  if (statement != nullptr && statement->async().take_cancellation())
    throw Error("HY008", "the statement was cancelled before it was sent");
  talk.talking_ = statement;
  // A cancel that came before the call has no effect; one that came in it ends what is nested too.
  if (talk.turns_++ == 0 && talk.session_ != nullptr) talk.session_->calm();
}

ConnectionTalk::Turn::~Turn() {
  {
    const std::lock_guard lock(talk_.mutex_);
    talk_.talking_ = before_;
    --talk_.turns_;
  }
  try {
    for (const std::string& notice : std::exchange(talk_.notices_, {}))
      diagnostics_.warn("01000", notice);
  } catch (const std::bad_alloc&) {
    return;  // a notice may be lost; what the call comes to is told all the same
  }
}

bool ConnectionTalk::cancel(Statement* statement) {
  const std::lock_guard lock(mutex_);
  const bool talks = turns_ > 0 && session_ != nullptr;
  if (statement != nullptr && (!talks || talking_ != statement))
    return statement->async().cancel_later();
  const bool asked = talks && session_->interrupt(Deadline::after(cancel_time));
  if (log::Log* const log = log_for(log_, log::Level::logins))
    log->write("cancel", {{"of", statement != nullptr ? "statement" : "connection"},
                          {"asked", asked ? "yes" : "no"}});
  return asked;
}

void ConnectionTalk::add_notice(const wire::ServerMessage& message) {
  if (turns_ > 0 && notices_.size() < most_notices) notices_.push_back(notice_text(message));
}

}  // namespace negodbc::odbc
