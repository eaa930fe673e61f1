// What the programs of this folder can be asked for, and the main() that they share (wishes.cc).
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "tests/injected/jobs.h"
#include "tests/injected/workloads.h"
#include "tests/oracle/jobs.h"

namespace negodbc::injected {

struct Wishes {
  std::string workload;  // "": all
  std::string fault;     // "": all
  long point = -1;       // -1: all
  std::size_t every = 1;
  std::size_t offset = 0;
  bool lasts = false;
  int jobs = 2;
  int slack_ms = 7000;  // how much longer than its time-out a call may take

  // Whether the point of this number is wanted; `place`, where it is not the number's.
  [[nodiscard]] bool wants(std::size_t number, std::size_t place) const {
    return point >= 0 ? number == static_cast<std::size_t>(point) : place % every == offset % every;
  }
  [[nodiscard]] bool wants(std::size_t number) const { return wants(number, number); }
};

// Each program's own: what it is, and what it does; gives the exit status.
extern const char* const program_description;
int run(const Wishes& wishes);

// What went well once, of each workload that is wanted, by its name. `record`: (workload, server,
// number of the session).
template <class Recording, class Record>
std::map<std::string, Recording> recordings_of(const Wishes& wishes, Record record) {
  std::map<std::string, Recording> recordings;
  oracle::Libpq server("trust_user", "");
  int number = 1;
  for (const Workload& workload : workloads) {
    if (wishes.workload.empty() || wishes.workload == workload.name)
      recordings[workload.name] = record(workload, server, number);
    ++number;
  }
  return recordings;
}

// What the wishes say of how `points` are tried; they may be put into another order.
template <class Point>
Points to_try(const Wishes& wishes, std::vector<Point>& points) {
  Points all;
  if (wishes.lasts) {
    shuffle(points);
    all.seconds = oracle::long_seconds();
  }
  all.count = points.size();
  all.jobs = wishes.jobs;
  return all;
}

}  // namespace negodbc::injected
