// What the driver is at when something goes wrong: one kind of session each.
#pragma once

#include <string>

#include "tests/injected/trial.h"
#include "tests/oracle/libpq.h"

namespace negodbc::injected {

struct Workload {
  const char* name;
  void (*run)(Trial&);
};

// login, query, portal, arrays, keyset, catalogue
extern const Workload workloads[6];

// The tables of this place, and whether what a trial has claimed is so ("": it is).
void make_tables(int places);
std::string untrue_claims(const Trial& trial, oracle::Libpq& server);

}  // namespace negodbc::injected
