// negodbc_wire_faults: each kind of session, with the connection cut, silent or dripping behind
// each message and each 97th byte of what the server says. To be run in tests/realm.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "tests/injected/fault_proxy.h"
#include "tests/injected/jobs.h"
#include "tests/injected/wishes.h"
#include "tests/injected/workloads.h"

namespace negodbc::injected {
namespace {

constexpr std::size_t stride = 97;
constexpr unsigned timeout_s = 1;
constexpr unsigned patience_s = 60;  // of a point: all its calls together

std::uint16_t server_port() {
  const char* const port = std::getenv("NEGODBC_PGPORT");  // NOLINT(concurrency-mt-unsafe)
  if (port == nullptr) throw std::runtime_error("NEGODBC_PGPORT is not set: run this in the realm");
  return static_cast<std::uint16_t>(std::stoi(port));
}

TrialSettings settings_for(const FaultProxy& proxy, int place, int run, int slack_ms) {
  TrialSettings settings;
  settings.connection_string =
      "Driver=negodbc;Server=127.0.0.1;Port=" + std::to_string(proxy.port()) +
      ";Database=negodbc;UID=trust_user;SSLmode=disable;"
      "GssEncMode=disable;Trusted_Connection=No";
  settings.run = run;
  settings.place = place;
  settings.timeout_s = timeout_s;
  settings.limit = std::chrono::milliseconds(timeout_s * 1000 + static_cast<unsigned>(slack_ms));
  return settings;
}

// A session of one kind as it goes well.
struct Recording {
  Transcript transcript;
  std::vector<std::size_t> points;
};

struct Point {
  const Workload* workload;
  const Recording* recording;
  Fault fault;
  std::size_t bytes;
};

std::string to_text(const Point& point) {
  return std::string(point.workload->name) + " " + name_of(point.fault) + " " +
         std::to_string(point.bytes);
}

Recording record(const Workload& workload, oracle::Libpq& server, int run) {
  Recording recording;
  FaultProxy proxy(server_port(), Fault::none, 0);
  {
    TrialSettings settings = settings_for(proxy, 0, run, 60000);
    settings.records = true;
    settings.timeout_s = 60;
    Trial trial(settings, recording.transcript);
    workload.run(trial);
    const std::string untrue = untrue_claims(trial, server);
    if (!trial.lies().empty() || !untrue.empty())
      throw std::runtime_error(std::string(workload.name) + " without a fault: " + trial.lies() +
                               untrue);
  }
  proxy.stop();
  recording.points = message_borders(proxy.heard());
  for (std::size_t at = 0; at < proxy.heard().size(); at += stride) recording.points.push_back(at);
  std::sort(recording.points.begin(), recording.points.end());
  recording.points.erase(std::unique(recording.points.begin(), recording.points.end()),
                         recording.points.end());
  return recording;
}

// What was not true; "": nothing.
std::string try_point(const Point& point, oracle::Libpq& server, int place, int run, int slack_ms) {
  FaultProxy proxy(server_port(), point.fault, point.bytes);
  Transcript transcript = point.recording->transcript;
  Trial trial(settings_for(proxy, place, run, slack_ms), transcript);
  point.workload->run(trial);
  if (!trial.lies().empty()) return trial.lies();
  return untrue_claims(trial, server);
}

std::vector<Point> points_of(const std::map<std::string, Recording>& recordings,
                             const Wishes& wishes) {
  std::vector<Point> points;
  for (const Workload& workload : workloads) {
    const auto recording = recordings.find(workload.name);
    if (recording == recordings.end()) continue;
    for (const Fault fault : {Fault::cut, Fault::silence, Fault::drip}) {
      if (!wishes.fault.empty() && wishes.fault != name_of(fault)) continue;
      for (std::size_t i = 0; i < recording->second.points.size(); ++i) {
        const std::size_t bytes = recording->second.points[i];
        if (wishes.wants(bytes, i)) points.push_back({&workload, &recording->second, fault, bytes});
      }
    }
  }
  return points;
}

}  // namespace

const char* const program_description =
    "Connections that break, fall silent or drip, at each point of a session.";

int run(const Wishes& wishes) {
  make_tables(wishes.jobs);
  const auto recordings = recordings_of<Recording>(wishes, record);
  std::vector<Point> points = points_of(recordings, wishes);
  Points all = to_try(wishes, points);
  all.patience_s = patience_s;
  all.name = [&](std::size_t i) { return to_text(points[i]); };
  all.worker = [&](int place) {
    const auto server = std::make_shared<oracle::Libpq>("trust_user", "");
    return [&, server, place](std::size_t i) {
      return try_point(points[i], *server, place, static_cast<int>(i) + 1000, wishes.slack_ms);
    };
  };
  return try_points(all);
}

}  // namespace negodbc::injected
