// What a session tells: its record, and lines of the program's log.
#include <utility>

#include "negotiate/log.h"
#include "negotiate/session.h"
#include "negotiate/target_name.h"

namespace negodbc::auth {

const Diagnosis& Session::diagnosis() {
  const SessionOptions& options = this->options();
  Diagnosis told;
  if (request_ != nullptr) {
    told.target = request_->target;
  } else {
    told.target = options.whole_target
                      ? options.context.target
                      : compose_target(options.service, options.host, options.realm);
  }
  told.package = options.credential.package;
  told.flags_asked = options.context.flags_asked();
  told.flags_granted = flags_granted_;
  told.package_chosen = package_chosen_;
  told.established = established_.has_value();
  told.legs = legs_;
  if (lease_.credential != nullptr) {
    told.credential = lease_.credential->facts();
  } else {
    told.credential.principal = options.credential.principal;
  }
  if (failure_) told.set_failure(*failure_);
  diagnosis_ = std::move(told);
  return diagnosis_;
}

const std::string& Session::json() {
  json_ = to_json(diagnosis());
  return json_;
}

const std::string& Session::status_text() {
  status_text_ = status_name(failure_ ? failure_->native : SEC_E_OK);
  return status_text_;
}

void Session::tell_log_of_failure() {
  if (!logs(LogLevel::kError)) return;
  const Diagnosis& told = diagnosis();
  log(LogLevel::kError, "login failed: " + std::string(abi_status_name(told.status)) + ", " +
                            told.text + to_text(told));
}

void Session::tell_log_of_success() {
  if (abandoned_ || !logs(LogLevel::kInfo)) return;
  log(LogLevel::kInfo, "login established" + to_text(diagnosis()));
}

}  // namespace negodbc::auth
