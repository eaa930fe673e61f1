// A storm of logins as a queueing network. A login is, one after another:
//
//   client's processors   the client's work, in equal parts: this, one before each further turn of
//                         the backend, and one at the end
//   KDC                   for each request a round trip and a place at the KDC's counter
//   network               a round trip for the TCP connection; refused while the server is down;
//   not
//                         answered while its queue of connections is full: tried again after 1, 2,
//                         4... s, as TCP does
//   the accepting process one at a time, on the server's processors: a postmaster's fork, or all
//   the
//                         work of a server of one thread
//   a backend             work on the server's processors, in as many turns as there are round
//   trips
//                         left, and what the server only waits; refused where there are too many
//   client's processors   the last part
//
// A client that is at the end of its patience gives up; the server goes on to the end of its turn
// and then ends the backend. Whoever fails waits by BackOff (bench/storm/back_off.h), as the
// storm's clients do. What is not in it: memory, disks, locks, lost packets, a server that gets
// slower by having many backends.
//
// Deterministic: the same input gives the same output.
#ifndef NEGODBC_BENCH_MODEL_STORM_MODEL_H
#define NEGODBC_BENCH_MODEL_STORM_MODEL_H

#include <cstdint>
#include <vector>

#include "bench/base/histogram.h"
#include "bench/base/statistics.h"

namespace negodbc::bench::model {

// Seconds; of one login.
struct Costs {
  double client_s = 0.001;        // of a client machine's processor
  double accept_s = 0.0005;       // of the server's processors, by the process that accepts
  double backend_s = 0.005;       // of the server's processors, until the session can be used
  double end_s = 0.001;           // of the server's processors, when a session ends
  double refuse_s = 0.0005;       // of the server's processors, where there are too many
  double wait_s = 0;              // of the server, without a processor
  double variation = 0;           // coefficient of variation of what the server works
  double round_trip_s = 0.00005;  // of the network
  unsigned round_trips = 3;       // of a login, that of the TCP connection among them; at least 2
  double kdc_s = 0.0005;          // of a request, at the KDC
  double kdc_requests = 0;        // of a login, on average
  double signal_s = 0.00005;      // of the server's processors, to tell a session to end
};

struct Site {
  unsigned server_processors = 2;
  unsigned max_connections = 0;  // 0: no limit
  unsigned backlog = 0;          // connections that wait to be accepted; 0: no limit
  unsigned kdc_processes = 1;
  unsigned client_machines = 1;
  unsigned client_processors = 2;  // of each machine
  bool clients_on_server = false;  // one machine, whose processors are the server's
};

struct Clients {
  unsigned count = 1;     // sessions, divided evenly among the machines
  unsigned at_once = 0;   // logins of a machine at the same time (pools); 0: no limit
  double timeout_s = 30;  // of a login, counted from when it is begun
  double back_off_s = 0.1;
  double back_off_most_s = 2;
  double spread_s = 0;  // before the first try each waits up to that, by chance
  // Of what the server works at a session's end, before the client knows: the message goes early,
  // the socket is closed at the end of a process.
  double notice_part = 0.1;
};

struct Storm {
  Costs costs;
  Site site;
  Clients clients;
  // Reconnect: at cut_s the server ends all sessions, as many as there are clients; until back_s it
  // refuses connections (before cut_s: it does not), and from then until serves_s leaves them in
  // its queue, as one that listens and is not ready yet. Closed: each client logs in and out again
  // until so many logins are begun; 0: reconnect.
  double cut_s = 0;
  double back_s = 0;
  double serves_s = 0;
  std::uint64_t closed_logins = 0;
  double until_s = 3600;  // the simulation's end, whoever is back
  std::uint64_t seed = 1;
};

struct Prediction {
  std::uint64_t back = 0;      // closed: logins
  std::uint64_t failures = 0;  // by any cause
  std::uint64_t timeouts = 0;
  std::uint64_t refused_down = 0;   // while the server was down
  std::uint64_t refused_full = 0;   // by too many connections
  std::uint64_t lost_syns = 0;      // connections that were tried again
  Histogram back_after;             // from the begin
  double first_noticed_s = absent;  // reconnect: when the first client knew
  Histogram login;                  // of those that worked
  double end_s = 0;                 // when the last was back; closed: the last logout
  bool all_back = false;
  double server_used = 0;  // part of the server's processors up to end_s
  std::vector<std::pair<double, std::uint64_t>> over_time;  // (seconds, how many are back)
};

Prediction predict(const Storm& storm);

}  // namespace negodbc::bench::model

#endif
