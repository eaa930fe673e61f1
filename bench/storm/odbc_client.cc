// Logins through the driver manager, unixODBC's libodbc.so.2.
#include <sql.h>
#include <sqlext.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <mutex>
#include <stdexcept>
#include <thread>
#include <utility>

#include "bench/base/shared_library.h"
#include "bench/storm/client.h"
#include "driver/include/negodbc/odbc_extensions.h"

namespace negodbc::bench {
namespace {

using Clock = std::chrono::steady_clock;

struct DriverManager {
  SharedLibrary library{"libodbc.so.2"};
  decltype(&SQLAllocHandle) alloc = library.symbol<decltype(SQLAllocHandle)>("SQLAllocHandle");
  decltype(&SQLFreeHandle) free = library.symbol<decltype(SQLFreeHandle)>("SQLFreeHandle");
  decltype(&SQLSetEnvAttr) set_env_attr = library.symbol<decltype(SQLSetEnvAttr)>("SQLSetEnvAttr");
  decltype(&SQLSetConnectAttr) set_connect_attr =
      library.symbol<decltype(SQLSetConnectAttr)>("SQLSetConnectAttr");
  decltype(&SQLGetConnectAttr) get_connect_attr =
      library.symbol<decltype(SQLGetConnectAttr)>("SQLGetConnectAttr");
  decltype(&SQLDriverConnect) driver_connect =
      library.symbol<decltype(SQLDriverConnect)>("SQLDriverConnect");
  decltype(&SQLDisconnect) disconnect = library.symbol<decltype(SQLDisconnect)>("SQLDisconnect");
  decltype(&SQLExecDirect) exec_direct = library.symbol<decltype(SQLExecDirect)>("SQLExecDirect");
  decltype(&SQLNumResultCols) num_result_cols =
      library.symbol<decltype(SQLNumResultCols)>("SQLNumResultCols");
  decltype(&SQLFetch) fetch = library.symbol<decltype(SQLFetch)>("SQLFetch");
  decltype(&SQLMoreResults) more_results =
      library.symbol<decltype(SQLMoreResults)>("SQLMoreResults");
  decltype(&SQLGetInfo) get_info = library.symbol<decltype(SQLGetInfo)>("SQLGetInfo");
  decltype(&SQLGetDiagRec) get_diag_rec = library.symbol<decltype(SQLGetDiagRec)>("SQLGetDiagRec");
};

// The entry points take text that they promise not to change as SQLCHAR*.
SQLCHAR* text_of(std::string& text) {
  return reinterpret_cast<SQLCHAR*>(text.data());
}

class Handle {
 public:
  Handle(const DriverManager& manager, SQLSMALLINT type, SQLHANDLE parent)
      : manager_(manager), type_(type) {
    if (!SQL_SUCCEEDED(manager.alloc(type, parent, &handle_))) {
      throw std::runtime_error("SQLAllocHandle failed");
    }
  }
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;
  ~Handle() { manager_.free(type_, handle_); }

  SQLHANDLE get() const { return handle_; }

  Failure failure() const {
    std::array<SQLCHAR, 6> state{};
    std::array<SQLCHAR, 1024> text{};
    SQLINTEGER native = 0;
    SQLSMALLINT size = 0;
    if (!SQL_SUCCEEDED(manager_.get_diag_rec(type_, handle_, 1, state.data(), &native, text.data(),
                                             SQLSMALLINT{text.size()}, &size))) {
      return {"", "the driver told no reason"};
    }
    return {reinterpret_cast<const char*>(state.data()),
            reinterpret_cast<const char*>(text.data())};
  }

