// Scripts by a seed: the same seed and number give the same script, on every machine.
#pragma once

#include <cstdint>

#include "tests/oracle/script.h"

namespace negodbc::oracle {

Script generate(std::uint64_t seed, std::uint64_t number);

}  // namespace negodbc::oracle
