#include "driver/dsn/quoted_secrets.h"

#include <algorithm>

#include "driver/base/characters.h"
#include "driver/base/utf.h"
#include "driver/dsn/masking.h"
#include "driver/dsn/words.h"
#include "driver/sql/masking.h"

namespace negodbc::dsn {
namespace {

constexpr std::string_view starred = "***";
// What is shorter would be found in many words.
constexpr std::size_t shortest = 4;
// A function's body holds strings, and these may again.
constexpr int deepest = 3;

bool is_part_of_word(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
         static_cast<unsigned char>(c) >= 0x80;
}

// What stands within a constant's quotes.
std::string_view unquoted(std::string_view constant) {
  const std::size_t begin = constant.find_first_of("'\"$");
  if (begin == std::string_view::npos) return constant;
  std::string_view inner = constant.substr(begin + 1);
  if (constant[begin] == '$') {
    const std::size_t tag = inner.find('$');
    if (tag == std::string_view::npos) return inner;
    const std::string_view quote = constant.substr(begin, tag + 2);
    inner.remove_prefix(tag + 1);
    return inner.ends_with(quote) ? inner.substr(0, inner.size() - quote.size()) : inner;
  }
  return inner.ends_with(constant[begin]) ? inner.substr(0, inner.size() - 1) : inner;
}

// As the server reads it: quotes are doubled, and where it takes backslashes these escape.
std::string as_server_reads(std::string_view inner, bool backslashes) {
  std::string out;
  for (std::size_t i = 0; i < inner.size(); ++i) {
    const bool doubled =
        i + 1 < inner.size() && (inner[i] == '\'' || inner[i] == '"') && inner[i + 1] == inner[i];
    if (doubled || (backslashes && inner[i] == '\\' && i + 1 < inner.size())) ++i;
    out += inner[i];
  }
  return out;
}

void replace_all(std::string& text, std::string_view what, std::string_view by) {
  for (std::size_t at = 0; (at = text.find(what, at)) != std::string::npos; at += by.size())
    text.replace(at, what.size(), by);
}

// How many characters at the end are the beginning of `piece`.
std::size_t cut_piece(std::string_view text, std::string_view piece) {
  for (std::size_t size = std::min(text.size(), piece.size() - 1); size >= shortest; --size)
    if (text.ends_with(piece.substr(0, size))) return size;
  return 0;
}

}  // namespace

void QuotedSecrets::add(std::string_view text, std::string_view shown) {
  const auto same = [&](const Piece& piece) { return piece.text.reveal() == text; };
  if (text.empty() || text == shown || std::any_of(pieces_.begin(), pieces_.end(), same)) return;
  const auto place = std::find_if(pieces_.begin(), pieces_.end(), [&](const Piece& piece) {
    return piece.text.reveal().size() < text.size();
  });
  pieces_.insert(place, Piece{Secret(text), std::string(shown)});
}

// A text may quote one word of it.
void QuotedSecrets::add_parts(std::string_view text, bool of_statements) {
  add(text, starred);
  for (std::size_t at = 0; at < text.size();) {
    std::size_t end = at;
    while (end < text.size() && is_part_of_word(text[end])) ++end;
    if (end - at >= shortest && (of_statements || !is_secret_word(text.substr(at, end - at))))
      add(text.substr(at, end - at), starred);
    at = end + 1;
  }
}

void QuotedSecrets::note(const Settings& settings) {
  for (const Keyword& entry : keywords())
    if (entry.kind != Kind::secret && entry.key != Key::connect_settings && settings.has(entry.key))
      note(entry.name, settings.get(entry.key));
  for (const auto& [word, value] : settings.kept()) note(word, value);
}

void QuotedSecrets::note(std::string_view word, std::string_view value) {
  const std::string shown = shown_value(word, value);
  if (shown == value) return;
  add(value, shown);
  // What the two have in common at their ends is none of it.
  std::string_view hidden = value;
  std::string_view rest = shown;
  while (!hidden.empty() && !rest.empty() && hidden.front() == rest.front()) {
    hidden.remove_prefix(1);
    rest.remove_prefix(1);
  }
  while (!hidden.empty() && !rest.empty() && hidden.back() == rest.back()) {
    hidden.remove_suffix(1);
    rest.remove_suffix(1);
  }
  add_parts(hidden, false);
}

void QuotedSecrets::note_statements(std::string_view given) {
  std::vector<std::string> texts = {decoded_statements(given)};
  for (int depth = 0; depth < deepest && !texts.empty(); ++depth) {
    std::vector<std::string> within;
    for (const std::string& sql : texts) {
      for (const bool standard_strings : {true, false}) {
        for (const std::string_view constant : sql::constants_of(sql, standard_strings)) {
          add(constant, starred);
          const std::string_view inner = unquoted(constant);
          for (const bool backslashes : {false, true}) {
            within.push_back(as_server_reads(inner, backslashes));
            add_parts(within.back(), true);
            add_parts(ascii_lower(within.back()), true);
          }
        }
      }
    }
    std::sort(within.begin(), within.end());
    within.erase(std::unique(within.begin(), within.end()), within.end());
    texts = std::move(within);
  }
}

std::string QuotedSecrets::hide(std::string text) const {
  for (const Piece& piece : pieces_) {
    const std::string& secret = piece.text.reveal();
    if (secret.size() < shortest) {
      replace_all(text, '"' + secret + '"', '"' + piece.shown + '"');
      continue;
    }
    replace_all(text, secret, piece.shown);
    const std::size_t cut = cut_piece(text, secret);
    if (cut != 0) text.replace(text.size() - cut, cut, starred);
  }
  return text;
}

}  // namespace negodbc::dsn
