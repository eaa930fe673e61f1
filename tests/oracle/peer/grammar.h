// Sequences of calls as programs make them, by seed and number: the same on every machine.
#pragma once

#include <cstdint>

#include "tests/oracle/peer/calls.h"

namespace negodbc::peer {

Sequence generate(std::uint64_t seed, std::uint64_t number);

}  // namespace negodbc::peer
