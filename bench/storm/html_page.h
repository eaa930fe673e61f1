// The report as one HTML page that needs nothing else: no script, no font, no picture from
// anywhere.
#ifndef NEGODBC_BENCH_STORM_HTML_PAGE_H
#define NEGODBC_BENCH_STORM_HTML_PAGE_H

#include <string>

#include "bench/storm/report.h"

namespace negodbc::bench {

// Well-formed as XML, too. Texts of drivers are escaped.
std::string to_html(const Report& report);

}  // namespace negodbc::bench

#endif
