#include "driver/dsn/unknown.h"

#include <algorithm>
#include <vector>

#include "driver/base/utf.h"
#include "driver/dsn/keywords.h"
#include "driver/dsn/masking.h"

namespace negodbc::dsn {
namespace {

constexpr std::size_t longest_word = 64;  // no keyword comes near it

// What other systems' connection strings call a keyword, too far from its name to be found by it.
struct Elsewhere {
  std::string_view word, keyword;
};
constexpr Elsewhere elsewhere[] = {
    {"encrypt", "SSLmode"},          {"ssl", "SSLmode"},
    {"usessl", "SSLmode"},           {"encryption", "SSLmode"},
    {"datasource", "Server"},        {"addr", "Server"},
    {"address", "Server"},           {"currentschema", "options"},
    {"schema", "options"},           {"searchpath", "options"},
    {"statementtimeout", "options"}, {"trustservercertificate", "SSLmode"}};

// How many letters have to be changed, added, left out or swapped with their neighbour.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before(b.size() + 1), last(b.size() + 1), row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) last[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t changed = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      row[j] = std::min({changed, last[j] + 1, row[j - 1] + 1});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        row[j] = std::min(row[j], before[j - 2] + 1);
    }
    before.swap(last);
    last.swap(row);
  }
  return last[b.size()];
}

// As far as a slip goes: fewer steps than these lead from one to the other.
std::size_t steps_of_a_slip(std::size_t size) {
  return size <= 4 ? 2 : size <= 8 ? 3 : 4;
}

// The steps between two folded names where they are fewer than `limit`, else `limit`.
// Abbreviations of two letters are near to anything.
std::size_t steps_between(std::string_view wanted, std::string_view candidate, std::size_t limit) {
  if (candidate.size() < 3 || candidate.size() + limit <= wanted.size() ||
      wanted.size() + limit <= candidate.size())
    return limit;
  return std::min(limit, distance(wanted, candidate));
}

}  // namespace

bool is_near(std::string_view word, const Keyword& entry) {
  const std::string wanted = folded(word);
  if (wanted.empty() || wanted.size() > longest_word) return false;
  const std::size_t limit = steps_of_a_slip(wanted.size());
  const auto resembles = [&](std::string_view name) {
    return steps_between(wanted, folded(name), limit) < limit;
  };
  return resembles(entry.name) ||
         std::any_of(entry.aliases.begin(), entry.aliases.end(), resembles);
}

std::string_view nearest_keyword(std::string_view word) {
  const std::string wanted = folded(word);
  if (wanted.empty() || wanted.size() > longest_word) return {};
  for (const Elsewhere& entry : elsewhere)
    if (wanted == entry.word) return entry.keyword;
  std::size_t nearest = steps_of_a_slip(wanted.size());
  std::string_view found;
  const auto look_at = [&](std::string_view name, std::string_view canonical) {
    const std::size_t steps = steps_between(wanted, folded(name), nearest);
    if (steps >= nearest) return;
    nearest = steps;
    found = canonical;
  };
  for (const Keyword& entry : keywords()) {
    look_at(entry.name, entry.name);
    for (const std::string_view alias : entry.aliases) look_at(alias, entry.name);
  }
  for (const AcceptedKeyword& entry : accepted_without_effect()) look_at(entry.name, entry.name);
  return found;
}

std::string text_of(const Unknown& unknown) {
  std::string where = unknown.within_pqopt ? "pqopt of " + unknown.source : unknown.source;
  if (unknown.position != 0) where += ", at character " + std::to_string(unknown.position);
  std::string text = "invalid connection string attribute: ";
  if (unknown.word.empty()) {
    return text + "what stands in " + where +
           " is no keyword, and may be a part of the password before it: one that holds a "
           "semicolon goes into braces";
  }
  const std::string word = shown_word(unknown.word);
  const bool cut = word.size() > longest_word;
  const std::string_view shown = std::string_view(word).substr(0, utf8_prefix(word, longest_word));
  text.append("there is no keyword \"").append(shown).append(cut ? "...\"" : "\"");
  text += " (in " + where + "): it has no effect";
  const std::string_view nearest = nearest_keyword(unknown.word);
  if (!nearest.empty()) text.append("; is ").append(nearest).append(" meant?");
  return text;
}

std::vector<std::string> texts_of(std::span<const Unknown> words) {
  std::vector<std::string> texts;
  for (const Unknown& word : words.first(std::min(words.size(), most_told)))
    texts.push_back(text_of(word));
  if (words.size() > most_told) {
    texts.push_back(
        "invalid connection string attribute: " + std::to_string(words.size() - most_told) +
        " more words are no keywords: they have no effect");
  }
  return texts;
}

}  // namespace negodbc::dsn
