// What one server session knows of texts, of all statement handles of a connection. A name is that
// of the reading that has asked for it.
//
// The key is the text as sent and the types declared for its parameters. Bounded: the statement
// that was used longest ago is dropped, and closed at the server with the next flight. Used under
// the connection handle's lock.
#pragma once

#include <cstdint>
#include <list>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "driver/session/conversation.h"

namespace negodbc::session {

struct CachedStatement {
  // For whom `prepared` is: what a text means may be another thing for the next one who reads it,
  // by another session's ALTER TABLE, a search_path, a ROLLBACK.
  std::uint64_t reader = 0;
  Prepared prepared;  // without a name: the server doesn't know it (any more)
  // What the server takes for the declared types (type_choice.h), which are the program's or left
  // open, never the server's own; none: not known yet.
  std::optional<std::vector<std::uint32_t>> types;
  unsigned executions = 0;  // begun; a text that is executed once is never named at the server
  std::shared_ptr<Habits> habits = std::make_shared<Habits>();
};

class StatementCache {
 public:
  static constexpr std::size_t capacity = 256;
  // Longer texts are not kept: they are rarely met twice, and the cache's memory stays bounded.
  static constexpr std::size_t longest_text = std::size_t{64} << 10U;

  // The statement, made when there is none, as `reader` (a reading of the text by a statement
  // handle) has come to know it. It lives as long as somebody holds it; once dropped it has no name
  // any more.
  std::shared_ptr<CachedStatement> find(std::string_view sql, std::span<const std::uint32_t> types,
                                        std::uint64_t reader, Conversation& server);
  // Drops all: the schema changed, or the session was reset.
  void clear(Conversation& server);
  [[nodiscard]] std::size_t size() const { return entries_.size(); }

 private:
  struct Entry {
    std::string key;
    std::shared_ptr<CachedStatement> statement;
  };
  using Entries = std::list<Entry>;
  Entries entries_;                                                // the one used last is the first
  std::unordered_map<std::string_view, Entries::iterator> index_;  // views of the entries' keys
};

}  // namespace negodbc::session
