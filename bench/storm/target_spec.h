// A target as it is named on the command line.
#ifndef NEGODBC_BENCH_STORM_TARGET_SPEC_H
#define NEGODBC_BENCH_STORM_TARGET_SPEC_H

#include <string>
#include <vector>

namespace negodbc::bench {

struct TargetSpec {
  std::string name;
  std::string kind;  // one of target_kinds()
  // Every connection string is used with every credential cache, each pair by a process of its own.
  std::vector<std::string> connections;
  std::vector<std::string> caches;  // none: the KRB5CCNAME of the storm
};

// `targets`: "NAME=KIND:CONNECTION"; one NAME may come several times, with the same kind. `caches`:
// "NAME=CACHE". Throws std::runtime_error that says what is wrong, without quoting a connection
// string.
std::vector<TargetSpec> parse_targets(const std::vector<std::string>& targets,
                                      const std::vector<std::string>& caches);

// The connection string with the values of its passwords (PWD, Password, password, passfile's
// aside) replaced by asterisks, as it may stand in a report.
std::string without_passwords(const std::string& connection);

}  // namespace negodbc::bench

#endif
