#include "bench/storm/server_log.h"

#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <sstream>

namespace negodbc::bench {
namespace {

template <typename Number>
void add(std::optional<Number>& own, const std::optional<Number>& other) {
  if (other) own = own.value_or(0) + *other;
}

bool has(const std::string& line, const char* words) {
  return line.find(words) != std::string::npos;
}

template <typename Number>
void read_count(const nlohmann::json& document, const char* name, std::optional<Number>& count) {
  if (const auto found = document.find(name); found != document.end()) count = found->get<Number>();
}

}  // namespace

void ServerCounts::merge(const ServerCounts& other) {
  add(backends, other.backends);
  add(statements, other.statements);
  add(kdc_requests, other.kdc_requests);
  add(cpu_s, other.cpu_s);
  add(own_cpu_s, other.own_cpu_s);
  add(machine_cpu_s, other.machine_cpu_s);
}

void to_json(nlohmann::json& document, const ServerCounts& counts) {
  document = nlohmann::json::object();
  if (counts.backends) document["backends"] = *counts.backends;
  if (counts.statements) document["statements"] = *counts.statements;
  if (counts.cpu_s) document["cpu_s"] = *counts.cpu_s;
  if (counts.own_cpu_s) document["own_cpu_s"] = *counts.own_cpu_s;
  if (counts.machine_cpu_s) document["machine_cpu_s"] = *counts.machine_cpu_s;
  if (counts.kdc_requests) document["kdc_requests"] = *counts.kdc_requests;
}

void from_json(const nlohmann::json& document, ServerCounts& counts) {
  read_count(document, "backends", counts.backends);
  read_count(document, "statements", counts.statements);
  read_count(document, "kdc_requests", counts.kdc_requests);
  read_count(document, "cpu_s", counts.cpu_s);
  read_count(document, "own_cpu_s", counts.own_cpu_s);
  read_count(document, "machine_cpu_s", counts.machine_cpu_s);
}

ServerCounts count_postgres_lines(const std::string& lines) {
  ServerCounts counts;
  counts.backends = 0;
  counts.statements = 0;
  std::istringstream text(lines);
  for (std::string line; std::getline(text, line);) {
    // The extended protocol logs "execute NAME: ...", the simple one "statement: ...".
    if (has(line, "LOG:  connection received: ")) ++*counts.backends;
    if (has(line, "LOG:  statement: ") || has(line, "LOG:  execute ")) ++*counts.statements;
  }
  return counts;
}

ServerCounts count_kdc_lines(const std::string& lines) {
  ServerCounts counts;
  counts.kdc_requests = 0;
  std::istringstream text(lines);
  for (std::string line; std::getline(text, line);) {
    const bool heimdal = (has(line, "AS-REQ ") || has(line, "TGS-REQ ")) && has(line, " from ");
    const bool mit = has(line, "AS_REQ (") || has(line, "TGS_REQ (");
    if (heimdal || mit) ++*counts.kdc_requests;
  }
  return counts;
}

GrowingLog::GrowingLog(std::string path) : path_(std::move(path)) {
  added();
}

std::optional<std::string> GrowingLog::added() {
  std::ifstream file(path_, std::ios::binary);
  if (!file) return std::nullopt;
  file.seekg(0, std::ios::end);
  const auto size = static_cast<std::uint64_t>(file.tellg());
  if (size < position_) position_ = 0;  // a new file in its place
  file.seekg(static_cast<std::streamoff>(position_));
  std::string lines(size - position_, '\0');
  file.read(lines.data(), static_cast<std::streamsize>(lines.size()));
  // A line that is still being written counts next time.
  const auto end = lines.rfind('\n');
  lines.resize(end == std::string::npos ? 0 : end + 1);
  position_ += lines.size();
  return lines;
}

}  // namespace negodbc::bench
