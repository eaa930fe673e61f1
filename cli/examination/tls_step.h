// What the server shows of itself by TLS: names, dates, chain.
#pragma once

#include "cli/examination/examination.h"

namespace negodbc::cli {

Finding examine_tls(Examination& examination);

}  // namespace negodbc::cli
