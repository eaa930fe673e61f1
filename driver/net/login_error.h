// Why a login failed, and what that means for the servers that have not been tried yet.
#pragma once

#include "driver/base/error.h"

namespace negodbc::net {

class LoginError : public ConnectionError {
 public:
  enum class Verdict {
    final,        // another server would not help, or must not be asked (credentials were refused)
    next_server,  // this one can't be used now: try the next
    next_host,    // nor at another address of the same host
    other_encryption,  // refused before any authentication: perhaps only because of
                       // (un)encryptedness
  };
  LoginError(std::string_view state, const std::string& message, Verdict verdict = Verdict::final)
      : ConnectionError(state, message), verdict_(verdict) {}
  [[nodiscard]] Verdict verdict() const { return verdict_; }

 private:
  Verdict verdict_;
};

}  // namespace negodbc::net
