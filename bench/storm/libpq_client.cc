// Logins by libpq. PQconnectPoll is driven from here as PQconnectdb drives it, so that the time
// that is waited in each state of the connection can be told apart.
#include <libpq-fe.h>
#include <poll.h>

#include "bench/base/shared_library.h"
#include "bench/storm/client.h"
#include "bench/storm/sqlstate_text.h"

namespace negodbc::bench {
namespace {

using Clock = std::chrono::steady_clock;

struct Libpq {
  SharedLibrary library{"libpq.so.5"};
  decltype(&PQconnectStart) connect_start =
      library.symbol<decltype(PQconnectStart)>("PQconnectStart");
  decltype(&PQconnectPoll) connect_poll = library.symbol<decltype(PQconnectPoll)>("PQconnectPoll");
  decltype(&PQstatus) status = library.symbol<decltype(PQstatus)>("PQstatus");
  decltype(&PQsocket) socket = library.symbol<decltype(PQsocket)>("PQsocket");
  decltype(&PQsetErrorVerbosity) set_error_verbosity =
      library.symbol<decltype(PQsetErrorVerbosity)>("PQsetErrorVerbosity");
  decltype(&PQerrorMessage) error_message =
      library.symbol<decltype(PQerrorMessage)>("PQerrorMessage");
  decltype(&PQexec) exec = library.symbol<decltype(PQexec)>("PQexec");
  decltype(&PQresultStatus) result_status =
      library.symbol<decltype(PQresultStatus)>("PQresultStatus");
  decltype(&PQresultErrorField) result_error_field =
      library.symbol<decltype(PQresultErrorField)>("PQresultErrorField");
  decltype(&PQclear) clear = library.symbol<decltype(PQclear)>("PQclear");
  decltype(&PQconsumeInput) consume_input =
      library.symbol<decltype(PQconsumeInput)>("PQconsumeInput");
  decltype(&PQfinish) finish = library.symbol<decltype(PQfinish)>("PQfinish");
  decltype(&PQlibVersion) version = library.symbol<decltype(PQlibVersion)>("PQlibVersion");
};

enum LibpqPhase : std::size_t {
  libpq_connecting,
  encryption,
  authentication,
  settings_of_session,
  libpq_phase_count
};

LibpqPhase phase_of(ConnStatusType status) {
  switch (status) {
    case CONNECTION_NEEDED:
    case CONNECTION_STARTED:
      return libpq_connecting;
    case CONNECTION_MADE:
    case CONNECTION_SSL_STARTUP:
    case CONNECTION_GSS_STARTUP:
      return encryption;
    case CONNECTION_AWAITING_RESPONSE:
      return authentication;
    default:
      return settings_of_session;
  }
}

using Connection = std::unique_ptr<PGconn, decltype(&PQfinish)>;

class LibpqSession : public HeldSession {
 public:
  LibpqSession(const Libpq& libpq, Connection connection)
      : libpq_(libpq), connection_(std::move(connection)) {}

  std::optional<Failure> lost_within(std::chrono::nanoseconds wait) override {
    pollfd readable{libpq_.socket(connection_.get()), POLLIN, 0};
    const auto ms = std::chrono::ceil<std::chrono::milliseconds>(wait).count();
    if (poll(&readable, 1, static_cast<int>(ms)) <= 0) return std::nullopt;
    // What the server says before it closes is not the end yet.
    if (libpq_.consume_input(connection_.get()) == 1) return std::nullopt;
    return Failure{"", libpq_.error_message(connection_.get())};
  }

 private:
  const Libpq& libpq_;
  Connection connection_;
};

class LibpqClient : public Client {
 public:
  LibpqClient(const Libpq& libpq, const TargetSettings& settings)
      : libpq_(libpq), settings_(settings) {}

  Attempt attempt(const std::string& query) override {
    Attempt attempt;
    Connection connection = log_in(query, attempt);
    if (attempt.login.count() == 0) return attempt;
    const auto done = Clock::now();
    connection.reset();
    attempt.logout = Clock::now() - done;
    return attempt;
  }

