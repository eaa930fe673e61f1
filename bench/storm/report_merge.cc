#include <algorithm>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <stdexcept>

#include "bench/storm/report_document.h"

namespace negodbc::bench {
namespace {

// What the processes of a run may have each for itself: a target's connection is no option.
void check_same_plan(const nlohmann::json& own, const nlohmann::json& other) {
  for (const auto* each : {&own, &other}) {
    for (const auto& [name, value] : each->items()) {
      const auto a = own.value(name, nlohmann::json());
      const auto b = other.value(name, nlohmann::json());
      if (a == b) continue;
      const auto text = [](const nlohmann::json& v) {
        return v.is_null() ? std::string("not given")
                           : v.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
      };
      throw std::runtime_error("the plans are not the same: " + name + " is " + text(a) + " and " +
                               text(b));
    }
  }
}

template <typename Value>
void check_apart(const std::vector<Value>& own, const std::vector<Value>& other, const char* what) {
  for (const auto& each : other) {
    if (std::find(own.begin(), own.end(), each) != own.end()) throw std::runtime_error(what);
  }
}

void check_fits(const Report& own, const Report& other) {
  if (own.run != other.run) {
    throw std::runtime_error("these are different runs (" + own.run + " and " + other.run +
                             "): only what was measured at the same time can be added up");
  }
  if (own.is_search() || other.is_search())
    throw std::runtime_error(
        "a search of the highest rate is one process's own: it can't be merged");
  check_apart(own.processes, other.processes, "the same process is in it twice");
  check_apart(own.ranks, other.ranks, "the same rank is in it twice");
  if (own.expected_ranks != other.expected_ranks)
    throw std::runtime_error("the reports are of different numbers of ranks");
  check_same_plan(own.options, other.options);
  if (own.slice_s != other.slice_s)
    throw std::runtime_error("the reports have slices of different lengths");
  const auto names = [](const Report& report) {
    std::vector<std::pair<std::string, std::string>> all;
    for (const auto& target : report.targets) all.emplace_back(target.name, target.kind);
    return all;
  };
  if (names(own) != names(other))
    throw std::runtime_error("the reports have not the same targets in the same order");
}

std::string who(const Report& report) {
  return report.ranks.size() == 1 ? "rank " + std::to_string(report.ranks.front()) + ": " : "";
}

// How far apart the first and the last of the same round began, where they did not overlap.
void note_apart(Report& own, const TargetReport& a, const TargetReport& b) {
  double most = 0;
  for (std::size_t i = 0; i < std::min(a.rounds.size(), b.rounds.size()); ++i) {
    const double apart = std::abs(a.rounds[i].begin_unix_s - b.rounds[i].begin_unix_s);
    const double shorter = std::min(a.rounds[i].result.seconds, b.rounds[i].result.seconds);
    if (apart > std::max(0.1, shorter / 10)) most = std::max(most, apart);
  }
  if (most == 0) return;
  char text[160];
  std::snprintf(text, sizeof text,
                ": rounds that are added up began up to %.2f s apart by their machines' clocks "
                "(--start-at makes them meet)",
                most);
  const std::string note = a.name + text;
  if (std::find(own.notes.begin(), own.notes.end(), note) == own.notes.end())
    own.notes.push_back(note);
}

void merge_target(TargetReport& own, const TargetReport& other, const std::string& whose) {
  if (!other.broken.empty()) own.broken += (own.broken.empty() ? "" : "; ") + whose + other.broken;
  own.out_of_time = own.out_of_time || other.out_of_time;
  for (const auto& [name, version] : other.versions) {
    std::string& known = own.versions[name];
    if (known != version) known += (known.empty() ? "" : " and ") + version;
  }
  for (std::size_t i = 0; i < other.rounds.size(); ++i) {
    if (i == own.rounds.size()) {
      own.rounds.push_back(other.rounds[i]);
      continue;
    }
    own.rounds[i].begin_unix_s = std::min(own.rounds[i].begin_unix_s, other.rounds[i].begin_unix_s);
    own.rounds[i].last_begin_unix_s =
        std::max(own.rounds[i].last_begin_unix_s, other.rounds[i].last_begin_unix_s);
    own.rounds[i].late_s = std::max(own.rounds[i].late_s, other.rounds[i].late_s);
    own.rounds[i].result.merge(other.rounds[i].result);
    own.rounds[i].server.merge(other.rounds[i].server);
  }
}

}  // namespace

void merge(Report& own, const Report& other) {
  check_fits(own, other);
  own.merged = true;
  own.processes.insert(own.processes.end(), other.processes.begin(), other.processes.end());
  own.ranks.insert(own.ranks.end(), other.ranks.begin(), other.ranks.end());
  own.environments.insert(own.environments.end(), other.environments.begin(),
                          other.environments.end());
  for (const auto& note : other.notes) own.notes.push_back(who(other) + note);
  own.started = std::min(own.started, other.started);
  own.stopped = own.stopped || other.stopped;
  for (std::size_t i = 0; i < own.targets.size(); ++i) {
    note_apart(own, own.targets[i], other.targets[i]);
    merge_target(own.targets[i], other.targets[i], who(other));
  }
}

Report merged(const std::vector<std::string>& files) {
  Report whole;
  for (const auto& name : files) {
    try {
      std::ifstream file(name);
      if (!file) throw std::runtime_error("can't be read");
      Report part = from_document(nlohmann::json::parse(file));
      if (&name == &files.front()) {
        whole = std::move(part);
      } else {
        merge(whole, part);
      }
    } catch (const std::exception& error) {
      throw std::runtime_error(name + ": " + error.what());
    }
  }
  whole.merged = true;
  return whole;
}

}  // namespace negodbc::bench
