#include <string>

#include "cli/examination/examination.h"
#include "cli/examination/told_commands.h"
#include "driver/base/error.h"
#include "driver/login/login.h"
#include "driver/session/ask.h"
#include "driver/session/conversation.h"

namespace negodbc::cli {
namespace {

// What the server is asked of the login, once it stands: one row of texts.
struct Question {
  const char* sql;
  std::vector<const char*> names;  // of the columns
};

// Views of PostgreSQL's own; other servers may lack some, which is no fault.
const Question questions[] = {
    {"SELECT session_user::pg_catalog.text, pg_catalog.inet_server_addr()::pg_catalog.text, "
     "CASE WHEN pg_catalog.pg_is_in_recovery() THEN 'standby, read only' ELSE 'primary' END",
     {"role", "server address", "server"}},
    {"SELECT principal::pg_catalog.text, encrypted::pg_catalog.text FROM "
     "pg_catalog.pg_stat_gssapi WHERE pid = pg_catalog.pg_backend_pid() AND gss_authenticated",
     {"principal, as the server has it", "encrypted by GSS"}},
    {"SELECT version::pg_catalog.text, cipher::pg_catalog.text, client_dn::pg_catalog.text FROM "
     "pg_catalog.pg_stat_ssl WHERE pid = pg_catalog.pg_backend_pid() AND ssl",
     {"TLS", "cipher", "client certificate"}},
    // PostgreSQL 16 and later have the column.
    {"SELECT pg_catalog.to_jsonb(login) OPERATOR(pg_catalog.->>) 'credentials_delegated' FROM "
     "pg_catalog.pg_stat_gssapi AS login WHERE pid = pg_catalog.pg_backend_pid() AND "
     "gss_authenticated",
     {"has the user's ticket to go on with"}},
};

void ask_server(session::Conversation& server, Deadline deadline, Finding& finding) {
  for (const Question& question : questions) {
    const std::vector<wire::AnswerColumn> columns(question.names.size(),
                                                  wire::or_null(wire::Holds::text));
    try {
      const wire::Answer answer = session::ask(server, question.sql, columns, {}, deadline);
      if (answer.empty()) continue;
      for (std::size_t i = 0; i < question.names.size(); ++i)
        if (const wire::Answer::Cell& value = answer.first().cell(i))
          finding.facts.push_back({question.names[i], *value, ""});
    } catch (const ConnectionError&) {
      return;  // nobody is there any more to be asked
    } catch (const Error&) {
      continue;
    }
  }
}

std::string milliseconds(session::LoginTimes::Duration time) {
  const auto tenths = std::chrono::duration_cast<std::chrono::microseconds>(time).count() / 100;
  return std::to_string(tenths / 10) + "." + std::to_string(tenths % 10) + " ms";
}

void add_times(const session::LoginTimes& times, Finding& finding) {
  finding.facts.push_back(
      {"time",
       "names " + milliseconds(times.resolve) + ", TCP " + milliseconds(times.connect) +
           ", encryption " + milliseconds(times.encryption) + ", ticket " +
           milliseconds(times.token) + ", server " + milliseconds(times.server()),
       ""});
}

// What protects the session, and what would change that.
std::string encryption_words(const session::Session& session) {
  const std::string used = session.encryption();
  if (used.empty()) return "none (SSLmode=require or GssEncMode=require would not go without)";
  if (used == "GSS") return "by the ticket (GSS; SSLmode=require would make it TLS)";
  return "by TLS (" + used + ")";
}

void add_mapping(const Examination& examination, const session::Session& session,
                 Finding& finding) {
  if (examination.principal.empty() || session.auth_method() != "gss") return;
  const std::string own = examination.principal.substr(0, examination.principal.rfind('@'));
  finding.facts.push_back(
      {"role of " + examination.principal, session.user(),
       own == session.user() ? "by its name" : "by the server's map (pg_ident.conf)"});
}

}  // namespace

Finding examine_login(Examination& examination) {
  Finding finding;
  if (!examination.settings.principal_password.empty() &&
      examination.ticket_status != NEGODBC_AUTH_OK) {
    finding.verdict = Verdict::skipped;
    finding.text = "not tried: it would send the KDC its password (PrincipalPassword) once more";
    return finding;
  }
  try {
    std::unique_ptr<session::Session> session = login::login(
        examination.settings,
        [&](const wire::ServerMessage& notice) { finding.notes.emplace_back(notice.text); });
    examination.logged_in = true;
    finding.text = "as " + session->user() + " to database " + session->database() + " by " +
                   session->auth_method() +
                   (session->encryption().empty() ? "" : ", " + session->encryption()) +
                   ", PostgreSQL " + std::string(session->parameter("server_version"));
    finding.facts.push_back({"encryption", encryption_words(*session), ""});
    add_mapping(examination, *session, finding);
    add_times(session->login_times(), finding);
    session::Conversation server(std::move(session));
    ask_server(server, examination.end.sooner(Deadline::after(std::chrono::seconds(1))), finding);
  } catch (const Error& error) {
    finding.verdict = Verdict::failed;
    finding.state = error.state().view();
    finding.text = error.what();
    finding.remedy = command_told(finding.text, examination.known);
    // What would have brought a ticket, where that is what the login lacks.
    if (!examination.ticket_fault.empty() &&
        finding.text.find(examination.ticket_fault) != std::string::npos)
      finding.remedy = examination.ticket_remedy;
    finding.facts.clear();
  }
  return finding;
}

}  // namespace negodbc::cli
