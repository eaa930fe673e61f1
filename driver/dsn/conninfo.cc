#include <string>

#include "driver/base/characters.h"
#include "driver/base/error.h"
#include "driver/dsn/words.h"

namespace negodbc::dsn {
namespace {

class ConninfoReader {
 public:
  explicit ConninfoReader(std::string_view text) : text_(text) {}

  [[nodiscard]] bool at_end() const { return at_ == text_.size(); }
  void skip_blanks() {
    while (!at_end() && is_blank(text_[at_])) ++at_;
  }

  std::string_view name() {
    const std::size_t start = at_;
    while (!at_end() && text_[at_] != '=' && !is_blank(text_[at_])) ++at_;
    const std::string_view found = text_.substr(start, at_ - start);
    skip_blanks();
    if (at_end() || text_[at_] != '=' || found.empty()) fail("expected name=value");
    ++at_;
    skip_blanks();
    return found;
  }

  Secret value() {
    const bool quoted = !at_end() && text_[at_] == '\'';
    if (quoted) ++at_;
    std::string out;
    while (!at_end() && (quoted ? text_[at_] != '\'' : !is_blank(text_[at_]))) {
      if (text_[at_] == '\\' && at_ + 1 < text_.size()) ++at_;
      out.push_back(text_[at_]);
      ++at_;
    }
    Secret kept(out);
    wipe(out);
    if (quoted && at_end()) fail("the quote ' is not closed");
    if (quoted) ++at_;
    return kept;
  }

 private:
  [[noreturn]] void fail(const std::string& what) const {
    throw Error("HY000",
                "connection string: pqopt, at character " + std::to_string(at_ + 1) + ": " + what);
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

}  // namespace

void parse_conninfo(std::string_view text, WordTaker& words) {
  ConninfoReader reader(text);
  for (reader.skip_blanks(); !reader.at_end(); reader.skip_blanks()) {
    const std::string_view name = reader.name();
    words.take(name, reader.value().reveal());
  }
}

Profile conninfo_words(std::string_view text) {
  Profile words;
  ConninfoReader reader(text);
  for (reader.skip_blanks(); !reader.at_end(); reader.skip_blanks()) {
    const std::string_view name = reader.name();
    words.emplace_back(name, reader.value().reveal());
  }
  return words;
}

}  // namespace negodbc::dsn
