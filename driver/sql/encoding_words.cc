#include "driver/sql/encoding_words.h"

#include <algorithm>
#include <iterator>
#include <string>

#include "driver/base/utf.h"
#include "driver/sql/lexer.h"

namespace negodbc::sql {
namespace {

constexpr std::string_view setting = "client_encoding";

// Most texts hold neither word, which is seen without reading them as SQL.
bool may_name_encoding(std::string_view sql) {
  constexpr std::size_t before = setting.find('_');
  for (std::size_t at = sql.find('_'); at != std::string_view::npos; at = sql.find('_', at + 1))
    if (at >= before && iequals(sql.substr(at - before, setting.size()), setting)) return true;
  constexpr std::string_view names = "names";
  for (std::size_t at = 0; at + names.size() <= sql.size(); ++at)
    if ((sql[at] == 'n' || sql[at] == 'N') && iequals(sql.substr(at, names.size()), names))
      return true;
  return false;
}

std::string lower_unquoted(std::string_view text) {
  if (text.size() > 1 && (text.front() == '\'' || text.front() == '"') &&
      text.back() == text.front())
    text = text.substr(1, text.size() - 2);
  return ascii_lower(text);
}

EncodingSet encoding_named(const Token& token) {
  if (token.kind != TokenKind::word && token.kind != TokenKind::string &&
      token.kind != TokenKind::quoted_identifier)
    return EncodingSet::nothing;
  if (parameter_number(token) != 0) return EncodingSet::nothing;
  std::string name = lower_unquoted(token.text);
  std::erase_if(name, [](char c) { return c == '-' || c == '_' || c == ' '; });
  if (name == "utf8" || name == "unicode" || name == "default") return EncodingSet::utf8;
  // Without a conversion text comes as the database has it; what it reports is looked at.
  if (name.empty() || name == "sqlascii") return EncodingSet::nothing;
  return EncodingSet::other;
}

// Reads one text, statement by statement.
class Reader {
 public:
  Reader(std::string_view sql, bool standard_strings) : lexer_(sql, standard_strings) { advance(); }

  [[nodiscard]] bool at_end() const { return token_.kind == TokenKind::end; }
  [[nodiscard]] const Token& token() const { return token_; }
  void advance() { token_ = lexer_.next_significant(); }
  void skip_statement() {
    while (!at_end() && !token_.is(';')) advance();
    if (!at_end()) advance();
  }
  bool take(std::string_view word) {
    if (!is_word(token_, word)) return false;
    advance();
    return true;
  }

  // The statement's first word is SET, and was taken.
  EncodingSet after_set() {
    if (!take("session")) take("local");
    if (take("names")) return token_.is(';') || at_end() ? EncodingSet::utf8 : named();
    const bool meant =
        (token_.kind == TokenKind::word || token_.kind == TokenKind::quoted_identifier) &&
        lower_unquoted(token_.text) == setting;
    if (!meant) return EncodingSet::nothing;
    advance();
    if (!take("to") && token_.is('=')) advance();
    return named();
  }
  // set_config was taken.
  EncodingSet after_set_config() {
    if (!token_.is('(')) return EncodingSet::nothing;
    advance();
    if (token_.kind != TokenKind::string || lower_unquoted(token_.text) != setting)
      return EncodingSet::nothing;
    advance();
    if (!token_.is(',')) return EncodingSet::nothing;
    advance();
    return token_.kind == TokenKind::string ? named() : EncodingSet::nothing;
  }

 private:
  EncodingSet named() { return encoding_named(token_); }

  Lexer lexer_;
  Token token_{TokenKind::end, {}};
};

EncodingSet of_statement(Reader& reader) {
  if (reader.take("set")) return reader.after_set();
  EncodingSet found = EncodingSet::nothing;
  while (!reader.at_end() && !reader.token().is(';')) {
    const bool call = is_word(reader.token(), "set_config");
    reader.advance();
    if (call) found = std::max(found, reader.after_set_config());
  }
  return found;
}

}  // namespace

EncodingSet encoding_set(std::string_view sql, bool standard_strings) {
  EncodingSet found = EncodingSet::nothing;
  if (!may_name_encoding(sql)) return found;
  for (Reader reader(sql, standard_strings); !reader.at_end(); reader.skip_statement())
    found = std::max(found, of_statement(reader));
  return found;
}

bool may_restore_encoding(std::string_view sql, bool standard_strings) {
  constexpr std::string_view restoring[] = {"set",   "reset",     "discard", "rollback",
                                            "abort", "commit",    "end",     "begin",
                                            "start", "savepoint", "release"};
  const auto ascii = [](char c) { return static_cast<unsigned char>(c) < 0x80; };
  if (!std::all_of(sql.begin(), sql.end(), ascii)) return false;
  Reader reader(sql, standard_strings);
  if (reader.at_end()) return false;
  if (encoding_set(sql, standard_strings) == EncodingSet::utf8) return true;
  for (; !reader.at_end(); reader.skip_statement()) {
    if (!is_one_of(reader.token(), restoring) && !reader.token().is(';')) return false;
  }
  return true;
}

}  // namespace negodbc::sql
