// What a session tells: its record, and lines of the program's log.
#include <utility>

#include "negotiate/log.h"
#include "negotiate/one_line.h"
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
  told.outcome = outcome_;
  told.peer_words = peer_words_;
  if (failure_) {
    told.set_failure(*failure_);
  } else if (const std::optional<Failure> refused = refusal()) {
    told.set_failure(*refused);
  }
  diagnosis_ = std::move(told);
  return diagnosis_;
}

const std::string& Session::json() {
  json_ = to_json(diagnosis());
  return json_;
}

const std::string& Session::status_text() {
  const std::optional<Failure> told = failure_ ? failure_ : refusal();
  status_text_ = status_name(told ? told->native : SEC_E_OK);
  return status_text_;
}

std::optional<Failure> Session::refusal() const {
  if (failure_ || outcome_ != NEGODBC_AUTH_LOGIN_REFUSED) return std::nullopt;
  const bool known = state_ == State::kEstablished;
  Failure refused =
      own_failure(known ? Cause::kUserRefused : Cause::kPeerRefused,
                  peer_words_.empty() ? "the peer has refused the login" : peer_words_);
  refused.native = SEC_E_LOGON_DENIED;
  return refused;
}

void Session::login_ended(std::uint32_t outcome, std::string_view words) {
  outcome_ = outcome;
  peer_words_ = one_line(words);
  if (refusal() && logs(LogLevel::kError)) {
    log(LogLevel::kError, "login refused by the peer: " + diagnosis().text + to_text(diagnosis_));
  }
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
