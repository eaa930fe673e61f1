#include "driver/session/statement_cache.h"

namespace negodbc::session {

std::shared_ptr<CachedStatement> StatementCache::find(std::string_view sql,
                                                      std::span<const std::uint32_t> types,
                                                      std::uint64_t reader, Conversation& server) {
  if (sql.size() > longest_text) return std::make_shared<CachedStatement>();
  std::string key;
  key.reserve(types.size_bytes() + sql.size());
  for (const std::uint32_t type : types)
    key.append(reinterpret_cast<const char*>(&type), sizeof type);
  key.append(sql);  // the number of types follows from the text
  const auto found = index_.find(key);
  if (found != index_.end()) {
    entries_.splice(entries_.begin(), entries_, found->second);
    CachedStatement& statement = *entries_.front().statement;
    if (statement.reader != reader) {
      server.forget(statement.prepared);
      statement.prepared = {};
      statement.executions = 0;
      statement.reader = reader;
    }
    return entries_.front().statement;
  }
  if (entries_.size() >= capacity) {
    server.forget(entries_.back().statement->prepared);
    index_.erase(entries_.back().key);
    entries_.pop_back();
  }
  entries_.push_front({std::move(key), std::make_shared<CachedStatement>()});
  entries_.front().statement->reader = reader;
  index_.emplace(entries_.front().key, entries_.begin());
  return entries_.front().statement;
}

void StatementCache::clear(Conversation& server) {
  for (const Entry& entry : entries_) server.forget(entry.statement->prepared);
  index_.clear();
  entries_.clear();
}

}  // namespace negodbc::session
