#include "driver/handles/statement.h"

#include <algorithm>
#include <chrono>

#include "driver/base/error.h"
#include "driver/handles/statement_talk.h"

namespace negodbc::odbc {

Statement::Statement(std::shared_ptr<Connection> connection)
    : Handle(Kind::statement),
      connection_(std::move(connection)),
      implicit_ard_(std::make_shared<Descriptor>(DescriptorRole::ard, false, connection_)),
      implicit_apd_(std::make_shared<Descriptor>(DescriptorRole::apd, false, connection_)),
      ird_(std::make_shared<Descriptor>(DescriptorRole::ird, false, connection_)),
      ipd_(std::make_shared<Descriptor>(DescriptorRole::ipd, false, connection_)),
      ard_(implicit_ard_),
      apd_(implicit_apd_) {
  ird_->set_statement(this);
  ipd_->set_statement(this);
}

Statement::~Statement() = default;

std::shared_ptr<Statement> Statement::create(const std::shared_ptr<Connection>& connection) {
  auto statement = std::make_shared<Statement>(connection);
  statement->metadata_id_ = connection->metadata_id();
  statement->async_.enable(connection->async_statements());
  publish(statement);
  for (const auto& descriptor :
       {statement->implicit_ard_, statement->implicit_apd_, statement->ird_, statement->ipd_}) {
    publish(descriptor);
  }
  connection->add(*statement);
  return statement;
}

void Statement::free() {
  async_.finish();
  set_freed();
  begin_call();
  close();
  for (const auto& descriptor : {implicit_ard_, implicit_apd_, ird_, ipd_}) {
    descriptor->set_freed();
    descriptor->set_statement(nullptr);
    withdraw(*descriptor);
  }
  connection_->remove(*this);
  withdraw(*this);
}

Deadline Statement::execution_deadline() {
  if (call_deadline_) return *call_deadline_;
  call_deadline_ = connection_->deadline();
  if (query_timeout_ == 0 || connection_->ignores_timeouts()) return *call_deadline_;
  // Beyond what a clock can count: no limit that anybody would notice.
  constexpr SQLULEN years = 100000000;
  call_deadline_ = call_deadline_->sooner(
      Deadline::after(std::chrono::seconds(std::min<SQLULEN>(query_timeout_, years))));
  return *call_deadline_;
}

void Statement::require_no_cursor() const {
  require_no_parameter_data();
  if (cursor_open_) throw Error("24000", "a result is open on this statement: close it first");
}

void Statement::close_cursor() {
  if (!cursor_open_ && !streams_) throw Error("24000", "no result is open on this statement");
  close();
}

// Closed it is in any case. What the rest of its answer holds is told by whoever closes: an error
// there is one of the statement.
void Statement::close() {
  if (source_ && connection_->connected()) {
    const std::unique_ptr<RowSource> source = std::move(source_);
    rows_.reset();
    keyset_ = nullptr;
    try {
      const StatementTalk talk(*this);
      const Deadline deadline = execution_deadline();
      source->close(deadline.is_never() ? Deadline::after(session::Conversation::close_time)
                                        : deadline);
    } catch (const Error& e) {
      const std::string text = "the statement that was closed had failed: [" +
                               std::string(e.state().view()) + "] " + e.what();
      diagnostics().warn("01000", text);
      if (freed()) connection_->diagnostics().warn("01000", text);
    }
  }
  reset_execution();
}

void Statement::reset_execution() {
  keyset_ = nullptr;
  rows_.reset();
  keyset_plan_.reset();
  opened_as_.reset();
  source_.reset();
  executed_ = false;
  cursor_open_ = false;
  affected_ = -1;
  pending_.reset();
  streams_.reset();
  position_ = Place::before;
  row_number_ = rowset_start_ = 0;
  cursor_row_ = 1;
  fetched_status_ = nullptr;
  rowset_fetched_ = 0;
  rowset_requested_ = 1;
  part_column_ = 0;
  part_ = {};
  fields_.clear();
  if (!prepared_) ird_valid_ = false;
}

void Statement::forget_descriptor(const Descriptor& descriptor) {
  if (ard_.get() == &descriptor) ard_ = implicit_ard_;
  if (apd_.get() == &descriptor) apd_ = implicit_apd_;
}

void Statement::reset_parameters() {
  apd_->set_count(0);
  ipd_->set_count(0);
}

}  // namespace negodbc::odbc
