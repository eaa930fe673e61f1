#include "cli/query_command.h"

#include <chrono>
#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "cli/installation_steps.h"
#include "cli/interruption.h"
#include "cli/printable.h"
#include "cli/query_writers.h"
#include "cli/understanding.h"
#include "driver/base/error.h"
#include "driver/dsn/log_wish.h"
#include "driver/log/log.h"
#include "driver/login/login.h"
#include "driver/session/connect_settings.h"
#include "driver/session/conversation.h"
#include "driver/sql/masking.h"

namespace negodbc::cli {
namespace {

// As a program's connection has it: that it can't be written is told, and no reason to stop.
std::unique_ptr<log::Log> log_of(const dsn::Settings& settings) {
  try {
    const dsn::LogWish wish = dsn::log_wish(settings);
    if (!wish.path.empty()) return std::make_unique<log::Log>(wish.path, wish.level);
  } catch (const Error& error) {
    if (error.state() != "01000") throw;
    std::cerr << "negodbc: [01000] " << printable(error.what(), true) << '\n';
  }
  return nullptr;
}

void log_statement(log::Log* log, const session::Session& session, const std::string& sql) {
  if (log == nullptr || !log->tells(log::Level::statements)) return;
  const bool standard_strings = session.parameter("standard_conforming_strings") != "off";
  const std::string text = log->tells(log::Level::values)
                               ? sql::without_passwords(sql, standard_strings)
                               : sql::without_constants(sql, standard_strings);
  log->write("statement", {{"text", text}});
}

// The server's words may hold values.
void log_error(log::Log* log, const Error& error) {
  if (log == nullptr) return;
  log->write("error", {{"state", error.state().view()},
                       {"text", log->tells(log::Level::values)
                                    ? std::string_view(error.what())
                                    : "(the server's words, shown by LogLevel=values)"}});
}

// What programs get: the login, then what the data source has executed behind it.
std::unique_ptr<session::Conversation> connected(const Understanding& known, log::Log* log) {
  login::LoginSettings settings = login_settings_of(known);
  settings.log = log;
  auto server = std::make_unique<session::Conversation>(login::login(settings, {}));
  const std::string sql(known.settings.get(dsn::Key::connect_settings));
  if (!sql.empty()) {
    log_statement(log, server->session(), sql);
    session::run_connect_settings(*server, sql, Deadline::after(settings.timeout));
  }
  if (!server->session().speaks_utf8())
    server->run(session::set_utf8, Deadline::after(settings.timeout));
  return server;
}

// Rows that go nowhere, to a disk that is full, are asked for no longer: the server is told to end
// the statement, whose answer says what has become of it.
class Outlet {
 public:
  Outlet(session::Session& session, const std::ostream& out) : session_(session), out_(out) {}

  void look() {
    if (out_ || lost_) return;
    lost_ = true;
    static_cast<void>(session_.interrupt(Deadline::after(std::chrono::seconds(5))));
  }
  [[nodiscard]] bool is_lost() const { return lost_; }

 private:
  session::Session& session_;
  const std::ostream& out_;
  bool lost_ = false;
};

void write_result(session::ResultStream& stream, RowWriter& writer, Outlet& outlet) {
  if (!stream.has_rows()) return writer.done(stream.command_tag());
  writer.begin(stream.fields());
  try {
    while (stream.next_row(Deadline::never())) {
      Row row;
      for (const wire::RowFields::Value& value : stream.row().values) {
        row.push_back(value.is_null() ? std::nullopt
                                      : std::make_optional(std::string(value.view())));
      }
      writer.row(row);
      outlet.look();
    }
  } catch (const Error&) {
    writer.end(false);
    throw;
  }
  writer.end(true);
}

}  // namespace

int query(const std::string& connection, const std::string& sql, Format format, std::ostream& out) {
  const Understanding known = understand(connection);
  const std::unique_ptr<log::Log> log = log_of(known.settings);
  std::unique_ptr<session::Conversation> server;
  try {
    server = connected(known, log.get());
  } catch (const Error& error) {
    log_error(log.get(), error);
    throw Error(error.state().view(),
                secrets_of_statements(known).hide(secrets_of(known).hide(error.what())));
  }
  const std::unique_ptr<RowWriter> writer = row_writer(format, is_terminal(), out);
  const Interruption interruption(server->session());
  Outlet outlet(server->session(), out);
  log_statement(log.get(), server->session(), sql);
  try {
    const auto stream = server->simple(sql, {}, Deadline::never());
    do write_result(*stream, *writer, outlet);
    while (stream->next_result(Deadline::never()));
  } catch (const Error& error) {
    out.flush();  // what came before it stands before it
    log_error(log.get(), error);
    if (outlet.is_lost() && error.state() == "57014")
      throw Error("HY008", "the server has stopped the statement, whose rows could not be written");
    if (!interruption.happened()) throw;
    throw Error("HY008", error.state() == "57014"
                             ? "cancelled by Ctrl-C: the server has stopped the statement"
                             : "ended by Ctrl-C: " + std::string(error.what()));
  }
  if (server->transaction_status(Deadline::never()) != 'I') {
    throw Error("25000",
                "the statements have left a transaction open: nothing of what they did in it is "
                "kept. End it with COMMIT");
  }
  return 0;
}

}  // namespace negodbc::cli
