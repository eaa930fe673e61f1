#include "negotiate/hint.h"

namespace negodbc::auth {
namespace {

std::string or_text(const std::string& text, const char* otherwise) {
  return text.empty() ? otherwise : text;
}

// As setspn takes it: without the realm.
std::string spn_of(const std::string& target) {
  return target.empty() ? "SERVICE/HOST" : target.substr(0, target.find('@'));
}

// Where Windows' own means are others than those of MIT's and Heimdal's tools; "" elsewhere.
std::string windows_hint(Cause cause, const HintFacts& facts) {
  const std::string who = or_text(facts.principal, "the user");
  switch (cause) {
    case Cause::kOtherPrincipal:
      return "Run the program as " + who + " (runas /netonly /user:" + who +
             "), give the password, too (PrincipalPassword), or ask for no principal (Principal): "
             "the logon session is somebody else's (klist shows whose).";
    case Cause::kNoCredentials:
    case Cause::kCacheUnreadable:
    case Cause::kCacheType:
    case Cause::kCacheDaemon:
      return "Log on to the domain (klist shows the logon session's tickets), run the program by "
             "runas /netonly /user:USER@REALM, or give a principal and its password.";
    case Cause::kExpired:
      return "Lock and unlock the screen, or log on anew: the ticket of " + who +
             " in the logon session has run out (klist shows it).";
    case Cause::kTooLittleLife:
      return "Lock and unlock the screen, or log on anew: the ticket of " + who +
             " in the logon session runs out too soon (klist shows it).";
    case Cause::kKdcUnreachable:
      return "Check the network, that a domain controller is found (nltest /dsgetdc:DOMAIN), and "
             "that the trust in this computer and between domains holds (nltest "
             "/sc_verify:DOMAIN, nltest /domain_trusts): no KDC answers.";
    case Cause::kRealmUnknown:
      return "Name the realm's KDC in DNS or with ksetup /addkdc, or give the service's realm.";
    case Cause::kTargetUnknown:
      return "Ask the administrator to register the service principal: setspn -S " +
             spn_of(facts.target) +
             " ACCOUNT, with the account that the server runs under (setspn -Q " +
             spn_of(facts.target) +
             " tells who has it: it must be one alone); or give the server's real name "
             "(ServerSPN).";
    case Cause::kWrongRealm:
      return "Check the realm given (Realm, ServerSPN): another realm's KDC answered for " +
             or_text(facts.target, "the service") + ".";
    case Cause::kTrustPath:
      return "Ask the administrators of both domains for a trust between that of " + who +
             " and that of " + or_text(facts.target, "the service") +
             ", or to mend it (nltest /domain_trusts, netdom trust /verify).";
    case Cause::kPasswordExpired:
      return "Set a new password of " + who + " (Ctrl+Alt+Del), then log on with it.";
    case Cause::kClientRefused:
    case Cause::kClientExpired:
    case Cause::kClientLocked:
      return "Ask the administrator to enable the account of " + who +
             ": disabled, locked, expired, or not to log on here or now.";
    case Cause::kTicketRefused:
    case Cause::kTargetRefused:
      return "Ask the administrator whether the account of " + who + " or of " +
             or_text(facts.target, "the service") + " is disabled or has expired.";
    case Cause::kTicketStale:
      return "Log on anew (or klist purge): the domain takes the ticket of " + who + " no more.";
    case Cause::kClockSkew:
      return "Set the clocks (w32tm /resync; w32tm /monitor shows the domain controllers'): those "
             "of "
             "this machine, the KDC and the server differ by more than five minutes.";
    case Cause::kEncryptionType:
      return "Ask the administrator to give the account of " +
             or_text(facts.target, "the service") +
             " AES keys (msDS-SupportedEncryptionTypes, and a new password): Protected Users and "
             "newer domains have no others.";
    case Cause::kNtlmRefused:
      return "Make Kerberos work for " + or_text(facts.target, "the service") + " (setspn -Q " +
             spn_of(facts.target) +
             "; by the server's name, not its address), or allow NTLM here and in the domain's "
             "policy; Protected Users never have it.";
    case Cause::kDelegation:
      return "Log in without delegation, or have the service's account allowed constrained "
             "delegation: Credential Guard hands no ticket on in full, and Protected Users and "
             "accounts marked as sensitive are never delegated.";
    case Cause::kImpersonation:
      return "Have the program impersonate " + who +
             " at the level SecurityImpersonation, which takes SeImpersonatePrivilege, or log in "
             "before it does.";
    case Cause::kPreauthentication:
      return "Log on to the domain with what it wants of " + who +
             " (a smart card, a one-time password), or ask the administrator.";
    case Cause::kAddress:
      return "Ask the administrator to have tickets made without addresses: this one is for others "
             "than this machine's.";
    case Cause::kSourceSilent:
      return "Try again, or log on anew: the logon session's tickets could not be looked at in "
             "time.";
    case Cause::kNoMechanism:
      return "Use another package: this Windows does not have it.";
    case Cause::kConfiguration:
    case Cause::kUnreadByLibrary:
      return "Check that this computer is a member of the domain (nltest /sc_query:DOMAIN).";
    case Cause::kUnsupported:
      return "Use another package: Windows cannot do it.";
    default:
      return "";
  }
}

// Wine does not tell whose ticket it is.
std::string wine_hint(Cause cause) {
  const std::string before =
      "Run kinit on the system that Wine runs on, before the program starts (KRB5CCNAME and "
      "KRB5_CONFIG are those of its environment)";
  switch (cause) {
    case Cause::kNoCredentials:
    case Cause::kOtherPrincipal:
    case Cause::kCacheUnreadable:
    case Cause::kCacheType:
    case Cause::kCacheDaemon:
      return before + ".";
    case Cause::kExpired:
      return before + ": the ticket has run out.";
    case Cause::kTooLittleLife:
      return before + ": the ticket runs out too soon.";
    case Cause::kUnsupported:
      return "Use another package: Wine cannot do it.";
    default:
      return "";
  }
}

}  // namespace

std::string hint(Cause cause, const HintFacts& facts) {
  const std::string who = or_text(facts.principal, "the user");
  const std::string target = or_text(facts.target, "the service");
  const std::string source = or_text(facts.credential_source, "the default credential cache");
  if (std::string words = facts.keeper == TicketKeeper::kLogonSession ? windows_hint(cause, facts)
                          : facts.keeper == TicketKeeper::kHostOfWine ? wine_hint(cause)
                                                                      : "";
      !words.empty()) {
    return words;
  }
  switch (cause) {
    case Cause::kLibrary:
      return "Install a GSSAPI library (Debian: libgssapi3-heimdal or libgssapi-krb5-2), or "
             "correct "
             "the path given for it.";
    case Cause::kNoCredentials:
      return "Run kinit to get a ticket (looked for in " + source +
             "), or name a credential cache, a client keytab or a password.";
    case Cause::kOtherPrincipal:
      return "Run kinit " + who + ", or ask for no principal (Principal): " + source +
             " has the tickets of somebody else.";
    case Cause::kCacheUnreadable:
      return "Name a credential cache of this user's own (KRB5CCNAME), and run kinit: " + source +
             " can't be read.";
    case Cause::kCacheType:
      return "Name a credential cache of a type that " + or_text(facts.library, "the library") +
             " knows (FILE:/path always is; KRB5CCNAME), or take another library (GssLib): " +
             source + " is of none.";
    case Cause::kCacheDaemon:
      return "Start the daemon that keeps " + source +
             " (SSSD's: systemctl start sssd-kcm.socket; Heimdal's: kcm), or name another "
             "credential cache (KRB5CCNAME).";
    case Cause::kExpired:
      return "Run kinit: the ticket of " + who + " in " + source + " has run out.";
    case Cause::kTooLittleLife:
      return "Run kinit, or kinit -R: the ticket of " + who + " in " + source +
             " runs out too soon.";
    case Cause::kKeytab:
      return "Check that " + source + " can be read and holds the current key of " + who + ".";
    case Cause::kPassword:
      return "Check the password of " + who + ".";
    case Cause::kClientUnknown:
      return "Check the spelling of the principal " + who +
             ", or ask the administrator to create it.";
    case Cause::kClientRefused:
      return "Ask the administrator why " + who +
             " may not log in at the KDC: disabled, or not now, or not from this machine (kadmin: "
             "get " +
             who + ").";
    case Cause::kClientExpired:
      return "Ask the administrator to have the account of " + who +
             " last longer: its time at the KDC is over (kadmin's expiration).";
    case Cause::kClientLocked:
      return "Ask the administrator to unlock " + who +
             ": it is disabled, or locked after wrong passwords.";
    case Cause::kPasswordExpired:
      return "Set a new password of " + who + " (kpasswd, or kinit, which asks for it).";
    case Cause::kTicketRefused:
      return "Ask the administrator whether " + who + " or " + target +
             " is disabled at the KDC (kadmin: get), or " + who + " not allowed to use " + target +
             ".";
    case Cause::kTicketStale:
      return "Run kinit anew, or have the trust's keys made equal where it is another realm's KDC: "
             "the KDC does not take the ticket of " +
             who + ", which is of another key.";
    case Cause::kKdcUnreachable:
      // Heimdal 7 goes to TCP for what is long only, or where krb5.conf names it.
      if (facts.library.starts_with("heimdal")) {
        return "Check the network and the KDC's address for the realm in krb5.conf: no KDC answers "
               "by UDP; for TCP set large_message_size = 0 there, or use MIT's library.";
      }
      return "Check the network and the KDC's address for the realm in krb5.conf: no KDC answers.";
    case Cause::kRealmUnknown:
      return "Name the realm's KDC in krb5.conf ([realms], [domain_realm]) or in DNS, or give the "
             "service's realm.";
    case Cause::kTrustPath:
      return "Ask the administrators of both realms for a trust between the realm of " + who +
             " and that of " + target + ", or name the realms between in [capaths] of krb5.conf.";
    case Cause::kTargetUnknown:
      return "Ask the administrator to create or enable the service principal " + target +
             ", or give the server's real name (ServerSPN).";
    case Cause::kTargetRefused:
      return "Ask the administrator to enable the service principal " + target +
             ": it has expired at the KDC, is locked, or not allowed as a service.";
    case Cause::kWrongPrincipal:
      return "Check that the host is the right one: who answered could not prove to be " + target +
             ".";
    case Cause::kWrongRealm:
      return "Check the realm given (Realm, ServerSPN), and name its KDC in krb5.conf: another "
             "realm's KDC answered for " +
             target + ".";
    case Cause::kServerKey:
      return "Ask the administrator to put the current key of " + target +
             " into the server's keytab.";
    case Cause::kClockSkew:
      return "Set the clocks: those of this machine, the KDC and the server differ by more than "
             "five "
             "minutes.";
    case Cause::kPreauthentication:
      return "Run kinit, which can ask for what the KDC wants of " + who +
             " (a smart card, a one-time password), or ask the administrator.";
    case Cause::kCertificate:
      return "Ask the administrator to check the certificate (smart card) of " + who +
             ", that of the KDC, and who has issued them.";
    case Cause::kAddress:
      return "Run kinit for a ticket without addresses (MIT: kinit -A, Heimdal: kinit "
             "--no-addresses): this one is for others than this machine's.";
    case Cause::kPeerRefused:
      return "Ask the administrator what the server's log says: it did not accept the ticket for " +
             target + ".";
    case Cause::kUserRefused:
      return "Ask the administrator who " + who +
             " may be at the server: it accepted the ticket and refused the login.";
    case Cause::kKdcError:
      return "Ask the administrator what the KDC's log says: the request reached it, but it could "
             "not answer.";
    case Cause::kConfiguration:
      return "Correct krb5.conf, or have KRB5_CONFIG name one that this user can read.";
    case Cause::kUnreadByLibrary:
      return "Take MIT's library (GssLib=mit; Debian: libgssapi-krb5-2), or write into krb5.conf "
             "itself what it includes.";
    case Cause::kBadName:
      return "Write principals as name@REALM and service names as service/host or "
             "service/host@REALM.";
    case Cause::kInvalidToken:
      return "Check that the server speaks the package asked for and that nothing between alters "
             "the connection.";
    case Cause::kEncryptionType:
      return "Permit more of them in krb5.conf (MIT: permitted_enctypes, Heimdal: "
             "default_etypes), or ask the administrator to give " +
             target + " or " + who + " a key of a type that is permitted.";
    case Cause::kReplay:
      return "Try again: the server took the token for a replay.";
    case Cause::kBindings:
      return "Check that nothing between terminates TLS: the server sees another TLS certificate "
             "than "
             "the client.";
    case Cause::kNotGranted:
      return "Ask for less (mutual authentication, confidentiality, ...), or have the server set "
             "up "
             "to grant it.";
    case Cause::kDelegation:
      return "Log in without delegation, or ask the administrator to allow it for " + who +
             " and " + target + ".";
    case Cause::kImpersonation:
      return "Have the program act as " + who + " in full, or log in as its own user.";
    case Cause::kNtlmRefused:
      return "Make Kerberos work for " + target + ", or allow NTLM.";
    case Cause::kAltered:
      return "Connect again: a message was altered, repeated or lost on its way.";
    case Cause::kTimedOut:
      return "Try again, or allow a longer login time-out: the program or this machine had too "
             "much "
             "else to do.";
    case Cause::kParents:
      return "Let each process begin its logins itself: this one was begun before fork(), by "
             "another "
             "process.";
    case Cause::kNoTime:
      return "Allow a longer login time-out: it was over before a ticket was asked for.";
    case Cause::kSourceSilent:
      return "Check who keeps " + source +
             " (a daemon, a file server) and krb5.conf, or name another credential cache.";
    case Cause::kDnsSilent:
      return "Check that DNS answers for the server's host, or take its name as it is written "
             "(CanonicalizeHost).";
    case Cause::kKdcSilent:
      return "Check that the realm's KDC answers, and DNS where that names it, or allow a longer "
             "login time-out.";
    case Cause::kCancelled:
      return "Log in again: this login was cancelled by the program itself.";
    case Cause::kNoMechanism:
      return "Install a GSSAPI mechanism for the package (NTLM with MIT's library, Debian: "
             "gss-ntlmssp), or use Kerberos.";
    case Cause::kUnsupported:
      return "Use another package or another GSSAPI library: " +
             or_text(facts.library, "this one") + " cannot do it.";
    case Cause::kArgument:
      return "Correct the option named.";
    case Cause::kNone:
      break;
  }
  return "";
}

}  // namespace negodbc::auth
