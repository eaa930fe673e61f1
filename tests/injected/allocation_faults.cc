// negodbc_allocation_faults: each kind of session, with each allocation of the driver's failing in
// turn: that one alone, or all from there on until the call of the driver ends. To be run in
// tests/realm.
#include <dlfcn.h>
#include <execinfo.h>

#include <array>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <map>
#include <memory>
#include <new>
#include <stdexcept>
#include <string>
#include <vector>

#include "tests/injected/jobs.h"
#include "tests/injected/wishes.h"
#include "tests/injected/workloads.h"

namespace {

// Counted while the driver is called, in whatever thread.
std::atomic<bool> in_driver = false;
std::atomic<long> allocations = 0;
std::atomic<long> fails_at = -1;
std::atomic<bool> goes_on_failing = false;
// Where the first of a point has failed.
std::array<void*, 64> frames;
int frame_count = 0;

bool fails() {
  if (!in_driver) return false;
  const long number = allocations++;
  const long at = fails_at;
  if (number == at) {
    in_driver = false;  // what the trace needs does not count
    frame_count = backtrace(frames.data(), static_cast<int>(frames.size()));
    in_driver = true;
  }
  return at >= 0 && (number == at || (goes_on_failing && number > at));
}

void* allocate(std::size_t size, std::size_t alignment) {
  if (fails()) return nullptr;
  if (size == 0) size = 1;
  if (alignment <= alignof(std::max_align_t)) return std::malloc(size);
  return std::aligned_alloc(alignment, (size + alignment - 1) / alignment * alignment);
}

void* allocate_or_throw(std::size_t size, std::size_t alignment) {
  void* const memory = allocate(size, alignment);
  if (memory == nullptr) throw std::bad_alloc();
  return memory;
}

}  // namespace

void* operator new(std::size_t size) {
  return allocate_or_throw(size, 1);
}
void* operator new[](std::size_t size) {
  return allocate_or_throw(size, 1);
}
void* operator new(std::size_t size, std::align_val_t alignment) {
  return allocate_or_throw(size, static_cast<std::size_t>(alignment));
}
void* operator new[](std::size_t size, std::align_val_t alignment) {
  return allocate_or_throw(size, static_cast<std::size_t>(alignment));
}
void* operator new(std::size_t size, const std::nothrow_t& /*tag*/) noexcept {
  return allocate(size, 1);
}
void* operator new[](std::size_t size, const std::nothrow_t& /*tag*/) noexcept {
  return allocate(size, 1);
}
void operator delete(void* memory) noexcept {
  std::free(memory);
}
void operator delete[](void* memory) noexcept {
  std::free(memory);
}
void operator delete(void* memory, std::size_t /*size*/) noexcept {
  std::free(memory);
}
void operator delete[](void* memory, std::size_t /*size*/) noexcept {
  std::free(memory);
}
void operator delete(void* memory, std::align_val_t /*alignment*/) noexcept {
  std::free(memory);
}
void operator delete[](void* memory, std::align_val_t /*alignment*/) noexcept {
  std::free(memory);
}
void operator delete(void* memory, std::size_t /*size*/, std::align_val_t /*alignment*/) noexcept {
  std::free(memory);
}
void operator delete[](void* memory, std::size_t /*size*/,
                       std::align_val_t /*alignment*/) noexcept {
  std::free(memory);
}

namespace negodbc::injected {
namespace {

struct Recording {
  Transcript transcript;
  long allocations = 0;
};

struct Point {
  const Workload* workload;
  const Recording* recording;
  long at;
  bool goes_on;
};

std::string to_text(const Point& point) {
  return std::string(point.workload->name) + (point.goes_on ? " from " : " only ") +
         std::to_string(point.at);
}

TrialSettings settings_for(int place, int run) {
  TrialSettings settings;
  settings.connection_string = "DSN=negodbc-trust;SSLmode=disable";
  settings.run = run;
  settings.place = place;
  settings.limit = std::chrono::seconds(20);
  settings.before = [] { in_driver = true; };
  settings.after = [] {
    in_driver = false;
    // What has failed to the end of a call does not fail in the next.
    if (goes_on_failing && allocations > fails_at) fails_at = -1;
  };
  return settings;
}

std::string run_trial(const Workload& workload, const TrialSettings& settings,
                      Transcript& transcript, oracle::Libpq& server) {
  Trial trial(settings, transcript);
  workload.run(trial);
  if (!trial.lies().empty()) return trial.lies();
  return untrue_claims(trial, server);
}

Recording record(const Workload& workload, oracle::Libpq& server, int run) {
  Recording recording;
  TrialSettings settings = settings_for(0, run);
  settings.records = true;
  // Twice: what a process does once only is done now, as it will be in every process that tries.
  for (int i = 0; i < 2; ++i) {
    settings.run += 100 * i;
    allocations = 0;
    const std::string lie = run_trial(workload, settings, recording.transcript, server);
    if (!lie.empty())
      throw std::runtime_error(std::string(workload.name) + " without a fault: " + lie);
  }
  recording.allocations = allocations;
  return recording;
}

// The driver's own frames, for addr2line.
std::string where() {
  std::string text;
  for (int i = 0; i < frame_count; ++i) {
    Dl_info module{};
    void* const frame = frames.at(static_cast<std::size_t>(i));
    if (dladdr(frame, &module) == 0 || module.dli_fname == nullptr ||
        std::strstr(module.dli_fname, "libnegodbc") == nullptr)
      continue;
    char address[32];
    std::snprintf(address, sizeof address, " %#tx",
                  static_cast<char*>(frame) - static_cast<char*>(module.dli_fbase));
    text += address;
  }
  return "\n  failed at" + text;
}

std::string try_point(const Point& point, oracle::Libpq& server, int place, int run) {
  Transcript transcript = point.recording->transcript;
  allocations = 0;
  goes_on_failing = point.goes_on;
  fails_at = point.at;
  std::string lie = run_trial(*point.workload, settings_for(place, run), transcript, server);
  fails_at = -1;
  if (!lie.empty()) lie += where();
  return lie;
}

std::vector<Point> points_of(const std::map<std::string, Recording>& recordings,
                             const Wishes& wishes) {
  std::vector<Point> points;
  for (const Workload& workload : workloads) {
    const auto recording = recordings.find(workload.name);
    if (recording == recordings.end()) continue;
    for (const bool goes_on : {false, true}) {
      for (long at = 0; at < recording->second.allocations; ++at) {
        if (wishes.wants(static_cast<std::size_t>(at)))
          points.push_back({&workload, &recording->second, at, goes_on});
      }
    }
  }
  return points;
}

}  // namespace

const char* const program_description = "Allocations of the driver's that fail, each in turn.";

int run(const Wishes& wishes) {
  frame_count = backtrace(frames.data(), 1);  // which allocates when it is first called
  make_tables(wishes.jobs);
  const auto recordings = recordings_of<Recording>(wishes, record);
  std::vector<Point> points = points_of(recordings, wishes);
  Points all = to_try(wishes, points);
  all.name = [&](std::size_t i) { return to_text(points[i]); };
  all.worker = [&](int place) {
    const auto server = std::make_shared<oracle::Libpq>("trust_user", "");
    return [&, server, place](std::size_t i) {
      return try_point(points[i], *server, place, static_cast<int>(i) + 1000);
    };
  };
  return try_points(all);
}

}  // namespace negodbc::injected
