// negodbc-storm: many logins, driver against driver.
#include <cctype>
#include <chrono>
#include <filesystem>
#include <functional>
#include <iostream>
#include <optional>
#include <stdexcept>

#include "bench/storm/command_line.h"
#include "bench/storm/compare.h"
#include "bench/storm/csv.h"
#include "bench/storm/hgrm.h"
#include "bench/storm/html_page.h"
#include "bench/storm/output_file.h"
#include "bench/storm/plan_check.h"
#include "bench/storm/report_document.h"
#include "bench/storm/text.h"
#include "bench/storm/worker.h"

namespace {

using namespace negodbc::bench;  // NOLINT(google-build-using-namespace): the program is nothing
                                 // else

// report.json -> report.3.json, for the process number 3 or the target of that name.
std::filesystem::path with_part(const std::filesystem::path& path, const std::string& part) {
  return path.parent_path() / (path.stem().string() + "." + part + path.extension().string());
}

std::string as_file_name(const std::string& target) {
  std::string name;
  for (const char c : target) name += std::isalnum(static_cast<unsigned char>(c)) != 0 ? c : '-';
  return name;
}

struct Output {
  OutputFile file;
  std::function<std::string(const Report&)> text;
};

// `rank`: whose report it is, where each writes its own.
std::vector<Output> opened(const CommandLine& line, const std::vector<std::string>& targets,
                           std::optional<unsigned> rank) {
  std::vector<Output> outputs;
  const auto of_rank = [&](const std::filesystem::path& path) {
    return rank ? with_part(path, std::to_string(*rank)) : path;
  };
  if (!line.json.empty()) outputs.push_back({OutputFile(of_rank(line.json)), to_json_text});
  if (!line.html.empty()) outputs.push_back({OutputFile(of_rank(line.html)), to_html});
  if (!line.csv.empty()) outputs.push_back({OutputFile(of_rank(line.csv)), to_csv});
  for (std::size_t i = 0; !line.hgrm.empty() && i < targets.size(); ++i) {
    outputs.push_back(
        {OutputFile(with_part(of_rank(line.hgrm), as_file_name(targets[i]))),
         [i](const Report& report) { return to_hgrm(summarize(report.targets[i]).whole.login); }});
  }
  return outputs;
}

// One that fails does not keep the others from being written.
bool write_all(std::vector<Output>& outputs, const Report& report) {
  bool all = true;
  for (Output& output : outputs) {
    try {
      output.file.write(output.text(report));
    } catch (const std::exception& error) {
      std::cerr << "negodbc-storm: " << one_line(error.what()) << "\n";
      all = false;
    }
  }
  return all;
}

template <typename Targets>
std::vector<std::string> names_of(const Targets& targets) {
  std::vector<std::string> names;
  names.reserve(targets.size());
  for (const auto& target : targets) names.push_back(target.name);
  return names;
}

int show(const Report& report, std::vector<Output> outputs) {
  std::cout << to_table(report) << std::flush;
  return write_all(outputs, report) ? exit_status(report) : could_not_run;
}

// What all ranks have measured is told by the first; the others have nothing to say.
int storm(CommandLine& line, StopSignals& signals, Ranks* ranks) {
  const bool is_first = ranks == nullptr || ranks->is_first();
  if (!is_first) line.storm.quiet = true;
  auto outputs = opened(line, names_of(line.storm.targets),
                        ranks != nullptr && is_first ? std::nullopt : line.storm.identity.rank);
  Report report = run_storm(line.storm, signals, ranks);
  report.options = line.asked;
  if (ranks != nullptr) {
    auto whole = ranks->gather(std::move(report), signals);
    if (!whole) return all_logins_worked;
    report = std::move(*whole);
  }
  return show(report, std::move(outputs));
}

int run(int argc, char** argv) {
  int status = 0;
  auto line = parse_command_line(argc, argv, status);
  if (!line) return status;
  if (!line->compare.empty()) {
    const Report before = merged({line->compare[0]});
    const Report after = merged({line->compare[1]});
    if (before.is_search() || after.is_search())
      throw std::runtime_error("a search of the highest rate has no rounds of one rate to compare");
    const auto comparison = compare(before, after);
    std::cout << comparison.text;
    return comparison.worse ? 1 : 0;
  }
  if (!line->merge.empty()) {
    const Report report = merged(line->merge);
    return show(report, opened(*line, names_of(report.targets), std::nullopt));
  }
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  check_plan(line->storm, system_limits(), std::chrono::duration<double>(now).count());
  StopSignals signals;  // till the files are written
  // With --start-at they meet by their clocks, and each writes its files.
  const auto ranks = line->storm.start_at > 0 ? nullptr : join_ranks();
  status = storm(*line, signals, ranks.get());
  if (ranks) ranks->leave(status);
  return status;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    // How a target's process is started: see worker.h.
    if (argc == 3 && std::string(argv[1]) == "--worker") return run_worker(std::stoi(argv[2]));
    return run(argc, argv);
  } catch (const std::exception& error) {
    std::cerr << "negodbc-storm: " << one_line(error.what()) << "\n";
    return could_not_run;
  }
}
