#include "driver/sql/column_places.h"

#include <algorithm>
#include <optional>

#include "driver/sql/operands.h"

namespace negodbc::sql {
namespace {

using Range = Operands::Range;

class Places {
 public:
  Places(std::string_view sql, bool standard_strings) : tokens_(sql, standard_strings) {
    cases_of_.resize(tokens_.size(), Operands::nowhere);
    betweens_of_.resize(tokens_.size(), Operands::nowhere);
    pair_words();
  }

  std::vector<ColumnPlace> find(std::size_t count) {
    std::vector<bool> met(count);
    std::vector<ColumnPlace> columns(count, ColumnPlace::equated);
    for (std::size_t i = 0; i < tokens_.size(); ++i) {
      step(i);
      const std::size_t number = parameter_number(tokens_[i]);
      if (number == 0 || number > count) continue;
      met[number - 1] = true;
      columns[number - 1] = std::min(columns[number - 1], place_of(i));
    }
    for (std::size_t i = 0; i < count; ++i)
      if (!met[i]) columns[i] = ColumnPlace::none;
    return columns;
  }

 private:
  // What an operand is compared with: the last token of it, or the first where it stands behind.
  struct Other {
    ColumnPlace kind = ColumnPlace::none;
    std::size_t at = Operands::nowhere;
    bool behind = false;
  };
  // The results of a CASE, from their first tokens on.
  struct Results {
    std::vector<std::size_t> firsts;
    std::optional<bool> any_is_column;
  };

  [[nodiscard]] Token before(std::size_t i, std::size_t distance = 1) const {
    return tokens_.before(i, distance);
  }

  // Which CASE a WHEN, THEN or ELSE belongs to, and which BETWEEN an AND.
  void pair_words() {
    struct Level {
      std::size_t bracket;
      std::size_t between = Operands::nowhere;
    };
    std::vector<std::size_t> cases;
    std::vector<Level> levels{{Operands::nowhere}};
    for (std::size_t i = 0; i < tokens_.size(); ++i) {
      const Token& token = tokens_[i];
      if (token.is(';')) {
        cases.clear();
        levels.assign(1, {Operands::nowhere});
      } else if (token.is('(')) {
        levels.push_back({i});
      } else if (token.is(')')) {
        while (!cases.empty() && levels.size() > 1 && cases.back() > levels.back().bracket)
          cases.pop_back();  // one that has no END
        if (levels.size() > 1) levels.pop_back();
      } else if (is_word(token, "between")) {
        levels.back().between = i;
      } else if (is_word(token, "and")) {
        betweens_of_[i] = levels.back().between;
        levels.back().between = Operands::nowhere;
      } else if (is_word(token, "case")) {
        cases.push_back(i);
      } else if (!cases.empty() && is_word(token, "end")) {
        cases.pop_back();
      } else if (!cases.empty() && is_one_of(token, {"when", "then", "else"})) {
        cases_of_[i] = cases.back();
        if (!is_word(token, "when")) results_[cases.back()].firsts.push_back(i + 1);
      }
    }
  }

  // Where in a statement the token at `i` stands.
  void step(std::size_t i) {
    const Token& token = tokens_[i];
    if (token.is('(')) {
      ++depth_;
    } else if (token.is(')')) {
      if (depth_ > 0) --depth_;
      if (depth_ < set_depth_) sets_ = false;
      if (depth_ < insert_depth_) inserts_ = in_values_ = false;
    } else if (token.is(';')) {
      inserts_ = in_values_ = sets_ = false;
      depth_ = 0;
    } else if (is_word(token, "set")) {
      sets_ = true;
      set_depth_ = depth_;
    } else if (sets_ && depth_ == set_depth_ && ends_assignments(i)) {
      sets_ = false;
    } else if (is_word(token, "insert") &&
               (is_word(tokens_[i + 1], "into") || is_word(before(i), "then"))) {
      inserts_ = true;
      in_values_ = false;
      insert_depth_ = depth_;
    } else if (inserts_ && depth_ == insert_depth_ && !token.is(',')) {
      in_values_ = is_word(token, "values");
      inserts_ = !is_one_of(token, {"select", "returning"});
    }
  }

  [[nodiscard]] ColumnPlace place_of(std::size_t i) {
    Range range{i, i};
    const std::size_t values = insert_depth_ + 1;  // the depth of an item of VALUES
    std::size_t depth = depth_;
    while (before(range.first).is('(') && tokens_[range.last + 1].is(')') &&
           !tokens_.takes_list(range.first - 1) && !(in_values_ && depth == values)) {
      --range.first;
      ++range.last;
      --depth;
    }
    if (!ends_at(range.last)) return beside(range, depth);
    if (in_values_ && depth == values && tokens_.is_item(range)) return ColumnPlace::assigned;
    if (const ColumnPlace place = beside(range, depth); place != ColumnPlace::none) return place;
    if (tokens_.is_item(range)) return item_place(range, depth);
    return is_result(range) ? ColumnPlace::assigned : ColumnPlace::none;
  }

