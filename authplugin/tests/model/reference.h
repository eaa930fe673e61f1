// The plain library in a fresh process for each login: a process that has loaded the libraries and
// called nothing of them forks one.
#ifndef NEGODBC_TESTS_MODEL_REFERENCE_H_
#define NEGODBC_TESTS_MODEL_REFERENCE_H_

#include <sys/types.h>

#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "tests/model/login.h"

namespace negodbc::model {

// Who a process is, from the moment it is there; no user: as it was started.
struct User {
  uid_t effective = 0;
  uid_t real = 0;
  friend bool operator==(const User&, const User&) = default;
};
// For good where `real` is another.
void become(const User& user);

struct PlainLogin {
  std::string library;  // whose answer counts: not always the request's
  LoginRequest request;
  Environment environment;
  User user;
  std::int64_t clock = 0;  // move_clock()
  // Caches that only a process knows: their names and the files they are copies of. Made first.
  std::vector<std::pair<std::string, std::string>> caches;
};

class Reference {
 public:
  // Before the process uses a library or has a thread. Throws std::runtime_error.
  explicit Reference(std::string acceptor);
  ~Reference();
  Reference(const Reference&) = delete;
  Reference& operator=(const Reference&) = delete;

  Outcome log_in(const PlainLogin& login);

  // Makes a cache that all processes see (KEYRING:) a copy of a file; "": destroyed. "", or what
  // went wrong.
  std::string fill(const std::string& library, const std::string& cache, const std::string& file,
                   const Environment& environment);

 private:
  [[noreturn]] void serve(int socket) const;
  Outcome ask(const std::string& message);

  const std::string acceptor_;
  pid_t process_ = -1;
  int socket_ = -1;
};

// What `work` comes to in a child, which has `seconds` for it.
Outcome in_child(const std::function<Outcome()>& work, unsigned seconds = 300);

}  // namespace negodbc::model

#endif  // NEGODBC_TESTS_MODEL_REFERENCE_H_
