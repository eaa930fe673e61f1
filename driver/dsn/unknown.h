// Words that are no keywords and have a value: what is told of them, as a warning (01S00), so that
// a misspelt one does not pass for one that has an effect.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace negodbc::dsn {

struct Unknown {
  std::string word;           // as it stands there; "" where it may be a piece of a password
  std::string source;         // where it stands: "the connection string"
  bool within_pqopt = false;  // of that source
  std::size_t position = 0;   // its first character's, from 1; 0: not known
};

// A sentence for the diagnostic, with the keyword that is perhaps meant.
std::string text_of(const Unknown& unknown);

// As many words are looked at closely: a text that has more is not a list of slips.
inline constexpr std::size_t most_told = 16;

// The sentences of all, or of the first most_told and how many there are besides.
std::vector<std::string> texts_of(std::span<const Unknown> words);

// Whether a word is a slip away from this keyword.
struct Keyword;
bool is_near(std::string_view word, const Keyword& entry);

// The keyword's name that a word is nearest to, by itself or another name of it; "": none is near.
std::string_view nearest_keyword(std::string_view word);

}  // namespace negodbc::dsn
