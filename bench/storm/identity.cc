#include "bench/storm/identity.h"

#include <sys/utsname.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>
#include <random>
#include <thread>

#include "bench/storm/commit.h"
#include "bench/storm/text.h"

namespace negodbc::bench {
namespace {

std::string by_chance() {
  std::random_device device;
  char text[20];
  std::snprintf(text, sizeof text, "%08x%08x", device(), device());
  return text;
}

std::optional<unsigned> number_of(const Variable& variable,
                                  std::initializer_list<const char*> names) {
  for (const char* name : names) {
    if (const auto value = variable(name); value && !value->empty())
      return static_cast<unsigned>(std::strtoul(value->c_str(), nullptr, 10));
  }
  return std::nullopt;
}

// The value of the first line that begins with the name.
std::string line_of(const char* path, const std::string& name, char separator) {
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    const auto at = line.find(separator);
    if (!line.starts_with(name) || at == std::string::npos) continue;
    std::string value = line.substr(at + 1);
    value.erase(0, value.find_first_not_of(" \t\""));
    value.erase(value.find_last_not_of(" \t\"") + 1);
    return valid_utf8(value);
  }
  return "unknown";
}

}  // namespace

std::optional<std::string> environment_variable(const char* name) {
  const char* const value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe)
  return value == nullptr ? std::nullopt : std::optional<std::string>(value);
}

Identity completed(Identity given, double start_at, const Variable& variable) {
  if (!given.rank)
    given.rank = number_of(variable, {"OMPI_COMM_WORLD_RANK", "PMI_RANK", "SLURM_PROCID"});
  if (given.ranks == 0 && given.rank) {
    given.ranks =
        number_of(variable, {"OMPI_COMM_WORLD_SIZE", "PMI_SIZE", "SLURM_NTASKS"}).value_or(0);
  }
  given.process = by_chance();
  if (!given.run.empty()) return given;
  if (start_at > 0) {
    char text[40];
    std::snprintf(text, sizeof text, "at-%.3f", start_at);
    given.run = text;
    return given;
  }
  for (const char* name : {"PMIX_NAMESPACE", "OMPI_MCA_ess_base_jobid", "PMI_JOBID"}) {
    if (const auto value = variable(name); value && !value->empty()) {
      given.run = *value;
      return given;
    }
  }
  const auto job = variable("SLURM_JOB_ID");
  given.run = job ? *job + "." + variable("SLURM_STEP_ID").value_or("") : by_chance();
  return given;
}

nlohmann::json environment_document() {
  utsname system{};
  uname(&system);
  return {{"host", valid_utf8(system.nodename)},
          {"kernel",
           valid_utf8(std::string(system.sysname) + " " + system.release + " " + system.machine)},
          {"system", line_of("/etc/os-release", "PRETTY_NAME", '=')},
          {"cpu", line_of("/proc/cpuinfo", "model name", ':')},
          {"processors", std::thread::hardware_concurrency()},
          {"negodbc", NEGODBC_BENCH_VERSION},
          {"commit", NEGODBC_BENCH_COMMIT}};
}

}  // namespace negodbc::bench
