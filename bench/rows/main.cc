// negodbc-rows: many rows read and written, driver beside driver in interleaved rounds.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <exception>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "bench/rows/workload.h"

namespace negodbc::bench {
namespace {

struct Target {
  std::string name, connection_string;
  std::vector<Measurement> rounds;
};

double median(const Target& target, double Measurement::*member) {
  std::vector<double> values;
  for (const Measurement& round : target.rounds) values.push_back(round.*member);
  std::sort(values.begin(), values.end());
  return values.empty() ? 0 : values[values.size() / 2];
}

void report(const std::vector<Target>& targets) {
  std::printf("%-12s %9s %9s %9s %9s %8s %8s\n", "target", "seconds", "ratio", "CPU s", "ratio",
              "peak MB", "rows");
  for (const Target& target : targets) {
    const double seconds = median(target, &Measurement::seconds);
    const double cpu = median(target, &Measurement::cpu_seconds);
    std::printf("%-12s %9.3f %9.2f %9.3f %9.2f %8.1f %8llu\n", target.name.c_str(), seconds,
                median(targets.front(), &Measurement::seconds) / seconds, cpu,
                median(targets.front(), &Measurement::cpu_seconds) / cpu,
                median(target, &Measurement::peak_mb),
                static_cast<unsigned long long>(target.rounds.front().rows));
  }
}

bool write_json(const std::string& path, const std::string& workload, std::uint64_t rows,
                const std::vector<Target>& targets) {
  nlohmann::json document{
      {"workload", workload}, {"rows", rows}, {"targets", nlohmann::json::array()}};
  for (const Target& target : targets) {
    document["targets"].push_back({{"name", target.name},
                                   {"rounds", target.rounds.size()},
                                   {"seconds", median(target, &Measurement::seconds)},
                                   {"cpu_s", median(target, &Measurement::cpu_seconds)},
                                   {"peak_mb", median(target, &Measurement::peak_mb)}});
  }
  std::ofstream file(path);
  file << document.dump(1, ' ', false, nlohmann::json::error_handler_t::replace) << "\n";
  return static_cast<bool>(file.flush());
}

int run(int argc, char** argv) {
  CLI::App app("Many rows through ODBC, driver beside driver. Ratios are to the first target.");
  const std::map<std::string, Workload> workloads = {{"bound", Workload::bound},
                                                     {"getdata", Workload::get_data},
                                                     {"insert", Workload::array_insert},
                                                     {"columns", Workload::columns},
                                                     {"prepared", Workload::prepared}};
  std::string workload_name = "bound";
  std::uint64_t rows = 1000000;
  int rounds = 3;
  std::string type = "float8";
  std::string json;
  std::vector<std::string> given;
  app.add_option("--workload", workload_name, "bound, getdata, insert, columns or prepared")
      ->transform(CLI::IsMember(workloads, CLI::ignore_case));
  app.add_option("--rows", rows, "rows, in thousands for insert's arrays; tables for columns");
  app.add_option("--rounds", rounds, "rounds; the medians are told")->check(CLI::PositiveNumber);
  app.add_option("--type", type, "of the columns that prepared reads: int4, float8, uuid, ...");
  app.add_option("--target", given, "NAME=CONNECTION STRING; several")->required();
  app.add_option("--json", json, "write the medians to this file");
  CLI11_PARSE(app, argc, argv);
  const Workload workload = workloads.at(workload_name);

  std::vector<Target> targets;
  for (const std::string& one : given) {
    const std::size_t equals = one.find('=');
    if (equals == std::string::npos) {
      std::fprintf(stderr, "a target is NAME=CONNECTION STRING\n");
      return 2;
    }
    targets.push_back({one.substr(0, equals), one.substr(equals + 1), {}});
  }
  for (int round = 0; round < rounds; ++round) {
    for (Target& target : targets) {
      target.rounds.push_back(measure(workload, target.connection_string, rows, type));
      if (target.rounds.back().failed) return 1;
      if (target.rounds.back().checksum != targets.front().rounds.front().checksum) {
        std::fprintf(stderr, "%s has read other values than %s\n", target.name.c_str(),
                     targets.front().name.c_str());
        return 1;
      }
    }
  }
  report(targets);
  if (!json.empty() && !write_json(json, workload_name, rows, targets)) {
    std::fprintf(stderr, "%s can't be written\n", json.c_str());
    return 2;
  }
  return 0;
}

}  // namespace
}  // namespace negodbc::bench

int main(int argc, char** argv) {
  try {
    return negodbc::bench::run(argc, argv);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "negodbc-rows: %s\n", error.what());
    return 2;
  }
}
