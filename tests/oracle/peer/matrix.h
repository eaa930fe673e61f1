// Every column type to every C type, in buffers of nothing to enough, in parts and bound.
#pragma once

#include <vector>

#include "tests/oracle/peer/calls.h"

namespace negodbc::peer {

// A sequence for each pair of types.
std::vector<Sequence> result_matrix();

}  // namespace negodbc::peer
