// The ways of login, one line each: what the server asks with, in the order of preference.
#include "driver/auth/ways.h"

#include <algorithm>
#include <string_view>

#include "driver/auth/auth_policy.h"
#include "driver/net/login_error.h"

namespace negodbc::auth {
namespace {

using Kind = wire::Authentication::Kind;

struct Way {
  Kind kind;
  std::string_view mechanism;  // of Kind::sasl
  AuthMethod method;
  bool binds_channel;
  bool (*is_of_use)(const Circumstances&);  // null: always
  std::unique_ptr<AuthExchange> (*begin)(Circumstances);
};

constexpr Way ways[] = {
    {Kind::gss, "", AuthMethod::gss, false, nullptr, begin_gss},
    {Kind::sspi, "", AuthMethod::sspi, false, nullptr, begin_sspi},
    {Kind::sasl, "OAUTHBEARER", AuthMethod::oauth, false, has_oauth_token, begin_oauth},
    {Kind::sasl, "SCRAM-SHA-256-PLUS", AuthMethod::scram, true, can_bind_scram, begin_scram_plus},
    {Kind::sasl, "SCRAM-SHA-256", AuthMethod::scram, false, nullptr, begin_scram},
    {Kind::md5_password, "", AuthMethod::md5, false, nullptr, begin_md5},
    {Kind::cleartext_password, "", AuthMethod::password, false, nullptr, begin_cleartext},
};

bool is_known(Kind kind) {
  return std::any_of(std::begin(ways), std::end(ways),
                     [kind](const Way& way) { return way.kind == kind; });
}

}  // namespace

std::unique_ptr<AuthExchange> begin_exchange(const wire::Authentication& request,
                                             Circumstances circumstances) {
  const auto kind = static_cast<Kind>(request.kind);
  const auto offered =
      kind == Kind::sasl ? request.sasl_mechanisms() : std::vector<std::string_view>{""};
  for (const Way& way : ways) {
    if (way.kind != kind ||
        std::find(offered.begin(), offered.end(), way.mechanism) == offered.end())
      continue;
    if (way.is_of_use != nullptr && !way.is_of_use(circumstances)) continue;
    check_method(circumstances.options, circumstances.host, way.method, way.binds_channel);
    return way.begin(std::move(circumstances));
  }
  if (is_known(kind)) {
    check_method(circumstances.options, circumstances.host, AuthMethod::scram, false);
    throw net::LoginError("28000", host_and_port(circumstances.host) +
                                       " offers no SASL mechanism this driver can use here; it "
                                       "knows SCRAM-SHA-256, SCRAM-SHA-256-PLUS over TLS, and "
                                       "OAUTHBEARER with OAuthToken");
  }
  throw net::LoginError("08001", host_and_port(circumstances.host) +
                                     " asks for an authentication method this driver does not "
                                     "know (number " +
                                     std::to_string(request.kind) +
                                     "); use gss or scram-sha-256 in pg_hba.conf");
}

}  // namespace negodbc::auth
