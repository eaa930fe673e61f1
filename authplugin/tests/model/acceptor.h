// Who the acceptor sees is what counts. It is a process of its own, with MIT's library and the
// environment of the realm, whatever the logins' own environment becomes.
#ifndef NEGODBC_TESTS_MODEL_ACCEPTOR_H_
#define NEGODBC_TESTS_MODEL_ACCEPTOR_H_

#include <sys/types.h>

#include <string>

namespace negodbc::model {

class Acceptor {
 public:
  // Starts it; before anything else of the process uses a library. Throws std::runtime_error.
  Acceptor();
  ~Acceptor();
  Acceptor(const Acceptor&) = delete;
  Acceptor& operator=(const Acceptor&) = delete;
  // For AcceptorLine.
  const std::string& address() const { return address_; }

 private:
  pid_t process_ = -1;
  std::string address_;
};

// One handshake, of any process and user.
class AcceptorLine {
 public:
  // `keytab`: with the service's keys; "": the realm's (NEGODBC_KEYTAB).
  AcceptorLine(const std::string& address, std::string keytab);
  ~AcceptorLine();
  AcceptorLine(const AcceptorLine&) = delete;
  AcceptorLine& operator=(const AcceptorLine&) = delete;

  struct Answer {
    bool refused = false;
    std::string client;  // who was seen; "": not yet
    std::string token;
    std::string words;  // why it was refused
  };
  Answer exchange(const std::string& token);

 private:
  int socket_ = -1;
  std::string keytab_;
};

}  // namespace negodbc::model

#endif  // NEGODBC_TESTS_MODEL_ACCEPTOR_H_
