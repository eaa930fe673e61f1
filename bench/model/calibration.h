// What a storm's report says of the costs of a login, and of what the model should have predicted.
#ifndef NEGODBC_BENCH_MODEL_CALIBRATION_H
#define NEGODBC_BENCH_MODEL_CALIBRATION_H

#include <string>
#include <vector>

#include "bench/base/statistics.h"
#include "bench/model/storm_model.h"
#include "bench/storm/report.h"

namespace negodbc::bench::model {

// How the sessions of one round came back: seconds from the first loss that was noticed. Absent
// where not all did, or nothing failed.
struct MeasuredReturn {
  double first_lost_s = absent;   // this from the round's start
  double last_failed_s = absent;  // when an attempt failed for the last time
  double first_back_s = absent;
  double half_back_s = absent;
  double most_back_s = absent;  // nine of ten
  double all_back_s = absent;
  bool failures = false;
};

// Of one target of a report, medians over its rounds; absent where the report does not tell.
struct Measured {
  std::string name;  // of the target
  bool reconnect = false;
  unsigned at_once = 0;
  unsigned processors = 0;  // of the machine where the clients were
  double logins = 0;        // of a round
  double logins_per_second = absent;
  double client_cpu_s = absent;   // of a login, with its logout
  double server_cpu_s = absent;   // of all the server's processes
  double accept_cpu_s = absent;   // of the one that accepts
  double machine_cpu_s = absent;  // of all that ran on the server's machine meanwhile, for a login
  unsigned round_trips = 3;       // of a login
  Clients clients;                // patience and back-off
  std::vector<MeasuredReturn> returns;  // reconnect: of each round
};

// Throws std::runtime_error for the open mode, or a target without rounds. An empty name: the
// first.
Measured measured(const Report& report, const std::string& target);

struct Assumed {
  double end_part = 0.4;  // of what a backend works, after its session has ended
  double wait_s = 0;      // that the server waits (the login sink's --service-us)
  // Server and clients on one machine. A server elsewhere tells neither its CPU time nor its number
  // of processors: those have to be given.
  bool one_machine = true;
  unsigned server_processors = 0;  // 0: as many as the clients' machine has
  bool as_told = false;            // no stretch: the machine was busy with other work, too
};

struct Calibration {
  Storm storm;  // costs and site
  // How much more of the processors a login costs than the processes' CPU times say: the model's
  // rate is the measured one with it. 1 where the processors were idle for 0.3 of the time or more:
  // the rate does not depend on it.
  double stretch = 1;
};

// From a closed round, whose clients kept the processors busy. Throws std::runtime_error when the
// report does not tell enough.
Calibration calibrate(const Measured& run, const Assumed& assumed);

// The same storm as the closed one that was measured, with the costs and the site of a calibration;
// or as one round of a reconnect storm. When that was cut, and for how long the server was not
// there, is not the model's to know, and taken from the round.
Storm same_storm(const Calibration& calibration, const Measured& run);
Storm same_storm(const Calibration& calibration, const Measured& run, const MeasuredReturn& round);

struct Comparison {
  std::string what;
  double measured = absent;
  double predicted = absent;
  double off() const { return predicted / measured - 1; }
};
// Times until half, nine of ten and all are back, medians over the rounds; closed: logins a second.
// Each round is predicted by several runs of the model, with seeds of their own, and the medians of
// those.
std::vector<Comparison> compare(const Calibration& calibration, const Measured& run);

}  // namespace negodbc::bench::model

#endif
