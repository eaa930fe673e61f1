#include <string>

#include "driver/base/characters.h"
#include "driver/base/error.h"
#include "driver/dsn/settings.h"
#include "driver/dsn/words.h"

namespace negodbc::dsn {
namespace {

class KeywordReader {
 public:
  explicit KeywordReader(std::string_view text) : text_(text) {}

  [[nodiscard]] bool at_end() const { return at_ == text_.size(); }
  [[nodiscard]] std::size_t position() const { return at_ + 1; }
  [[nodiscard]] bool at_brace() const { return !at_end() && text_[at_] == '{'; }
  void skip_blanks() {
    while (!at_end() && is_blank(text_[at_])) ++at_;
  }
  // What stands between two pairs.
  void skip_separators() {
    while (!at_end() && (is_blank(text_[at_]) || text_[at_] == ';')) ++at_;
  }

  std::string_view name() {
    const std::size_t start = at_;
    while (!at_end() && text_[at_] != '=' && text_[at_] != ';') ++at_;
    const std::string_view found = trimmed_end(text_.substr(start, at_ - start));
    if (at_end() || text_[at_] != '=') fail(start, "expected keyword=value");
    if (found.empty()) fail(start, "a keyword is missing before '='");
    ++at_;
    skip_blanks();
    return found;
  }

  Secret value() {
    if (at_brace()) return braced();
    const std::size_t start = at_;
    while (!at_end() && text_[at_] != ';') ++at_;
    return Secret(trimmed_end(text_.substr(start, at_ - start)));
  }

 private:
  static std::string_view trimmed_end(std::string_view text) {
    while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
    return text;
  }

  Secret braced() {
    const std::size_t start = at_;
    std::string out;
    out.reserve(text_.size() - at_);  // what grows leaves copies behind
    bool closed = false;
    for (++at_; !at_end() && !closed; ++at_) {
      if (text_[at_] != '}') {
        out.push_back(text_[at_]);
      } else if (at_ + 1 < text_.size() && text_[at_ + 1] == '}') {
        out.push_back('}');
        ++at_;
      } else {
        closed = true;
      }
    }
    Secret kept(out);
    wipe(out);
    if (!closed) fail(start, "the brace is not closed");
    skip_blanks();
    if (!at_end() && text_[at_] != ';')
      fail(at_, "expected ';' after the closing brace (a brace within is }})");
    return kept;
  }

  [[noreturn]] static void fail(std::size_t position, const std::string& what) {
    throw Error("HY000",
                "connection string, at character " + std::to_string(position + 1) + ": " + what);
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

bool needs_braces(std::string_view value) {
  return value.find_first_of("[]{}(),;?*=!@") != std::string_view::npos ||
         is_blank(value.front()) || is_blank(value.back());
}

void put(std::string_view name, std::string_view value, std::string& out) {
  if (value.empty()) return;
  out.append(name).push_back('=');
  if (needs_braces(value)) {
    out.push_back('{');
    for (const char c : value) out.append(c == '}' ? 2 : 1, c);
    out.push_back('}');
  } else {
    out.append(value);
  }
  out.push_back(';');
}

}  // namespace

Parsed parse_connection_string(std::string_view text) {
  Parsed parsed;
  WordTaker words(parsed.settings, Place::connection_string, "the connection string");
  KeywordReader reader(text);
  for (reader.skip_separators(); !reader.at_end(); reader.skip_separators()) {
    WordTaker::Standing standing{reader.position()};
    const std::string_view name = reader.name();
    standing.ends_at_next_mark = !reader.at_brace();
    words.take(name, reader.value().reveal(), standing);
  }
  words.finish();
  parsed.unknown = std::move(words.unknown());
  return parsed;
}

std::string to_connection_string(const Settings& settings) {
  std::string out;
  // At once: it holds secrets, and what grows leaves copies behind.
  std::size_t longest = 0;
  const auto count = [&](std::string_view name, std::string_view value) {
    longest += name.size() + 2 * value.size() + std::string_view("={};").size();
  };
  for (const Keyword& entry : keywords()) {
    if (settings.has(entry.key)) count(entry.name, settings.get(entry.key));
  }
  for (const auto& [name, value] : settings.kept()) count(name, value);
  out.reserve(longest);
  for (const Keyword& entry : keywords()) {
    if (settings.has(entry.key)) put(entry.name, settings.get(entry.key), out);
  }
  for (const auto& [name, value] : settings.kept()) put(name, value, out);
  return out;
}

}  // namespace negodbc::dsn