 private:
  const DriverManager& manager_;
  SQLSMALLINT type_;
  SQLHANDLE handle_ = SQL_NULL_HANDLE;
};

// Our own driver tells what a login's time went to.
struct ToldPhase {
  const char* name;
  SQLINTEGER attribute;
};
constexpr ToldPhase told_phases[] = {{"resolve", SQL_ATTR_NEGODBC_LOGIN_RESOLVE_US},
                                     {"connect", SQL_ATTR_NEGODBC_LOGIN_CONNECT_US},
                                     {"encryption", SQL_ATTR_NEGODBC_LOGIN_ENCRYPTION_US},
                                     {"token", SQL_ATTR_NEGODBC_LOGIN_TOKEN_US},
                                     {"server", SQL_ATTR_NEGODBC_LOGIN_SERVER_US}};
// What is left: the driver manager's part, and what of the driver lies above the login.
constexpr char rest_phase[] = "ODBC";

class OdbcTarget;

class OdbcSession;

class OdbcClient : public Client {
 public:
  explicit OdbcClient(const OdbcTarget& target);
  Attempt attempt(const std::string& query) override;
  std::unique_ptr<HeldSession> open(const std::string& query, Attempt& attempt) override;

 private:
  std::unique_ptr<OdbcSession> log_in(const std::string& query, Attempt& attempt);

  const OdbcTarget& target_;
  std::string connection_;
};

class OdbcTarget : public Target {
 public:
  explicit OdbcTarget(const TargetSettings& wanted)
      : settings(wanted), environment(manager, SQL_HANDLE_ENV, SQL_NULL_HANDLE) {
    manager.set_env_attr(environment.get(), SQL_ATTR_ODBC_VERSION, odbc_3, 0);
    if (!settings.keep_loaded) return;
    // If this login fails, so will those that are counted, and they tell why.
    anchor_ = std::make_unique<Handle>(manager, SQL_HANDLE_DBC, environment.get());
    std::string connection = settings.connection;
    connected_ = SQL_SUCCEEDED(connect(*anchor_, connection));
  }
  ~OdbcTarget() override {
    if (connected_) manager.disconnect(anchor_->get());
  }

  std::unique_ptr<Client> client() override { return std::make_unique<OdbcClient>(*this); }

  // Known after the first login.
  std::vector<std::string> phases() const override {
    if (!tells_phases_) return {};
    std::vector<std::string> names;
    for (const ToldPhase& phase : told_phases) names.emplace_back(phase.name);
    names.emplace_back(rest_phase);
    return names;
  }

  // As the driver that is kept loaded tells them.
  std::map<std::string, std::string> versions() const override {
    if (!connected_) return {};
    std::map<std::string, std::string> told;
    told["driver manager"] = info(SQL_DM_VER);
    told[info(SQL_DRIVER_NAME)] = info(SQL_DRIVER_VER);
    told[info(SQL_DBMS_NAME)] = info(SQL_DBMS_VER);
    return told;
  }

  std::vector<std::chrono::nanoseconds> phases_of(const Handle& connection,
                                                  std::chrono::nanoseconds login) const {
    std::call_once(asked_, [&] {
      SQLUINTEGER value = 0;
      tells_phases_ = ask(connection, told_phases[0].attribute, value);
    });
    if (!tells_phases_) return {};
    std::vector<std::chrono::nanoseconds> times;
    for (const ToldPhase& phase : told_phases) {
      SQLUINTEGER value = 0;
      ask(connection, phase.attribute, value);
      times.push_back(std::chrono::microseconds(value));
      login -= times.back();
    }
    times.push_back(std::max(login, std::chrono::nanoseconds(0)));
    return times;
  }

  SQLRETURN connect(const Handle& connection, std::string& text) const {
    SQLSMALLINT size = 0;
    return manager.driver_connect(connection.get(), nullptr, text_of(text), SQL_NTS, nullptr, 0,
                                  &size, SQL_DRIVER_NOPROMPT);
  }

  // Attributes that are integers travel as pointers (ODBC reference, SQLSetConnectAttr).
  static SQLPOINTER integer(SQLULEN value) {
    return reinterpret_cast<SQLPOINTER>(value);  // NOLINT(performance-no-int-to-ptr)
  }

  const TargetSettings settings;
  const DriverManager manager;
  const Handle environment;

 private:
  bool ask(const Handle& connection, SQLINTEGER attribute, SQLUINTEGER& value) const {
    return SQL_SUCCEEDED(
        manager.get_connect_attr(connection.get(), attribute, &value, SQL_IS_UINTEGER, nullptr));
  }

  std::string info(SQLUSMALLINT what) const {
    std::array<char, 256> text{};
    SQLSMALLINT size = 0;
    const bool told = SQL_SUCCEEDED(
        manager.get_info(anchor_->get(), what, text.data(), SQLSMALLINT{text.size()}, &size));
    return told ? text.data() : "unknown";
  }

