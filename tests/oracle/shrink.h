// A failing script made small.
#pragma once

#include <functional>

#include "tests/oracle/script.h"

namespace negodbc::oracle {

// Leaves out steps, sets of parameters and statements of texts as long as `fails` holds.
Script shrink(Script script, const std::function<bool(const Script&)>& fails);

}  // namespace negodbc::oracle
