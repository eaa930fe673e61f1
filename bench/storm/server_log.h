// What the servers say of a round, where their logs can be read: the lines that a log has grown by;
// and what they used.
#ifndef NEGODBC_BENCH_STORM_SERVER_LOG_H
#define NEGODBC_BENCH_STORM_SERVER_LOG_H

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>

namespace negodbc::bench {

// Absent: not visible from here.
struct ServerCounts {
  std::optional<std::uint64_t> backends;    // connections PostgreSQL has received (log_connections)
  std::optional<std::uint64_t> statements;  // statements it was sent (log_statement = all)
  std::optional<std::uint64_t> kdc_requests;  // for tickets of either kind (AS, TGS)
  // Seconds of CPU time; of the server's processes (--server-pid), of the one of them that accepts,
  // and of all this machine, whoever's.
  std::optional<double> cpu_s;
  std::optional<double> own_cpu_s;
  std::optional<double> machine_cpu_s;

  void merge(const ServerCounts& other);
};

void to_json(nlohmann::json& document, const ServerCounts& counts);
void from_json(const nlohmann::json& document, ServerCounts& counts);

// Counts are those of the line's kind, not of its words: a statement that quotes a log line may
// deceive.
ServerCounts count_postgres_lines(const std::string& lines);
ServerCounts count_kdc_lines(const std::string& lines);  // Heimdal's and MIT's

// A log that others write to.
class GrowingLog {
 public:
  explicit GrowingLog(std::string path);
  // What has been added since the last call; empty optional when the file can't be read.
  std::optional<std::string> added();

 private:
  std::string path_;
  std::uint64_t position_ = 0;
};

}  // namespace negodbc::bench

#endif