  const SQLPOINTER odbc_3 = integer(SQL_OV_ODBC3_80);
  std::unique_ptr<Handle> anchor_;
  bool connected_ = false;
  mutable std::once_flag asked_;
  mutable std::atomic<bool> tells_phases_ = false;
};

// A connection handle, connected once connect() has worked.
class OdbcSession : public HeldSession {
 public:
  explicit OdbcSession(const OdbcTarget& target)
      : target_(target), connection_(target.manager, SQL_HANDLE_DBC, target.environment.get()) {
    target.manager.set_connect_attr(
        connection_.get(), SQL_ATTR_LOGIN_TIMEOUT,
        OdbcTarget::integer(static_cast<SQLULEN>(target.settings.login_timeout_s)),
        SQL_IS_UINTEGER);
  }
  ~OdbcSession() override { disconnect(); }

  const Handle& connection() const { return connection_; }
  bool connect(std::string& text) {
    return connected_ = SQL_SUCCEEDED(target_.connect(connection_, text));
  }
  void disconnect() {
    if (std::exchange(connected_, false)) target_.manager.disconnect(connection_.get());
  }
  std::optional<Failure> run(std::string query) const;

  // The driver manager has no call that waits for the end of a session.
  std::optional<Failure> lost_within(std::chrono::nanoseconds wait) override {
    std::this_thread::sleep_for(wait);
    return run("SELECT 1");
  }

 private:
  const OdbcTarget& target_;
  const Handle connection_;
  bool connected_ = false;
};

OdbcClient::OdbcClient(const OdbcTarget& target)
    : target_(target), connection_(target.settings.connection) {}

// A login that failed has no time.
std::unique_ptr<OdbcSession> OdbcClient::log_in(const std::string& query, Attempt& attempt) {
  auto session = std::make_unique<OdbcSession>(target_);
  const auto begin = Clock::now();
  if (!session->connect(connection_)) {
    attempt.failure = session->connection().failure();
    return session;
  }
  const auto connected = Clock::now();
  attempt.login = connected - begin;
  attempt.phases = target_.phases_of(session->connection(), attempt.login);
  if (query.empty()) return session;
  const auto asked = Clock::now();
  attempt.failure = session->run(query);
  attempt.query = Clock::now() - asked;
  return session;
}

Attempt OdbcClient::attempt(const std::string& query) {
  Attempt attempt;
  const auto session = log_in(query, attempt);
  if (attempt.login.count() == 0) return attempt;
  const auto done = Clock::now();
  session->disconnect();
  attempt.logout = Clock::now() - done;
  return attempt;
}

std::unique_ptr<HeldSession> OdbcClient::open(const std::string& query, Attempt& attempt) {
  auto session = log_in(query, attempt);
  if (attempt.failure) session.reset();
  return session;
}

// To the end of every result. A statement need not return rows, and one that changes none is told
// as SQL_NO_DATA (ODBC reference, SQLExecDirect).
std::optional<Failure> OdbcSession::run(std::string query) const {
  const DriverManager& manager = target_.manager;
  const Handle statement(manager, SQL_HANDLE_STMT, connection_.get());
  SQLRETURN result = manager.exec_direct(statement.get(), text_of(query), SQL_NTS);
  while (SQL_SUCCEEDED(result) || result == SQL_NO_DATA) {
    SQLSMALLINT columns = 0;
    if (SQL_SUCCEEDED(result)) {
      result = manager.num_result_cols(statement.get(), &columns);
      if (!SQL_SUCCEEDED(result)) break;
    }
    if (columns > 0) {
      while (SQL_SUCCEEDED(result)) result = manager.fetch(statement.get());
      if (result != SQL_NO_DATA) break;
    }
    result = manager.more_results(statement.get());
    if (result == SQL_NO_DATA) return std::nullopt;
  }
  return statement.failure();
}

}  // namespace

std::unique_ptr<Target> make_odbc_target(const TargetSettings& settings) {
  return std::make_unique<OdbcTarget>(settings);
}

}  // namespace negodbc::bench
