// negodbc-storm: many logins, driver against driver.
#include <cctype>
#include <chrono>
#include <filesystem>
#include <functional>
#include <iostream>
#include <optional>

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

std::vector<Output> opened(const CommandLine& line, const std::vector<std::string>& targets) {
  std::vector<Output> outputs;
  const auto rank = line.merge.empty() ? line.storm.identity.rank : std::nullopt;
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

int run(int argc, char** argv) {
  int status = 0;
  const auto line = parse_command_line(argc, argv, status);
  if (!line) return status;
  if (!line->compare.empty()) {
    const auto comparison = compare(merged({line->compare[0]}), merged({line->compare[1]}));
    std::cout << comparison.text;
    return comparison.worse ? 1 : 0;
  }
  if (!line->merge.empty()) {
    const Report report = merged(line->merge);
    return show(report, opened(*line, names_of(report.targets)));
  }
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  check_plan(line->storm, system_limits(), std::chrono::duration<double>(now).count());
  StopSignals signals;  // till the files are written
  auto outputs = opened(*line, names_of(line->storm.targets));
  Report report = run_storm(line->storm, signals);
  report.options = line->asked;
  return show(report, std::move(outputs));
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
