// The tables of the page, and what it is put together with.
#ifndef NEGODBC_BENCH_STORM_HTML_PARTS_H
#define NEGODBC_BENCH_STORM_HTML_PARTS_H

#include <string>

#include "bench/storm/report.h"

namespace negodbc::bench {

// `content` is markup.
std::string element(const char* tag, const std::string& content, const char* css = nullptr);
const std::string& color(std::size_t target);
std::string swatch(std::size_t target);

std::string comparison(const Report& report);
std::string failure_table(const Report& report);
std::string conditions(const Report& report);

}  // namespace negodbc::bench

#endif
