// negodbc-storm-model: how long a storm of logins will last.
#include <CLI/CLI.hpp>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>

#include "bench/model/calibration.h"
#include "bench/model/parameters.h"
#include "bench/model/sizing.h"
#include "bench/storm/plot.h"
#include "bench/storm/report_document.h"
#include "bench/storm/text.h"

namespace {

using namespace negodbc::bench;         // NOLINT(google-build-using-namespace): the program is
using namespace negodbc::bench::model;  // NOLINT(google-build-using-namespace): nothing else

struct ModelWords {
  std::string calibrate;
  std::string target;
  std::string parameters;
  std::string save;
  std::vector<std::string> against;
  double within = 0.15;
  double wait_ms = 0;
  double end_part = 0.4;
  unsigned server_processors = 0;
  bool apart = false;
  bool as_told = false;
  std::vector<std::string> set;
  std::string json;
  std::string sizing;
  unsigned up_to = 100'000;
};

void declare(CLI::App& app, ModelWords& words) {
  app.add_option("--calibrate", words.calibrate,
                 "take the costs of a login from this report of negodbc-storm (--mode closed, with "
                 "--server-pid; its clients kept the processors busy)");
  app.add_option("--target", words.target, "which target of the reports; else the first");
  app.add_option(
         "--wait-ms", words.wait_ms,
         "what the server of the report waited in each login (the login sink's --service-us)")
      ->check(CLI::Range(0.0, 3'600'000.0));
  app.add_option("--end-part", words.end_part,
                 "of what a backend works, what it works after its session has ended")
      ->capture_default_str()
      ->check(CLI::Range(0.0, 1.0));
  app.add_flag("--as-told", words.as_told,
               "take the processes' CPU times as they are, and not as much more as the rate says: "
               "the machine was busy with other work");
  app.add_flag("--apart", words.apart,
               "the server of the report was another machine, of --server-processors");
  app.add_option("--server-processors", words.server_processors,
                 "of the machine on which the server of the report ran [as the clients' machine]");
  app.add_option("--parameters", words.parameters, "read the parameters from this file");
  app.add_option("--set", words.set,
                 "PART.NAME=VALUE, such as clients.count=10000, site.server_processors=32, "
                 "costs.round_trip_s=0.001, storm.back_s=20; may be repeated")
      ->take_all();
  app.add_option("--save", words.save, "write the parameters to this file");
  app.add_option("--against", words.against,
                 "reports of negodbc-storm (--mode reconnect or closed): tell what the model would "
                 "have said of them; exit status 1 if it is off by more than --within");
  app.add_option("--within", words.within, "of what was measured")
      ->capture_default_str()
      ->check(CLI::Range(0.0, 10.0));
  app.add_option("--json", words.json,
                 "write parameters and prediction to this file; with --against: what was compared");
  app.add_option("--sizing", words.sizing,
                 "write the pictures of docs/sizing.md to this directory, and print its table");
  app.add_option("--up-to", words.up_to, "leave storms of more sessions out of them")
      ->capture_default_str()
      ->check(CLI::Range(1'000, 1'000'000));
}

void write_file(const std::filesystem::path& path, const std::string& text) {
  std::ofstream file(path, std::ios::binary);
  file << text;
  if (!file.flush()) throw std::runtime_error("can't write " + path.string());
}

void set_words(const std::vector<std::string>& words, Storm& storm) {
  nlohmann::json document = nlohmann::json::object();
  for (const std::string& word : words) {
    const auto dot = word.find('.');
    const auto equals = word.find('=');
    if (dot == std::string::npos || equals == std::string::npos || dot > equals)
      throw std::runtime_error("--set " + word + ": PART.NAME=VALUE");
    const auto value = nlohmann::json::parse(word.substr(equals + 1), nullptr, false);
    const std::string part = word.substr(0, dot);
    if (value.is_discarded() || !to_document(storm).contains(part))
      throw std::runtime_error("--set " + word + ": there is no such part, or no such value");
    document[part][word.substr(dot + 1, equals - dot - 1)] = value;
  }
  read_document(document, storm);
}

int compare_all(const ModelWords& words, const Calibration& calibration) {
  bool all_within = true;
  nlohmann::json told = nlohmann::json::array();
  std::printf("%-9s %7s  %-20s %10s %10s %7s\n", "mode", "at once", "", "measured", "predicted",
              "off by");
  for (const std::string& path : words.against) {
    const Measured run = measured(merged({path}), words.target);
    const char* const mode = run.reconnect ? "reconnect" : "closed";
    for (const Comparison& each : compare(calibration, run)) {
      std::printf("%-9s %7u  %-20s %10.4g %10.4g %+6.1f %%\n", mode, run.at_once, each.what.c_str(),
                  each.measured, each.predicted, each.off() * 100);
      told.push_back({{"mode", mode},
                      {"at_once", run.at_once},
                      {"what", each.what},
                      {"measured", each.measured},
                      {"predicted", each.predicted}});
      // Halves and nine tenths are told; held to it is when all are back.
      const bool counts = !run.reconnect || each.what.rfind("all", 0) == 0;
      if (counts && !(std::abs(each.off()) <= words.within)) all_within = false;
    }
    if (run.reconnect) {
      std::vector<double> all;
      all.reserve(run.returns.size());
      for (const MeasuredReturn& round : run.returns) all.push_back(round.all_back_s);
      const Spread rounds = spread(std::move(all));
      std::printf("%17s  rounds had all back after %.4g to %.4g s\n", "", rounds.lowest,
                  rounds.highest);
    }
  }
  if (!words.json.empty()) write_file(words.json, told.dump(1) + "\n");
  return all_within ? 0 : 1;
}

void tell_one(const Storm& storm, const std::string& json) {
  const Prediction prediction = predict(storm);
  const auto back = [&](double q) {
    return prediction.back_after.empty()
               ? std::string("–")
               : duration_text(seconds(prediction.back_after.quantile(q)));
  };
  std::cout << storm.clients.count << " sessions cut after " << duration_text(storm.cut_s) << ": "
            << prediction.back << " back, half of those after " << back(0.5) << ", 99 of 100 after "
            << back(0.99) << ", the last after " << back(1) << "\n"
            << prediction.failures << " failures: " << prediction.timeouts << " out of patience, "
            << prediction.refused_down << " while the server was down, " << prediction.refused_full
            << " by too many connections; " << prediction.lost_syns
            << " connections that were asked for again\n"
            << "the server's processors were used by " << std::lround(prediction.server_used * 100)
            << " % until then\n";
  if (json.empty()) return;
  nlohmann::json document = to_document(storm);
  document["format"] = "negodbc-storm-model 1";
  document["prediction"] = to_document(prediction);
  write_file(json, document.dump(1) + "\n");
}

void write_sizing(const ModelWords& words, const Costs& costs) {
  std::filesystem::create_directories(words.sizing);
  const Sizing made = sizing(costs, words.up_to);
  for (const Picture& picture : made.pictures)
    write_file(std::filesystem::path(words.sizing) / picture.name, picture.svg);
  std::cout << made.table;
}

int run(int argc, char** argv) {
  CLI::App app(
      "Simulates a storm of logins: sessions that are cut and come back, at a server, a KDC and a "
      "network of which the costs of a login are known. bench/model/storm_model.h says what is in "
      "it, "
      "and what is not.",
      "negodbc-storm-model");
  ModelWords words;
  declare(app, words);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  }
  Calibration calibration;
  if (!words.parameters.empty()) read_file(words.parameters, calibration.storm);
  if (!words.calibrate.empty()) {
    const Storm given = calibration.storm;
    const Measured run = measured(merged({words.calibrate}), words.target);
    calibration = calibrate(run, {words.end_part, words.wait_ms / 1000, !words.apart,
                                  words.server_processors, words.as_told});
    calibration.storm.clients = given.clients;
    std::printf(
        "%s, %u at once: a login costs the client %.3g ms of CPU, the process that accepts %.3g, a "
        "backend %.3g and its end %.3g (%.2f times what the processes' times say)\n",
        one_line(run.name).c_str(), run.at_once, calibration.storm.costs.client_s * 1e3,
        calibration.storm.costs.accept_s * 1e3, calibration.storm.costs.backend_s * 1e3,
        calibration.storm.costs.end_s * 1e3, calibration.stretch);
  }
  set_words(words.set, calibration.storm);
  check(calibration.storm);
  if (!words.save.empty()) write_file(words.save, to_document(calibration.storm).dump(1) + "\n");
  if (!words.sizing.empty()) write_sizing(words, calibration.storm.costs);
  if (!words.against.empty()) return compare_all(words, calibration);
  if (words.sizing.empty() && (!words.json.empty() || words.save.empty()))
    tell_one(calibration.storm, words.json);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return run(argc, argv);
  } catch (const std::exception& error) {
    std::cerr << "negodbc-storm-model: " << one_line(error.what()) << "\n";
    return 2;
  }
}
