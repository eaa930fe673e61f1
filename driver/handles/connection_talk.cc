#include "driver/handles/connection_talk.h"

#include <chrono>

#include "driver/base/error.h"
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

void ConnectionTalk::attach(session::Session* session) {
  const std::lock_guard lock(mutex_);
  session_ = session;
}

ConnectionTalk::Turn::Turn(ConnectionTalk& talk, Statement& statement) : talk_(talk) {
  const std::lock_guard lock(talk.mutex_);
  if (statement.async().take_cancellation())
    throw Error("HY008", "the statement was cancelled before it was sent");
  talk.talking_ = &statement;
  if (talk.session_ != nullptr) talk.session_->calm();
  talk.collects_notices_ = true;
}

ConnectionTalk::Turn::~Turn() {
  const std::lock_guard lock(talk_.mutex_);
  talk_.talking_ = nullptr;
  talk_.collects_notices_ = false;
}

bool ConnectionTalk::cancel(Statement* statement) {
  const std::lock_guard lock(mutex_);
  const bool talks = talking_ != nullptr && session_ != nullptr;
  if (statement != nullptr && (!talks || talking_ != statement))
    return statement->async().cancel_later();
  return talks && session_->interrupt(Deadline::after(cancel_time));
}

void ConnectionTalk::add_notice(const wire::ServerMessage& message) {
  if (collects_notices_ && notices_.size() < most_notices) notices_.push_back(notice_text(message));
}

}  // namespace negodbc::odbc
