// The words of the program negodbc-storm.
#ifndef NEGODBC_BENCH_STORM_COMMAND_LINE_H
#define NEGODBC_BENCH_STORM_COMMAND_LINE_H

#include <string>
#include <vector>

#include "bench/storm/storm.h"

namespace negodbc::bench {

struct CommandLine {
  StormOptions storm;                // with the defaults filled in, and the identity
  std::vector<std::string> merge;    // reports to merge instead of a storm
  std::vector<std::string> compare;  // two reports to compare instead
  std::string json;                  // paths; empty: none
  std::string html;
  std::string csv;
  std::string hgrm;
  nlohmann::json asked;  // for the report: the options in words
};

// Nothing when the program has said all (--help) or said what is wrong; `status` is its exit status
// then. Throws std::runtime_error when a target is malformed.
std::optional<CommandLine> parse_command_line(int argc, char** argv, int& status);

}  // namespace negodbc::bench

#endif
