// The two ends of a handshake without the plugin, by the system's own calls: a GSSAPI library
// (plain_side_posix.cc), Secur32 (plain_side_windows.cc). The initiator is written the way drivers
// write it: name and credential anew for each login.
#ifndef NEGODBC_BENCH_HANDSHAKE_PLAIN_SIDE_H_
#define NEGODBC_BENCH_HANDSHAKE_PLAIN_SIDE_H_

#include <memory>
#include <string>
#include <vector>

namespace negodbc::bench {

class Side {
 public:
  virtual ~Side() = default;
  // The next leg: what the other end has said ("" at first) to what it is to be told ("" when there
  // is nothing more to say). Throws std::runtime_error.
  virtual std::string step(const std::string& input) = 0;
  [[nodiscard]] virtual bool complete() const = 0;
};

// What the system has, by the plugin's words: GSSAPI libraries ("heimdal", "mit"); "windows".
std::vector<std::string> implementations();

// Mutual authentication, all kinds of message protection. `package`: "Negotiate", "Kerberos".
std::unique_ptr<Side> plain_initiator(const std::string& implementation,
                                      const std::string& package);

// The server's end: MIT's, as PostgreSQL has it; Secur32's.
std::unique_ptr<Side> acceptor(const std::string& package);

}  // namespace negodbc::bench

#endif  // NEGODBC_BENCH_HANDSHAKE_PLAIN_SIDE_H_
