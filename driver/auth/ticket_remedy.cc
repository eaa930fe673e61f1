#include "driver/auth/ticket_remedy.h"

#include <algorithm>
#include <array>

#include "driver/auth/cache_remedy.h"
#include "driver/base/utf.h"
#include "driver/net/ip_address.h"

namespace negodbc::auth {
namespace {

std::string words_in(const char* field) {
  return field == nullptr ? "" : field;
}

std::string_view realm_of(std::string_view principal) {
  const std::size_t at = principal.rfind('@');
  return at == std::string_view::npos ? std::string_view() : principal.substr(at + 1);
}

// The keyword that has made the server's principal another than usual; "": none.
std::string wish_about_name(const TicketWishes& wishes) {
  if (!wishes.spn.empty()) return "ServerSPN=" + wishes.spn;
  return wishes.service.empty() ? "" : "KrbSrvName=" + wishes.service;
}

std::string unknown_target(const std::string& target, const TicketWishes& wishes) {
  const std::string or_created =
      ", or ask the administrator to create or enable the service principal" +
      (target.empty() ? "" : " " + target);
  if (!wishes.spn.empty()) return "Correct " + wish_about_name(wishes) + or_created;
  if (!wishes.service.empty()) {
    return "Leave " + wish_about_name(wishes) +
           " out where the service is postgres (upper and lower case count)" + or_created;
  }
  if (wishes.address.empty() || wishes.canonicalizes) return {};
  return "A KDC knows servers by name: put the server's name into Server (and " + wishes.address +
         " into hostaddr), or say ServerSPN=postgres/NAME";
}

// RFC 4120, 7.5.9: the numbers by which a server tells why it does not take a ticket. `words`: of
// the server's keytab and the principal asked for.
struct Refusal {
  unsigned number;
  const char* before;  // the principal
  const char* behind;
};
constexpr Refusal refusals[] = {
    {31, "the server's keytab holds another key of ",
     " than the KDC; have the key extracted into it anew"},
    {35, "the server's keytab has no key of ", "; have it put there"},
    {41, "the server's keytab holds another key of ",
     " than the KDC; have the key extracted into it anew"},
    {44, "the server's keytab has no key of ",
     " of the version and encryption type that the ticket is made with; have it extracted anew "
     "with "
     "all of its types, then run kinit anew"},
    {45, "the server's keytab has no key of ", "; have it put there"},
    {32, "by the server's clock the ticket for ",
     " has run out; run kinit, and have the clocks set"},
    {33, "by the server's clock the ticket for ", " is not valid yet; have the clocks set"},
};

// Of the krb5 library's error table; 0: no protocol's.
unsigned protocol_number(std::uint32_t minor) {
  constexpr std::uint32_t table = 0x96C73A00U;
  constexpr std::uint32_t most = 127;
  const std::uint32_t number = minor - table;
  return number <= most ? number : 0;
}

}  // namespace

TicketWishes::TicketWishes(const TicketOptions& ticket, const net::Host& host)
    : service(ticket.kerberos_service == "postgres" ? "" : ticket.kerberos_service),
      spn(ticket.server_spn),
      realm(ticket.realm),
      cache(ticket.credential_cache),
      canonicalizes(ticket.canonicalize != 0) {
  const std::string& name = host.name.empty() ? host.address : host.name;
  if (net::is_ip_address(name)) address = name;
}

bool knows_target(const negodbc_auth_diagnosis& record) {
  // Expired, without a key, revoked, not valid yet, for user-to-user only: RFC 4120, 7.5.9.
  constexpr std::array<unsigned, 6> refused = {2, 9, 19, 22, 27, 69};
  return record.status == NEGODBC_AUTH_E_TARGET_UNKNOWN &&
         std::find(refused.begin(), refused.end(), protocol_number(record.gss_minor)) !=
             refused.end();
}

std::string remedy_for(negodbc_auth_status status, const negodbc_auth_diagnosis& record,
                       const TicketWishes& wishes) {
  switch (status) {
    case NEGODBC_AUTH_E_TARGET_UNKNOWN:
      return knows_target(record) ? "" : unknown_target(words_in(record.target), wishes);
    case NEGODBC_AUTH_E_NO_AUTHORITY: {
      const std::string principal = words_in(record.principal);
      if (wishes.realm.empty() || realm_of(principal).empty() ||
          realm_of(principal) == wishes.realm)
        return {};
      return "Correct Realm=" + wishes.realm + ", or leave it out: the ticket is of the realm " +
             std::string(realm_of(principal)) +
             "; if it is right, it takes a trust between the two";
    }
    case NEGODBC_AUTH_E_NO_CREDENTIALS:
      if (words_in(record.package) == "NTLM") {
        return "NTLM takes a principal and its password and, but for Windows, a mechanism "
               "(gss-ntlmssp): leave Authentication=NTLM out to log in by ticket";
      }
      return remedy_for_cache(words_in(record.credential_source), words_in(record.library),
                              !wishes.cache.empty());
    default:
      return {};
  }
}

std::string refused_ticket(const negodbc_auth_diagnosis& record, const TicketWishes& wishes,
                           bool answers) {
  const std::string refused = "The server could not accept the ticket";
  const bool told = record.status < 0 && record.status != NEGODBC_AUTH_E_INTERNAL;
  const std::string words = told && record.text != nullptr ? record.text : "";
  const std::string target = record.target == nullptr ? "the server" : record.target;
  const std::string wish = wish_about_name(wishes);
  const std::string name = wish.empty() ? "" : ", or correct " + wish;
  if (record.status == NEGODBC_AUTH_E_CLOCK_SKEW) {
    const std::string hint = words_in(record.hint);
    return refused + ": " + (words.empty() ? "the clock skew is too great" : words) +
           (hint.empty() ? "" : ". " + hint);
  }
  // Windows, and Heimdal where it negotiates itself, try again with the server's time; nothing else
  // takes a second token.
  if (answers && record.status >= 0 && record.legs > 1 && words_in(record.package) == "Kerberos") {
    return refused +
           ": the clock skew is too great. Set the clocks: those of this machine and the "
           "server differ by more than five minutes";
  }
  const std::string library_said = words.empty() ? "" : " (" + words + ")";
  const unsigned number = protocol_number(record.gss_minor);
  for (const Refusal& row : refusals) {
    if (!told || number != row.number) continue;
    std::string text = refused + library_said + ": ";
    text.append(row.before).append(target).append(row.behind).append(name);
    return text;
  }
  if (answers && record.status >= 0 && record.legs == 1) {
    return refused +
           " and gave no reason, like one without a keytab: have krb_server_keyfile in "
           "its postgresql.conf name one that is there, that its user may read, and that "
           "holds " +
           target + "; its log says more" + name;
  }
  return refused + library_said +
         ": its keytab (krb_server_keyfile) may be missing or lack the current key of " + target +
         ", or the clocks differ; the server's log says more" + name;
}

std::string refused_unheard(std::string_view user) {
  return "The server did not take the ticket, or does not let its principal be " +
         (user.empty() ? "this user" : std::string(user)) +
         ": which, it does not say without MutualAuthentication; leave MutualAuthentication=No out";
}

std::string refused_user(std::string_view principal, std::string_view user) {
  const std::string who(principal);
  const std::string name(principal.substr(0, principal.rfind('@')));
  const std::string role(user);
  if (who.empty() || role.empty() || name == role || who == role) {
    return "The ticket was accepted, but the line of pg_hba.conf does not let " +
           (who.empty() ? "its principal" : who) + " be " + (role.empty() ? "this user" : role) +
           ": have krb_realm, include_realm and map (pg_ident.conf) of that line corrected; the "
           "server's log says which";
  }
  if (iequals(name, role)) {
    return "The ticket was accepted, and upper and lower case of role names count: say UID=" +
           name + " instead of " + role;
  }
  return "The ticket was accepted, but it is of " + who + ", who may not be " + role +
         ": say UID=" + name + ", take " + role +
         "'s ticket, or have a map in pg_ident.conf allow it";
}

}  // namespace negodbc::auth
