// First tokens for the floor with a ticket, by MIT's GSSAPI from a copy of the credential cache in
// memory.
#ifndef NEGODBC_BENCH_STORM_FLOOR_TICKET_H
#define NEGODBC_BENCH_STORM_FLOOR_TICKET_H

#include <memory>
#include <string>

namespace negodbc::bench {

class FloorTickets {
 public:
  // Copies the default credential cache (KRB5CCNAME). `service`: "postgres@host". Throws
  // std::runtime_error when there is no ticket or no MIT library.
  explicit FloorTickets(const std::string& service);
  ~FloorTickets();

  // A fresh krb5 token that asks for mutual authentication. Any thread.
  std::string first_token() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace negodbc::bench

#endif
