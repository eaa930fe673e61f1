// First tokens for the floor with a ticket: the AP-REQ of RFC 4121 in the framing of RFC 2743,
// straight from MIT's libkrb5. GSSAPI would make a krb5_context, and read krb5.conf, for each one;
// here the contexts and the service's ticket are kept.
#ifndef NEGODBC_BENCH_STORM_FLOOR_TICKET_H
#define NEGODBC_BENCH_STORM_FLOOR_TICKET_H

#include <memory>
#include <string>

namespace negodbc::bench {

class FloorTickets {
 public:
  // Takes the service's ticket out of the default credential cache (KRB5CCNAME), or fetches it with
  // that, once; nothing is written into the cache. `service`: "postgres@host". Throws
  // std::runtime_error when there is no ticket or no MIT library.
  explicit FloorTickets(const std::string& service);
  ~FloorTickets();

  // A fresh token that asks for mutual authentication. Any thread.
  std::string first_token() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace negodbc::bench

#endif
