// AuthenticationGSS and AuthenticationSSPI: a Kerberos ticket or a Windows session, by the plugin.
#pragma once

#include <exception>

#include "driver/auth/auth_exchange.h"

namespace negodbc::auth {

class TicketExchange final : public AuthExchange {
 public:
  TicketExchange(AuthMethod method, Circumstances circumstances);

  // The first token, unasked; whether there is one. Why there is none is thrown by answer(), should
  // the server ask: no reason to fail if it wants something else today. Throws LoginError HYT00.
  bool go_ahead(Turn turn);

  [[nodiscard]] std::string name() const override;
  [[nodiscard]] bool is_begun_by(const wire::Authentication& request) const override;
  void answer(const wire::Authentication& request, Turn turn) override;
  void check_proved() const override;
  [[nodiscard]] std::string remark() const override;
  void ended(LoginOutcome outcome, const std::string& words) override;
  [[nodiscard]] std::string explain_refusal() const override;
  [[nodiscard]] std::string description() const override;

 private:
  void prepare();
  void step(std::string_view token, Turn turn);

  const AuthMethod method_;
  std::unique_ptr<IntegratedAuth> auth_;
  const Circumstances circumstances_;  // without known_ticket
  bool asked_ = false, sent_ = false;
  std::exception_ptr failure_;  // of go_ahead()
};

}  // namespace negodbc::auth
