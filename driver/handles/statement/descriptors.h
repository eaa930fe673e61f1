// The four descriptors of a statement: those that came with it, and explicit ones in the place of
// the application's two.
//
// ODBC reference: SQLSetStmtAttr (SQL_ATTR_APP_ROW_DESC, SQL_ATTR_APP_PARAM_DESC), "Allocating and
// Freeing Descriptors".
#pragma once

#include <memory>

#include "driver/handles/descriptor/descriptor.h"

namespace negodbc::odbc {

class StatementDescriptors {
 public:
  // The statement is whom an IRD and an IPD ask before they are read.
  StatementDescriptors(Statement& statement, const std::shared_ptr<Connection>& connection);

  // The handles of the implicit ones can be found from now on; until they are withdrawn.
  void publish();
  void withdraw();

  [[nodiscard]] Descriptor& ard() const { return *ard_; }
  [[nodiscard]] Descriptor& apd() const { return *apd_; }
  [[nodiscard]] Descriptor& ird() const { return *ird_; }
  [[nodiscard]] Descriptor& ipd() const { return *ipd_; }
  [[nodiscard]] Descriptor& of(DescriptorRole role) const;

  // SQL_NULL_HDESC: back to the implicit one. Throws Error HY024 for what is no descriptor or
  // another connection's, HY017 for another statement's.
  void set_ard(SQLPOINTER handle) { ard_ = application_descriptor(handle, implicit_ard_); }
  void set_apd(SQLPOINTER handle) { apd_ = application_descriptor(handle, implicit_apd_); }
  // An explicit descriptor is being freed: the implicit one takes its place again.
  void forget(const Descriptor& descriptor);

 private:
  static std::shared_ptr<Descriptor> application_descriptor(
      SQLPOINTER handle, const std::shared_ptr<Descriptor>& implicit);

  std::shared_ptr<Descriptor> implicit_ard_, implicit_apd_, ird_, ipd_;
  std::shared_ptr<Descriptor> ard_, apd_;  // the implicit ones, or explicit ones
};

}  // namespace negodbc::odbc