  // Of an operand that is compared.
  ColumnPlace beside(Range range, std::size_t depth) {
    const Other other = compared(range);
    if (other.kind == ColumnPlace::none) return other.kind;
    if (other.behind) return is_column_behind(other.at) ? other.kind : ColumnPlace::none;
    const std::size_t first = tokens_.column_before(other.at);
    if (first == Operands::nowhere) return ColumnPlace::none;
    if (is_assigned(range, depth, first)) return ColumnPlace::assigned;
    return other.kind;
  }

  // Whether the "=" before the operand assigns to what begins at `target`: within an assignment's
  // expression a CASE compares.
  [[nodiscard]] bool is_assigned(Range range, std::size_t depth, std::size_t target) const {
    const Token first = before(target);
    return sets_ && depth == set_depth_ && before(range.first).is('=') &&
           (first.is(',') || is_word(first, "set"));
  }

  [[nodiscard]] bool is_column_behind(std::size_t first) {
    if (tokens_[first].is('(') && is_word(before(first), "in"))
      return tokens_.holds_query(first) || tokens_.all_items_are_columns(first);
    if (is_one_of(tokens_[first], {"any", "all", "some"}) && tokens_[first + 1].is('(')) {
      if (is_word(tokens_[first + 2], "array") && tokens_[first + 3].is('['))
        return tokens_.any_item_is_column(first + 3);
      return tokens_.holds_query(first + 1) || tokens_.any_item_is_column(first + 1);
    }
    const std::size_t last = tokens_.column_from(first);
    return last != Operands::nowhere && ends_at(last);
  }

  // An item of a row, of what IN lists, of a call.
  ColumnPlace item_place(Range range, std::size_t depth) {
    const std::size_t open = tokens_.enclosing(range.first);
    const Token caller = before(open);
    if (is_word(caller, "in")) return listed_place(open);
    if (is_one_of(caller, {"coalesce", "greatest", "least"}))
      return tokens_.any_item_is_column(open) ? ColumnPlace::assigned : ColumnPlace::none;
    if (is_word(caller, "nullif"))
      return tokens_.any_item_is_column(open) ? ColumnPlace::equated : ColumnPlace::none;
    const bool named = is_word(caller, "row");
    const std::size_t close = tokens_.partner(open);
    if ((!named && tokens_.takes_list(open)) || close == Operands::nowhere || depth == 0)
      return ColumnPlace::none;
    return row_place({named ? open - 1 : open, close}, tokens_.item(range.first), depth - 1);
  }

  ColumnPlace listed_place(std::size_t open) const {
    const std::size_t last = open - (is_word(before(open, 2), "not") ? 3 : 2);
    const bool column = last < open && tokens_.column_before(last) != Operands::nowhere;
    return column ? ColumnPlace::equated : ColumnPlace::none;
  }

  // Of the item at `index` of a row: by the same item of what the row is compared with.
  ColumnPlace row_place(Range row, std::size_t index, std::size_t depth) {
    Other other = compared(row);
    const std::size_t list = tokens_.enclosing(row.first);
    if (other.kind == ColumnPlace::none && list != Operands::nowhere && is_word(before(list), "in"))
      other = {ColumnPlace::equated, list - (is_word(before(list, 2), "not") ? 3 : 2)};
    if (other.kind == ColumnPlace::none || other.at >= tokens_.size()) return ColumnPlace::none;
    std::size_t open = other.at;
    if (!other.behind) {
      open = tokens_.partner(open);
    } else if (is_one_of(tokens_[open], {"row", "any", "all", "some"})) {
      ++open;
    }
    if (open == Operands::nowhere || !tokens_[open].is('(')) return ColumnPlace::none;
    if (tokens_.holds_query(open)) return other.kind;
    if (other.behind && is_word(before(open), "in")) ++open;  // the first of the rows
    const std::vector<Range>& items = tokens_.items_of(open);
    if (index >= items.size() || !tokens_.is_column(items[index])) return ColumnPlace::none;
    return !other.behind && is_assigned(row, depth, open) ? ColumnPlace::assigned : other.kind;
  }

  // One of a CASE's results, of which another is a column.
  bool is_result(Range range) {
    if (range.first == 0 || !is_one_of(before(range.first), {"then", "else"}) ||
        !ends_result(range.last))
      return false;
    const auto found = results_.find(cases_of_[range.first - 1]);
    if (found == results_.end()) return false;
    Results& results = found->second;
    if (!results.any_is_column) {
      const auto is_column = [&](std::size_t first) {
        const std::size_t last = tokens_.column_from(first);
        return last != Operands::nowhere && ends_result(last);
      };
      results.any_is_column = std::any_of(results.firsts.begin(), results.firsts.end(), is_column);
    }
    return *results.any_is_column;
  }

  [[nodiscard]] bool ends_result(std::size_t i) const {
    return is_one_of(tokens_[i + 1], {"when", "else", "end"});
  }

  [[nodiscard]] bool ends_assignments(std::size_t i) const {
    if (is_word(before(i), "distinct")) return false;  // IS DISTINCT FROM
    return is_one_of(tokens_[i], {"where", "from", "returning"});
  }

