// What a storm logs in with: an ODBC driver through the driver manager, libpq, or a bare socket.
// New kinds implement these two classes and are named in make_target().
#ifndef NEGODBC_BENCH_STORM_CLIENT_H
#define NEGODBC_BENCH_STORM_CLIENT_H

#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace negodbc::bench {

struct Failure {
  std::string sqlstate;  // empty when the client did not tell one
  std::string text;
};

// One login, an optional query, and the logout. The times are valid without a failure.
struct Attempt {
  std::optional<Failure> failure;
  std::chrono::nanoseconds login{0};             // from the call to the session that can be used
  std::chrono::nanoseconds query{0};             // until all rows are read; zero without a query
  std::chrono::nanoseconds logout{0};            // until the call that ends the session returns
  std::vector<std::chrono::nanoseconds> phases;  // of the login, as many as Target::phases() names
};

// A session that stays open until it is destroyed. Used by one thread at a time.
class HeldSession {
 public:
  virtual ~HeldSession() = default;
  // Waits until the session is lost, at most so long; nothing if it is not. A client that can't see
  // that without asking the server waits so long, and then asks once.
  virtual std::optional<Failure> lost_within(std::chrono::nanoseconds wait) = 0;
};

// Used by one thread at a time.
class Client {
 public:
  virtual ~Client() = default;
  virtual Attempt attempt(const std::string& query) = 0;  // an empty query: none
  // One login and the optional query, without the logout; no session: `attempt` has the failure.
  // The session may outlive the client, but not the target.
  virtual std::unique_ptr<HeldSession> open(const std::string& query, Attempt& attempt);
};

class Target {
 public:
  virtual ~Target() = default;
  // What a login can be divided into, as far as it is visible from where the client stands.
  virtual std::vector<std::string> phases() const { return {}; }
  // Of the libraries that do the work, and of the server as far as it is known: name -> version.
  virtual std::map<std::string, std::string> versions() const { return {}; }
  // To be called by any thread.
  virtual std::unique_ptr<Client> client() = 0;
};

struct TargetSettings {
  std::string kind;        // one of target_kinds()
  std::string connection;  // in the kind's own language
  int login_timeout_s = 30;
  // ODBC: one idle session is kept, so that the driver manager does not unload the driver between
  // logins, as in a program that is busy.
  bool keep_loaded = true;
};

std::vector<std::string> target_kinds();

// Throws std::runtime_error when a library is missing or the connection string can't be understood.
std::unique_ptr<Target> make_target(const TargetSettings& settings);

std::unique_ptr<Target> make_odbc_target(const TargetSettings& settings);
std::unique_ptr<Target> make_libpq_target(const TargetSettings& settings);
std::unique_ptr<Target> make_floor_target(const TargetSettings& settings, bool with_ticket);

}  // namespace negodbc::bench

#endif
