#include "driver/handles/statement/descriptors.h"

#include "driver/base/error.h"

namespace negodbc::odbc {

StatementDescriptors::StatementDescriptors(Statement& statement,
                                           const std::shared_ptr<Connection>& connection)
    : implicit_ard_(std::make_shared<Descriptor>(DescriptorRole::ard, false, connection)),
      implicit_apd_(std::make_shared<Descriptor>(DescriptorRole::apd, false, connection)),
      ird_(std::make_shared<Descriptor>(DescriptorRole::ird, false, connection)),
      ipd_(std::make_shared<Descriptor>(DescriptorRole::ipd, false, connection)),
      ard_(implicit_ard_),
      apd_(implicit_apd_) {
  ird_->set_statement(&statement);
  ipd_->set_statement(&statement);
}

void StatementDescriptors::publish() {
  for (const auto& descriptor : {implicit_ard_, implicit_apd_, ird_, ipd_})
    odbc::publish(descriptor);
}

void StatementDescriptors::withdraw() {
  for (const auto& descriptor : {implicit_ard_, implicit_apd_, ird_, ipd_}) {
    descriptor->set_freed();
    descriptor->set_statement(nullptr);
    odbc::withdraw(*descriptor);
  }
}

Descriptor& StatementDescriptors::of(DescriptorRole role) const {
  switch (role) {
    case DescriptorRole::ard:
      return *ard_;
    case DescriptorRole::apd:
      return *apd_;
    case DescriptorRole::ird:
      return *ird_;
    case DescriptorRole::ipd:
      break;
  }
  return *ipd_;
}

std::shared_ptr<Descriptor> StatementDescriptors::application_descriptor(
    SQLPOINTER handle, const std::shared_ptr<Descriptor>& implicit) {
  if (handle == SQL_NULL_HDESC || handle == implicit->id()) return implicit;
  auto descriptor = find<Descriptor>(handle);
  if (!descriptor) throw Error("HY024", "this is no descriptor handle");
  if (!descriptor->is_explicit())
    throw Error("HY017", "a descriptor that came with a statement belongs to that statement");
  if (descriptor->connection() != implicit->connection())
    throw Error("HY024", "the descriptor belongs to another connection");
  return descriptor;
}

void StatementDescriptors::forget(const Descriptor& descriptor) {
  if (ard_.get() == &descriptor) ard_ = implicit_ard_;
  if (apd_.get() == &descriptor) apd_ = implicit_apd_;
}

}  // namespace negodbc::odbc