  // With the token at `i` its expression ends: no operator, cast or collation follows.
  [[nodiscard]] bool ends_at(std::size_t i) const {
    const Token& next = tokens_[i + 1];
    return next.kind == TokenKind::end || next.is(';') || next.is(',') || next.is(')') ||
           (next.kind == TokenKind::word && !is_one_of(next, {"at", "collate"}));
  }

  // What an operand is compared with before it, else behind it.
  [[nodiscard]] Other compared(Range range) const {
    if (range.first == 0) return {};
    const std::size_t i = range.first;
    const auto ending = [&](ColumnPlace kind, std::size_t distance) {
      return distance <= i ? Other{kind, i - distance} : Other{};
    };
    const auto but_not = [&](std::size_t distance) {
      return is_word(before(i, distance), "not") ? distance + 1 : distance;
    };
    if (const std::size_t length = operator_before(i); length != 0)
      return ends_at(range.last) ? ending(comparison(before(i, length), before(i)), length + 1)
                                 : Other{};
    if (is_word(before(i), "from") && is_word(before(i, 2), "distinct")) {
      const std::size_t is = but_not(3);
      return is_word(before(i, is), "is") ? ending(ColumnPlace::equated, is + 1) : Other{};
    }
    const std::size_t word = is_one_of(before(i), {"symmetric", "asymmetric"}) ? 2 : 1;
    if (is_word(before(i, word), "between")) return ending(ColumnPlace::ordered, but_not(word + 1));
    if (is_word(before(i), "and")) {
      const std::size_t between = betweens_of_[i - 1];
      if (between != Operands::nowhere) {
        const bool negated = is_word(before(between), "not");
        const std::size_t distance = i - between + (negated ? 2 : 1);
        return ending(ColumnPlace::ordered, distance);
      }
    }
    if (is_word(before(i), "when")) {
      const std::size_t begin = cases_of_[i - 1];
      if (begin != Operands::nowhere && !is_word(tokens_[begin + 1], "when"))
        return {ColumnPlace::equated, operand_of_case(begin)};
    }
    return begins_operand(i) ? compared_behind(range.last) : Other{};
  }

  // No operator stands before it that would take it first.
  [[nodiscard]] bool begins_operand(std::size_t i) const {
    const Token last = before(i);
    return last.is('(') || last.is(',') ||
           is_one_of(last, {"where", "and", "or", "on", "having", "not", "when", "select", "then",
                            "else", "returning", "distinct", "all"});
  }

  // The last token of what a CASE compares.
  [[nodiscard]] std::size_t operand_of_case(std::size_t begin) const {
    const std::size_t last = tokens_.column_from(begin + 1);
    const bool whole = last != Operands::nowhere && is_word(tokens_[last + 1], "when");
    return whole ? last : begin;
  }

  [[nodiscard]] Other compared_behind(std::size_t last) const {
    std::size_t at = last + 1;
    const Token first = tokens_[at];
    if (is_word(first, "is")) {
      at += is_word(tokens_[at + 1], "not") ? 2 : 1;
      if (!is_word(tokens_[at], "distinct") || !is_word(tokens_[at + 1], "from")) return {};
      return {ColumnPlace::equated, at + 2, true};
    }
    if (is_word(first, "not")) ++at;
    if (is_word(tokens_[at], "in")) return {ColumnPlace::equated, at + 1, true};
    if (is_word(tokens_[at], "between")) {
      ++at;
      if (is_one_of(tokens_[at], {"symmetric", "asymmetric"})) ++at;
      return {ColumnPlace::ordered, at, true};
    }
    if (!first.is('=') && !first.is('<') && !first.is('>') && !first.is('!')) return {};
    Token second = first;
    const Token& next = tokens_[++at];
    if (next.is('=') || (next.is('>') && first.is('<'))) {
      second = next;
      ++at;
    }
    if (second.is('!')) return {};
    return {comparison(first, second), at, true};
  }

  // Of how many tokens the comparison before the one at `i` is; 0: none stands there.
  [[nodiscard]] std::size_t operator_before(std::size_t i) const {
    const Token last = before(i), second = before(i, 2);
    if (last.is('=') && (second.is('<') || second.is('>') || second.is('!'))) return 2;
    if (last.is('>') && second.is('<')) return 2;
    return last.is('=') || last.is('<') || last.is('>') ? 1 : 0;
  }

  // By its first and last token.
  static ColumnPlace comparison(const Token& first, const Token& last) {
    const bool equality = first.is('=') || first.is('!') || (first.is('<') && last.is('>'));
    return equality ? ColumnPlace::equated : ColumnPlace::ordered;
  }

  Operands tokens_;
  std::vector<std::size_t> cases_of_, betweens_of_;   // by the words' tokens
  std::unordered_map<std::size_t, Results> results_;  // by the CASE
  std::size_t depth_ = 0, set_depth_ = 0, insert_depth_ = 0;
  bool inserts_ = false, in_values_ = false, sets_ = false;
};

}  // namespace

std::vector<ColumnPlace> column_places(std::string_view sql, std::size_t count,
                                       bool standard_strings) {
  if (count == 0) return {};
  return Places(sql, standard_strings).find(count);
}

}  // namespace negodbc::sql
