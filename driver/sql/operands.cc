#include "driver/sql/operands.h"

#include <algorithm>

#include "driver/base/characters.h"

namespace negodbc::sql {
namespace {

// Words that may stand before a bracket and call nothing.
bool is_no_callee(const Token& token) {
  return is_one_of(
      token, {"and",  "or",    "not",    "where",    "on",        "having", "when",   "then",
              "else", "case",  "select", "between",  "symmetric", "from",   "set",    "returning",
              "by",   "using", "as",     "distinct", "is",        "limit",  "offset", "return",
              "with", "union", "except", "all",      "end",       "filter", "over",   "lateral"});
}

// Words that begin something else than a column does.
bool begins_other(const Token& token) {
  return is_one_of(token, {"array", "any", "all", "some", "case", "exists", "interval", "not",
                           "null", "row", "select", "values"});
}

}  // namespace

Operands::Operands(std::string_view sql, bool standard_strings) {
  Lexer lexer(sql, standard_strings);
  do {
    tokens_.push_back(lexer.next_significant());
  } while (tokens_.back().kind != TokenKind::end);
  partners_.resize(tokens_.size(), nowhere);
  enclosing_.resize(tokens_.size(), nowhere);
  items_.resize(tokens_.size());
  std::vector<std::size_t> open, item{0};
  for (std::size_t i = 0; i < tokens_.size(); ++i) {
    const Token& token = tokens_[i];
    if (token.is(';')) {
      open.clear();
      item.assign(1, 0);
    }
    const bool closes = token.is(')') || token.is(']');
    if (closes && !open.empty() && tokens_[open.back()].is(token.is(')') ? '(' : '[')) {
      partners_[i] = open.back();
      partners_[open.back()] = i;
      open.pop_back();
      item.pop_back();
    }
    if (!open.empty()) enclosing_[i] = open.back();
    if (token.is(',')) ++item.back();
    items_[i] = item.back();
    if (token.is('(') || token.is('[')) {
      open.push_back(i);
      item.push_back(0);
    }
  }
}

bool Operands::is_name(const Token& token) {
  if (token.kind == TokenKind::quoted_identifier) return true;
  return token.kind == TokenKind::word && !is_digit(token.text[0]) && token.text[0] != '$';
}

bool Operands::takes_list(std::size_t open) const {
  const Token token = before(open);
  return is_name(token) && !is_no_callee(token);
}

bool Operands::is_item(Range range) const {
  const Token before_it = before(range.first);
  const Token& behind = tokens_[range.last + 1];
  return enclosing_[range.first] != nowhere && (before_it.is('(') || before_it.is(',')) &&
         (behind.is(')') || behind.is(','));
}

const std::vector<Operands::Range>& Operands::items_of(std::size_t open) {
  auto [found, made] = lists_.try_emplace(open);
  std::vector<Range>& items = found->second;
  const std::size_t close = partners_[open];
  if (!made || close == nowhere) return items;
  std::size_t first = open + 1;
  for (std::size_t i = first; i <= close; ++i) {
    const bool opens = tokens_[i].is('(') || tokens_[i].is('[');
    if (opens && partners_[i] != nowhere) i = partners_[i];  // an item's own brackets
    if (i != close && !tokens_[i].is(',')) continue;
    if (i > first) items.push_back({first, i - 1});
    first = i + 1;
  }
  return items;
}

bool Operands::any_item_is_column(std::size_t open) {
  auto [found, made] = lists_with_columns_.try_emplace(open);
  if (made) {
    const std::vector<Range>& items = items_of(open);
    found->second = std::any_of(items.begin(), items.end(),
                                [&](const Range& range) { return is_column(range); });
  }
  return found->second;
}

bool Operands::all_items_are_columns(std::size_t open) {
  const std::vector<Range>& items = items_of(open);
  return !items.empty() && std::all_of(items.begin(), items.end(),
                                       [&](const Range& range) { return is_column(range); });
}

bool Operands::holds_query(std::size_t open) const {
  return tokens_[open].is('(') && is_one_of(tokens_[open + 1], {"select", "with", "values"});
}

std::size_t Operands::column_before(std::size_t last) const {
  while (tokens_[last].is(']')) {
    if (partners_[last] == nowhere || partners_[last] == 0) return nowhere;
    last = partners_[last] - 1;
  }
  std::size_t first = last;
  if (tokens_[last].is(')')) {
    first = partners_[last];
    if (first == nowhere) return nowhere;
    if (!takes_list(first)) return is_column({first, last}) ? first : nowhere;
    --first;
  }
  if (!is_name(tokens_[first]) || begins_other(tokens_[first])) return nowhere;
  while (before(first).is('.')) {
    const Token outer = before(first, 2);
    if (outer.is(')') && partners_[first - 2] != nowhere) return partners_[first - 2];
    if (!is_name(outer)) break;
    first -= 2;
  }
  return first;
}

// A name, a call, an element or a field of what is in brackets.
std::size_t Operands::name_from(std::size_t first) const {
  std::size_t at = first;
  if (tokens_[at].is('(')) {
    at = partners_[at];
    if (at == nowhere || !tokens_[at + 1].is('.')) return nowhere;
    at += 2;
  }
  if (!is_name(tokens_[at]) || begins_other(tokens_[at])) return nowhere;
  while (tokens_[at + 1].is('.') && is_name(tokens_[at + 2])) at += 2;
  if (tokens_[at + 1].is('(') && takes_list(at + 1)) {
    at = partners_[at + 1];
    if (at == nowhere) return nowhere;
  }
  while (tokens_[at + 1].is('[') && partners_[at + 1] != nowhere) at = partners_[at + 1];
  return at;
}

std::size_t Operands::column_from(std::size_t first) const {
  if (!tokens_[first].is('(')) return name_from(first);
  const std::size_t close = partners_[first];
  if (close == nowhere) return nowhere;
  if (tokens_[close + 1].is('.')) return name_from(first);
  return is_column({first, close}) ? close : nowhere;
}

bool Operands::is_column(Range range) const {
  while (tokens_[range.first].is('(') && partners_[range.first] == range.last) {
    if (holds_query(range.first)) return true;
    if (range.last - range.first < 2) return false;
    ++range.first;
    --range.last;
  }
  return name_from(range.first) == range.last;
}

}  // namespace negodbc::sql
