// What both drivers made of a sequence, call by call.
//
// Where one succeeds and the other does not, what follows can't be compared: of the statement until
// it is allocated anew; of everything, where the call may have changed data or the transaction.
#pragma once

#include <cstddef>
#include <vector>

#include "tests/oracle/peer/calls.h"
#include "tests/oracle/peer/ledger.h"
#include "tests/oracle/peer/observation.h"

namespace negodbc::peer {

struct Totals {
  std::size_t calls = 0;                       // compared
  std::size_t theirs = 0, ours = 0, both = 0;  // succeeded
  std::size_t same = 0;                        // in everything
  std::size_t lost = 0;                        // not compared
  std::size_t crashes = 0;                     // psqlodbc's, with the rest of the sequence lost
  Totals& operator+=(const Totals& other);
};
std::string to_text(const Totals& totals);

struct Compared {
  std::vector<Difference> differences;
  Totals totals;
  bool whole = true;  // nothing was lost: the tables may be compared too
};

Compared compare(const Sequence& sequence, const Played& theirs, const Played& ours);

}  // namespace negodbc::peer