  std::unique_ptr<HeldSession> open(const std::string& query, Attempt& attempt) override {
    Connection connection = log_in(query, attempt);
    if (attempt.failure) return nullptr;
    return std::make_unique<LibpqSession>(libpq_, std::move(connection));
  }

 private:
  // A login that failed has no time.
  Connection log_in(const std::string& query, Attempt& attempt) const {
    attempt.phases.resize(libpq_phase_count);
    const auto begin = Clock::now();
    Connection connection(libpq_.connect_start(settings_.connection.c_str()), libpq_.finish);
    if (connection == nullptr) {
      attempt.failure = {"HY001", "libpq is out of memory"};
      return connection;
    }
    libpq_.set_error_verbosity(connection.get(), PQERRORS_VERBOSE);
    attempt.failure = connect(connection.get(), begin, attempt.phases);
    if (attempt.failure) return connection;
    const auto connected = Clock::now();
    attempt.login = connected - begin;
    if (query.empty()) return connection;
    attempt.failure = run(connection.get(), query);
    attempt.query = Clock::now() - connected;
    return connection;
  }

  std::optional<Failure> connect(PGconn* connection, Clock::time_point begin,
                                 std::vector<std::chrono::nanoseconds>& phases) const {
    const auto deadline = begin + std::chrono::seconds(settings_.login_timeout_s);
    auto mark = begin;
    PostgresPollingStatusType wanted = PGRES_POLLING_WRITING;
    if (libpq_.status(connection) == CONNECTION_BAD) wanted = PGRES_POLLING_FAILED;
    while (wanted != PGRES_POLLING_OK && wanted != PGRES_POLLING_FAILED) {
      const LibpqPhase phase = phase_of(libpq_.status(connection));
      const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now());
      pollfd socket{libpq_.socket(connection),
                    static_cast<short>(wanted == PGRES_POLLING_READING ? POLLIN : POLLOUT), 0};
      if (left.count() <= 0 || poll(&socket, 1, static_cast<int>(left.count())) == 0) {
        return Failure{"HYT00", "the login timed out"};
      }
      wanted = libpq_.connect_poll(connection);
      const auto now = Clock::now();
      phases[phase] += now - mark;
      mark = now;
    }
    if (wanted == PGRES_POLLING_OK) return std::nullopt;
    return failure_of_verbose_text(libpq_.error_message(connection));
  }

  std::optional<Failure> run(PGconn* connection, const std::string& query) const {
    const std::unique_ptr<PGresult, decltype(&PQclear)> result(
        libpq_.exec(connection, query.c_str()), libpq_.clear);
    const ExecStatusType status = libpq_.result_status(result.get());
    if (status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK) return std::nullopt;
    const char* state = libpq_.result_error_field(result.get(), PG_DIAG_SQLSTATE);
    return Failure{state == nullptr ? "" : state, libpq_.error_message(connection)};
  }

  const Libpq& libpq_;
  const TargetSettings& settings_;
};

class LibpqTarget : public Target {
 public:
  explicit LibpqTarget(const TargetSettings& settings) : settings_(settings) {}
  std::vector<std::string> phases() const override {
    return {"resolve and connect", "encryption", "authentication", "settings"};
  }
  std::map<std::string, std::string> versions() const override {
    const int version = libpq_.version();
    return {{"libpq", std::to_string(version / 10000) + "." + std::to_string(version % 10000)}};
  }
  std::unique_ptr<Client> client() override {
    return std::make_unique<LibpqClient>(libpq_, settings_);
  }

 private:
  const Libpq libpq_;
  const TargetSettings settings_;
};

}  // namespace

std::unique_ptr<Target> make_libpq_target(const TargetSettings& settings) {
  return std::make_unique<LibpqTarget>(settings);
}

}  // namespace negodbc::bench
