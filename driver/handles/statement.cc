#include "driver/handles/statement.h"

#include <algorithm>
#include <chrono>

#include "driver/base/error.h"

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
  close();
  for (const auto& descriptor : {implicit_ard_, implicit_apd_, ird_, ipd_}) {
    descriptor->set_freed();
    descriptor->set_statement(nullptr);
    withdraw(*descriptor);
  }
  connection_->remove(*this);
  withdraw(*this);
}

Deadline Statement::execution_deadline() const {
  const Deadline deadline = connection_->deadline();
  if (query_timeout_ == 0 || connection_->ignores_timeouts()) return deadline;
  // Beyond what a clock can count: no limit that anybody would notice.
  constexpr SQLULEN years = 100000000;
  return deadline.sooner(
      Deadline::after(std::chrono::seconds(std::min<SQLULEN>(query_timeout_, years))));
}

void Statement::require_no_cursor() const {
  require_no_parameter_data();
  if (cursor_open_) throw Error("24000", "a result is open on this statement: close it first");
}

void Statement::close_cursor() {
  if (!cursor_open_ && !streams_) throw Error("24000", "no result is open on this statement");
  close();
}

void Statement::close() {
  if (source_ && connection_->connected()) {
    try {
      source_->close(Deadline::never());
    } catch (const Error&) {
      // The server was lost: the connection says so on its next use; the result is closed all the
      // same.
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
