// What a user can do about a login by ticket that failed, by what was asked for: the plugin knows
// the library's words, the driver the keywords that led there and what the server said.
#pragma once

#include <string>
#include <string_view>

#include "driver/auth/ticket_options.h"
#include "driver/net/host.h"
#include "negodbc/auth_plugin.h"

namespace negodbc::auth {

// What the settings say of the server's principal and of the credential.
struct TicketWishes {
  std::string service, spn, realm;  // KrbSrvName, ServerSPN, Realm; "": not given
  std::string cache;                // CredentialCache; "": not given
  std::string address;              // the server's, where no name of it is known
  bool canonicalizes = false;       // CanonicalizeHost

  TicketWishes(const TicketOptions& ticket, const net::Host& host);
};

// Whether a KDC that gives no ticket for the server's principal knows it all the same.
bool knows_target(const negodbc_auth_diagnosis& record);

// A sentence, for a failure on the way to the server; "" where the plugin's own hint must do.
std::string remedy_for(negodbc_auth_status status, const negodbc_auth_diagnosis& record,
                       const TicketWishes& wishes);

// What a server's refusal means after a token was sent that did not establish anything: a sentence
// of cause and remedy. `answers`: the server had to answer by a token, if it could.
std::string refused_ticket(const negodbc_auth_diagnosis& record, const TicketWishes& wishes,
                           bool answers);

// The same when the server has taken the ticket and still does not let its principal be the user.
std::string refused_user(std::string_view principal, std::string_view user);

// The same where the server was not to prove itself: nothing was heard of the ticket.
std::string refused_unheard(std::string_view user);

}  // namespace negodbc::auth
