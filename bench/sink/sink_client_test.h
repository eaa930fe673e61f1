// Conversations of tests: what a client sends, and what the sink writes.
#ifndef NEGODBC_BENCH_SINK_SINK_CLIENT_TEST_H
#define NEGODBC_BENCH_SINK_SINK_CLIENT_TEST_H

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "bench/sink/conversation.h"
#include "driver/wire/backend.h"
#include "driver/wire/frontend.h"

namespace negodbc::bench {

// Keeps each write by itself.
struct RecordingLine final : Line {
  void write(std::string_view bytes) override { writes.emplace_back(bytes); }
  std::string all() const {
    std::string bytes;
    for (const std::string& one : writes) bytes += one;
    return bytes;
  }
  std::vector<std::string> writes;
};

// What the driver would send.
template <typename Say>
std::string said(const Say& say) {
  std::string bytes;
  wire::Frontend frontend(bytes);
  say(frontend);
  return bytes;
}

inline std::string startup_of(const std::string& user) {
  const std::vector<std::pair<std::string, std::string>> words{{"user", user}, {"database", "d"}};
  return said([&](wire::Frontend& to) { to.startup(words); });
}

// The types of whole messages; '?' at what is none.
inline std::string types_in(const std::string& bytes) {
  std::string types;
  wire::FrameReader reader;
  const auto room = reader.room();
  if (room.size() < bytes.size()) return "too much";
  std::copy(bytes.begin(), bytes.end(), room.begin());
  reader.received(bytes.size());
  while (const auto frame = reader.next()) types.push_back(static_cast<char>(frame->type));
  if (reader.buffered() != 0) types.push_back('?');
  return types;
}

// Reports of the settings are one S.
inline std::string short_types(const std::string& bytes) {
  std::string types = types_in(bytes);
  types.erase(
      std::unique(types.begin(), types.end(), [](char a, char b) { return a == 'S' && b == 'S'; }),
      types.end());
  return types;
}

struct Talk {
  explicit Talk(const SinkSettings& settings) : conversation(settings, counters, line) {}

  // Gives `bytes` in pieces of so many, and goes on where the sink would hold the login back.
  void give(std::string_view bytes, std::size_t piece = std::string_view::npos) {
    while (!bytes.empty()) {
      conversation.receive(bytes.substr(0, piece));
      bytes.remove_prefix(std::min(piece, bytes.size()));
      if (conversation.waiting()) conversation.go_on();
    }
  }
  // What was written since the last call.
  std::string taken() {
    std::string bytes = line.all();
    line.writes.clear();
    return bytes;
  }

  Counters counters;
  RecordingLine line;
  Conversation conversation;
};

}  // namespace negodbc::bench

#endif
