#include "driver/login/expected_way.h"

#include "driver/auth/auth_policy.h"

namespace negodbc::login {
namespace {

using Way = KnownServers::Way;

Way way_of(std::string_view method) {
  if (method == auth::method_name(auth::AuthMethod::gss)) return Way::gss;
  if (method == auth::method_name(auth::AuthMethod::sspi)) return Way::sspi;
  return Way::other;
}

bool is_accepted(const LoginSettings& settings, const net::Host& host, auth::AuthMethod method) {
  try {
    auth::check_method(settings, host, method, false);
    return true;
  } catch (const net::LoginError&) {
    return false;  // the ordinary way tells the user so, should the server ask for it
  }
}

}  // namespace

ExpectedWay::ExpectedWay(const LoginSettings& settings, Attempt attempt, const net::Host& host,
                         const net::Address& address, const std::string& user,
                         encryption::Encryption encryption)
    : key_(server_key(settings, host, address, user, encryption)),
      attempt_(attempt),
      known_(KnownServers::of_process().way(key_)),
      method_(expect(settings, host, encryption)),
      learns_(settings.server_auth != ServerAuth::ask &&
              encryption != encryption::Encryption::gss) {}

std::optional<auth::AuthMethod> ExpectedWay::expect(const LoginSettings& settings,
                                                    const net::Host& host,
                                                    encryption::Encryption encryption) const {
  if (settings.server_auth == ServerAuth::ask || attempt_ != Attempt::first ||
      encryption == encryption::Encryption::gss) {
    return std::nullopt;
  }
  Way way = known_;
  if (way == Way::unknown && settings.server_auth == ServerAuth::gss) way = Way::gss;
  if (way == Way::unknown && settings.server_auth == ServerAuth::sspi) way = Way::sspi;
  if (way != Way::gss && way != Way::sspi) return std::nullopt;
  const auth::AuthMethod method = way == Way::gss ? auth::AuthMethod::gss : auth::AuthMethod::sspi;
  return is_accepted(settings, host, method) ? std::optional(method) : std::nullopt;
}

void ExpectedWay::was(std::string_view method) {
  Way way = way_of(method);
  if (way != Way::other && (attempt_ == Attempt::after_breakdown || known_ == Way::patient))
    way = Way::patient;
  // That a server never thought to want a ticket wants none is not worth a place.
  if (!learns_ || way == known_ || (way == Way::other && known_ == Way::unknown)) return;
  KnownServers::of_process().set(key_, way);
}

void ExpectedWay::was_wrong() {
  if (method_) KnownServers::of_process().set(key_, Way::other);
}

void ExpectedWay::timed_out(bool asked) {
  if (method_) KnownServers::of_process().set(key_, asked ? Way::patient : Way::other);
}

}  // namespace negodbc::login
