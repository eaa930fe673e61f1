// Transactions: what surrounds a statement, commit and rollback, the attributes that decide how one
// begins.
#include "driver/base/error.h"
#include "driver/handles/connection.h"
#include "driver/handles/isolation.h"
#include "driver/handles/log_events.h"
#include "driver/wire/answer.h"

namespace negodbc::odbc {
namespace {

// The command tag. Throws wire::AnswerError for what ends no transaction.
std::string ended(session::Conversation& server, const char* sql, Deadline deadline) {
  std::string tag = server.run(sql, deadline);
  if (tag == "COMMIT" || tag == "ROLLBACK") return tag;
  server.session().mark_broken();
  throw wire::AnswerError("a transaction's end is " + (tag.empty() ? "nothing" : tag));
}

}  // namespace

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

// What was sent may have been done, also when nobody has said so. (A ROLLBACK is made by the end of
// the connection as well.)
std::string Connection::commit(Deadline deadline) {
  try {
    return ended(*conversation_, "COMMIT", deadline);
  } catch (const ConnectionError& error) {
    if (error.state() != "08S01") throw;
    throw ConnectionError("08007", std::string(error.what()) +
                                       "; whether the transaction was committed is not known");
  }
}

void Connection::end_transaction(SQLSMALLINT how) {
  if (how != SQL_COMMIT && how != SQL_ROLLBACK)
    throw Error("HY012", "a transaction ends by SQL_COMMIT or SQL_ROLLBACK");
  session::Conversation& server = conversation();
  const ConnectionTalk::Turn turn(talk_, diagnostics());
  // A COMMIT that waits for a standby or for many checks is not cut off where nobody has set a
  // time: a cancel makes the server say that it is done and perhaps not kept elsewhere.
  const Deadline until = how == SQL_COMMIT ? deadline() : bounded(deadline());
  if (server.transaction_status(until) == 'I') return;
  if (log::Log* const log = log_for(log_.get(), log::Level::statements))
    log->write("statement", {{"text", how == SQL_COMMIT ? "COMMIT" : "ROLLBACK"}});
  if (how == SQL_COMMIT) {
    server.keep_portals(until);
  } else {
    server.keep_little(until);
  }
  const std::string tag = how == SQL_COMMIT ? commit(until) : ended(server, "ROLLBACK", until);
  if (how == SQL_COMMIT && tag != "COMMIT") throw session::not_committed();
}

// A server that cannot be asked has no transaction that could be ended.
void Connection::require_no_transaction() {
  try {
    const ConnectionTalk::Turn turn(talk_, diagnostics());
    const char status = conversation().transaction_status(bounded(deadline()));
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

void Connection::set_autocommit(bool on) {
  if (on && !autocommit_ && connected()) {
    // Nothing is left to be committed where the server has gone without a transaction.
    const bool nothing = dead() && conversation_->session().transaction_status() == 'I';
    if (!nothing) end_transaction(SQL_COMMIT);
  }
  autocommit_ = on;
}

// Also for statements in autocommit mode, so it is the session's default that changes. What that
// was where nobody has said is the role's or the database's affair.
void Connection::run_when_idle(const std::string& sql) {
  session::Conversation& server = conversation();
  const ConnectionTalk::Turn turn(talk_, diagnostics());
  const Deadline until = bounded(deadline());
  if (server.transaction_status(until) != 'I')
    throw Error("HY011", "this attribute cannot be set while a transaction is open");
  const std::string tag = server.run("SET SESSION CHARACTERISTICS AS TRANSACTION " + sql, until);
  if (tag != "SET") throw wire::AnswerError("nothing was set");
}

void Connection::set_isolation(SQLUINTEGER level) {
  if (connected() && isolation_ != level)
    run_when_idle(std::string("ISOLATION LEVEL ") + isolation_name(level));
  isolation_ = level;
}

void Connection::set_access_mode(SQLUINTEGER mode) {
  if (connected() && access_mode() != mode)
    run_when_idle(mode == SQL_MODE_READ_ONLY ? "READ ONLY" : "READ WRITE");
  access_mode_ = mode;
}

}  // namespace negodbc::odbc
