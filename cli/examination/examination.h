// The doctor's steps between the settings and the login through the driver manager: a table, each
// step a function that looks at one thing and says what it has found.
//
// What decides whether programs log in is done by the driver's own code (credential, ticket,
// login): only these steps fail. The others say why, and call what looks wrong a note: a KDC that
// is down is no fault while the ticket is there.
//
// The login has all of its time (connect_timeout), as programs have it. What comes before shares
// three quarters of as much, so that all of it takes less than two time-outs; what only looks takes
// a third of what is left at most. Whatever has had too little time says that, and no cause: a busy
// machine is no fault. No step tries a password, or anything else that could lock an account, but
// the login itself, which does it once.
#pragma once

#include <algorithm>
#include <chrono>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cli/examination/ticket_facts.h"
#include "cli/report.h"
#include "cli/understanding.h"
#include "driver/auth/integrated_auth.h"
#include "driver/base/deadline.h"
#include "driver/login/login_settings.h"
#include "driver/net/resolve.h"
#include "negodbc/auth_plugin.h"

namespace negodbc::cli {

struct KerberosFindings;  // kerberos_findings.h: what the steps of Kerberos find for each other

// What is to be examined, and what has been found so far.
struct Examination {
  const Understanding& known;
  const login::LoginSettings& settings;  // with the plugin that the driver loads
  std::string keytab;                    // --keytab: the server's; "": none
  bool by_ticket = false;                // the login wants a ticket, if there is one
  bool has_plugin = false;               // that can be asked for one
  Deadline deadline;                     // of all that comes before the login
  Deadline end;                          // of all of it

  std::shared_ptr<KerberosFindings> kerberos = {};
  std::vector<std::string> other_names = {};  // of the first host: canonical, of its addresses
  bool has_no_address = false;                // the first host, by the name servers' word
  std::unique_ptr<auth::IntegratedAuth> ticket_session = {};  // of the first host, not stepped yet
  std::string principal = {};                                 // whose ticket it is; "": none
  std::string user = {};                                      // who logs in, as far as is known
  std::string spn = {};                                       // that the ticket was asked for
  std::optional<TicketFacts> ticket = {};
  std::string token = {};  // of the first host, sent nowhere; "": there is none
  bool delegated = false;  // and it takes the user's ticket along
  negodbc_auth_status ticket_status = NEGODBC_AUTH_OK;
  // Of a ticket that is not insisted on: why there is none, and what would help. Told with the
  // login, if that fails for it.
  std::string ticket_fault = {}, ticket_remedy = {};
  struct Reached {
    net::Host host;
    net::Address address;
  };
  std::optional<Reached> server = {};  // the first that takes a connection
  bool logged_in = false;

  [[nodiscard]] bool insists() const {
    return settings.integrated == auth::IntegratedLogin::required;
  }
  // For ticket and credential. Without a password the login tries the same once more, with all of
  // its time; with one nothing is tried twice.
  [[nodiscard]] Deadline for_ticket() const {
    return settings.principal_password.empty() ? deadline : Deadline::after(settings.timeout);
  }
  // For what only looks.
  [[nodiscard]] Deadline share() const {
    constexpr std::chrono::seconds most(3);
    return deadline.sooner(
        Deadline::after(std::min<std::chrono::milliseconds>(deadline.remaining() / 3, most)));
  }
  // For sessions that end before the server has answered. The plugin takes such a one for a refusal
  // and has the next login's ticket fetched anew, where programs send the one that they have; what
  // it keeps of sessions of other options is of no concern to the login.
  [[nodiscard]] auth::TicketOptions to_look() const {
    auth::TicketOptions options = settings;
    options.credential_copies = options.credential_copies == 1 ? 2 : 1;
    return options;
  }
  // The host that texts are about.
  [[nodiscard]] const net::Host& host() const { return settings.hosts.front(); }
  // The name that the ticket was asked for, or would be; "": the server has none.
  [[nodiscard]] std::string service_name() const;
  // "negodbc dsn edit sales KEYWORD=VALUE", or what to do to a connection string.
  [[nodiscard]] std::string to_set(const std::string& word) const;
};

struct Step {
  const char* name;
  bool (*concerns)(const Examination&);
  Finding (*examine)(Examination&);  // its `step` is filled in by who runs it
};

// In the order in which they are taken, those that this system has.
std::span<const Step> examination_steps();

// What any system has; kerberos_steps.h has those of Kerberos.
Finding examine_environment(Examination& examination);
Finding examine_credential(Examination& examination);
Finding examine_ticket(Examination& examination);
Finding examine_server(Examination& examination);
Finding examine_question(Examination& examination);
Finding examine_login(Examination& examination);

// A command for a krb5.conf that can't be used; "" where none can be told.
std::string command_for_configuration(const Examination& examination);
// A command for who lacks a GSSAPI library that can be used.
std::string command_for_library(const Examination& examination);
// A command for who has no ticket, or one that has run out; "" where none can be told.
std::string command_for_ticket(const Examination& examination);
// Whether the client keytab that is named can't be read as one.
bool is_keytab_at_fault(const Examination& examination);

// For the machine whose clock is wrong.
std::string command_for_clock();
// For who asks for a ticket for a service that no KDC knows; without a realm.
std::string command_to_name_service(const std::string& spn);

// The ticket of a first token that was made for `target`: what the token shows of it, or the LSA.
std::optional<TicketFacts> facts_of_sent(std::string_view token, const std::string& target);

// The service's names that a KDC may know it by, when it does not know `spn`: of each of the host's
// names, as it is and short, with the service's name as it is asked for, and as others write it.
std::vector<std::string> spn_candidates(const std::string& service, const std::string& host,
                                        const std::vector<std::string>& other_names,
                                        const std::string& spn);

// Of a step that has not come to an end in its time: "WHAT: its time has run out".
Finding out_of_time(const std::string& what);
inline constexpr char timed_out_state[] = "HYT00";

// Takes those that concern the login, and tells what each has found.
void examine(Examination& examination, Report& report);

}  // namespace negodbc::cli
