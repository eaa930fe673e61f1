// Reading intervals.
#include <array>
#include <limits>
#include <optional>

#include "driver/base/characters.h"
#include "driver/base/error.h"
#include "driver/base/utf.h"
#include "driver/types/convert_interval.h"

namespace negodbc::types {
namespace {

constexpr std::int64_t microseconds_a_second = 1000000;

[[noreturn]] void no_interval() {
  throw Error("22018", "the text is not an interval");
}

struct Word {
  std::string_view name;
  std::int64_t months, days, microseconds;
};
constexpr Word words[] = {
    {"year", 12, 0, 0},
    {"years", 12, 0, 0},
    {"yr", 12, 0, 0},
    {"yrs", 12, 0, 0},
    {"y", 12, 0, 0},
    {"mon", 1, 0, 0},
    {"mons", 1, 0, 0},
    {"month", 1, 0, 0},
    {"months", 1, 0, 0},
    {"week", 0, 7, 0},
    {"weeks", 0, 7, 0},
    {"w", 0, 7, 0},
    {"day", 0, 1, 0},
    {"days", 0, 1, 0},
    {"d", 0, 1, 0},
    {"hour", 0, 0, 3600 * microseconds_a_second},
    {"hours", 0, 0, 3600 * microseconds_a_second},
    {"h", 0, 0, 3600 * microseconds_a_second},
    {"min", 0, 0, 60 * microseconds_a_second},
    {"mins", 0, 0, 60 * microseconds_a_second},
    {"minute", 0, 0, 60 * microseconds_a_second},
    {"minutes", 0, 0, 60 * microseconds_a_second},
    {"m", 0, 0, 60 * microseconds_a_second},
    {"sec", 0, 0, microseconds_a_second},
    {"secs", 0, 0, microseconds_a_second},
    {"second", 0, 0, microseconds_a_second},
    {"seconds", 0, 0, microseconds_a_second},
    {"s", 0, 0, microseconds_a_second},
};
constexpr Word unit_of_code[] = {{},
                                 {"", 12, 0, 0},
                                 {"", 1, 0, 0},
                                 {"", 0, 1, 0},
                                 {"", 0, 0, 3600 * microseconds_a_second},
                                 {"", 0, 0, 60 * microseconds_a_second},
                                 {"", 0, 0, microseconds_a_second}};

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
// The field that a bare number at the beginning of a value of this kind is.
SQLSMALLINT leading_code(SQLSMALLINT code) {
  switch (code) {
    case SQL_CODE_YEAR_TO_MONTH:
      return SQL_CODE_YEAR;
    case SQL_CODE_DAY_TO_HOUR:
    case SQL_CODE_DAY_TO_MINUTE:
    case SQL_CODE_DAY_TO_SECOND:
      return SQL_CODE_DAY;
    case SQL_CODE_HOUR_TO_MINUTE:
    case SQL_CODE_HOUR_TO_SECOND:
      return SQL_CODE_HOUR;
    case SQL_CODE_MINUTE_TO_SECOND:
      return SQL_CODE_MINUTE;
    default:
      return code;
  }
}

// A number with its sign; the fraction in millionths has the number's sign too.
struct Number {
  std::int64_t whole = 0;
  std::int64_t millionths = 0;
  bool negative = false;
  bool has_sign = false;
  bool has_fraction = false;
};

class IntervalReader {
 public:
  IntervalReader(std::string_view text, SQLSMALLINT code) : text_(text), code_(code) {}

  Interval read() {
    if (!text_.empty() && (text_.front() == 'P' || text_.front() == 'p')) {
      read_iso();
    } else {
      read_fields();
    }
    return result_;
  }

 private:
  [[nodiscard]] char peek() const { return text_.empty() ? '\0' : text_.front(); }
  bool take(char c) {
    if (peek() != c) return false;
    text_.remove_prefix(1);
    return true;
  }
  bool blanks() {
    const std::size_t before = text_.size();
    while (is_blank(peek())) text_.remove_prefix(1);
    return text_.size() != before;
  }
  std::int64_t digits() {
    if (!is_digit(peek())) no_interval();
    std::int64_t value = 0;
    for (; is_digit(peek()); text_.remove_prefix(1)) {
      if (value > (std::numeric_limits<std::int64_t>::max() - 9) / 10)
        throw Error("22015", "a number in the interval is too large");
      value = value * 10 + (peek() - '0');
    }
    return value;
  }
  std::int64_t fraction() {
    std::int64_t weight = microseconds_a_second / 10;
    std::int64_t value = 0;
    if (!is_digit(peek())) no_interval();
    for (; is_digit(peek()); text_.remove_prefix(1)) {
      value += (peek() - '0') * weight;
      if (weight == 0 && peek() != '0') result_.digits_lost = true;
      weight /= 10;
    }
    return value;
  }
  Number number() {
    Number number;
    number.negative = take('-');
    number.has_sign = number.negative || take('+');
    // ".5" is a number to PostgreSQL.
    if (peek() != '.') number.whole = digits();
    if (take('.')) {
      number.has_fraction = true;
      number.millionths = fraction();
    }
    return number;
  }
  std::string_view word() {
    std::size_t size = 0;
    while (size < text_.size() && is_letter(text_[size])) ++size;
    const std::string_view found = text_.substr(0, size);
    text_.remove_prefix(size);
    return found;
  }

  // Every field by itself is to be within the sum's bounds, as the server has it too.
  static void accumulate(std::int64_t& sum, std::int64_t count, std::int64_t unit) {
    std::int64_t product = 0;
    if (__builtin_mul_overflow(count, unit, &product) ||
        __builtin_add_overflow(sum, product, &sum) ||
        sum == std::numeric_limits<std::int64_t>::min())
      throw Error("22015", "the interval is larger than PostgreSQL's");
  }
  void add(const Number& number, const Word& unit) {
    if (number.has_fraction && unit.microseconds == 0) no_interval();
    const std::int64_t sign = number.negative ? -1 : 1;
    accumulate(result_.months, sign * number.whole, unit.months);
    accumulate(result_.days, sign * number.whole, unit.days);
    accumulate(result_.microseconds, sign * number.whole, unit.microseconds);
    accumulate(result_.microseconds, sign * number.millionths,
               unit.microseconds / microseconds_a_second);
  }

  void read_iso() {
    text_.remove_prefix(1);
    bool time = false;
    bool any = false;
    while (!text_.empty()) {
      if (!time && (peek() == 'T' || peek() == 't')) {
        text_.remove_prefix(1);
        time = true;
        continue;
      }
      const Number value = number();
      const std::string_view name = text_.substr(0, 1);
      text_.remove_prefix(name.size());
      const bool month = !time && iequals(name, "m");
      add(value, month ? unit_of_code[SQL_CODE_MONTH] : find(name));
      any = true;
    }
    if (!any) no_interval();
  }

  static const Word& find(std::string_view name) {
    for (const Word& word : words)
      if (iequals(word.name, name)) return word;
    no_interval();
  }

  // [h:]m:s, h:m
  void read_time(Number first, bool inherited_minus) {
    if (first.has_fraction) no_interval();
    if (!first.has_sign && inherited_minus) first.negative = true;
    Number middle;
    Number last;
    middle.negative = last.negative = first.negative;
    middle.whole = digits();
    const bool three = take(':');
    if (three) last.whole = digits();
    if (take('.')) {
      last.has_fraction = true;
      last.millionths = fraction();
    }
    const bool minutes_first = !three && (last.has_fraction || code_ == SQL_CODE_MINUTE_TO_SECOND);
    if (minutes_first) {
      last.whole = middle.whole;
      middle.whole = first.whole;
    } else {
      add(first, unit_of_code[SQL_CODE_HOUR]);
    }
    if ((minutes_first ? last.whole : middle.whole) > 59 || (three && last.whole > 60))
      no_interval();
    add(middle, unit_of_code[SQL_CODE_MINUTE]);
    add(last, unit_of_code[SQL_CODE_SECOND]);
  }

  void read_fields() {
    bool any = false;
    bool minus = false;  // of a bare number: what follows without a sign has it too
    bool ago = false;
    SQLSMALLINT bare = leading_code(code_);
    if (take('@')) blanks();
    while (!text_.empty()) {
      if (is_letter(peek())) {
        if (!any || !iequals(word(), "ago") || !text_.empty()) no_interval();
        ago = true;
        break;
      }
      Number value = number();
      bool separated = false;
      if (take(':')) {
        read_time(value, minus);
      } else if (peek() == '-' && !value.has_fraction) {
        text_.remove_prefix(1);
        Number months;
        months.negative = minus = value.negative;
        months.whole = digits();
        if (months.whole > 11) no_interval();
        add(value, unit_of_code[SQL_CODE_YEAR]);
        add(months, unit_of_code[SQL_CODE_MONTH]);
      } else {
        separated = blanks();
        if (is_letter(peek()) && !iequals(text_, "ago")) {
          separated = false;
          add(value, find(word()));
          minus = false;
        } else {
          if (!value.has_sign && minus) value.negative = true;
          minus = value.negative;
          // "3 04:05:06": days, whatever the interval begins with; "3 4" of DAY TO HOUR.
          const bool time_follows = text_.find(':') != std::string_view::npos;
          if (time_follows) bare = SQL_CODE_DAY;
          if (bare < SQL_CODE_YEAR || bare > SQL_CODE_SECOND) no_interval();
          add(value, unit_of_code[bare]);
          bare = bare == SQL_CODE_DAY && code_ == SQL_CODE_DAY_TO_HOUR ? SQLSMALLINT{SQL_CODE_HOUR}
                                                                       : SQLSMALLINT{0};
        }
      }
      any = true;
      separated = blanks() || separated;
      if (!separated && !text_.empty() && !is_letter(peek()) && peek() != '+' && peek() != '-')
        no_interval();
    }
    if (!any) no_interval();
    if (ago) {
      result_.months = -result_.months;
      result_.days = -result_.days;
      result_.microseconds = -result_.microseconds;
    }
  }

  std::string_view text_;
  SQLSMALLINT code_;
  Interval result_;
};

std::string_view take_word(std::string_view& text) {
  text = trimmed(text);
  std::size_t size = 0;
  while (size < text.size() && is_letter(text[size])) ++size;
  const std::string_view word = text.substr(0, size);
  text = trimmed(text.substr(size));
  if (!text.empty() && text.front() == '(') {  // precisions say nothing about the value
    const std::size_t close = text.find(')');
    if (close == std::string_view::npos) no_interval();
    text = trimmed(text.substr(close + 1));
  }
  return word;
}

SQLSMALLINT code_of_words(std::string_view first, std::string_view last) {
  struct Qualifier {
    std::string_view first, last;
    SQLSMALLINT code;
  };
  constexpr Qualifier qualifiers[] = {
      {"YEAR", "", SQL_CODE_YEAR},
      {"MONTH", "", SQL_CODE_MONTH},
      {"DAY", "", SQL_CODE_DAY},
      {"HOUR", "", SQL_CODE_HOUR},
      {"MINUTE", "", SQL_CODE_MINUTE},
      {"SECOND", "", SQL_CODE_SECOND},
      {"YEAR", "MONTH", SQL_CODE_YEAR_TO_MONTH},
      {"DAY", "HOUR", SQL_CODE_DAY_TO_HOUR},
      {"DAY", "MINUTE", SQL_CODE_DAY_TO_MINUTE},
      {"DAY", "SECOND", SQL_CODE_DAY_TO_SECOND},
      {"HOUR", "MINUTE", SQL_CODE_HOUR_TO_MINUTE},
      {"HOUR", "SECOND", SQL_CODE_HOUR_TO_SECOND},
      {"MINUTE", "SECOND", SQL_CODE_MINUTE_TO_SECOND},
  };
  for (const Qualifier& qualifier : qualifiers)
    if (iequals(qualifier.first, first) && iequals(qualifier.last, last)) return qualifier.code;
  no_interval();
}

}  // namespace

Interval parse_interval(std::string_view text, SQLSMALLINT code) {
  text = trimmed(text);
  if (text.size() >= 2 && text.front() == '{' && text.back() == '}')
    text = trimmed(text.substr(1, text.size() - 2));
  constexpr std::string_view keyword = "interval";
  if (!iequals(text.substr(0, keyword.size()), keyword)) return IntervalReader(text, code).read();

  text = trimmed(text.substr(keyword.size()));
  bool negative = false;
  if (!text.empty() && (text.front() == '-' || text.front() == '+')) {
    negative = text.front() == '-';
    text = trimmed(text.substr(1));
  }
  const std::size_t close = text.rfind('\'');
  if (text.empty() || text.front() != '\'' || close == 0) no_interval();
  const std::string_view value = trimmed(text.substr(1, close - 1));
  std::string_view rest = text.substr(close + 1);
  if (!trimmed(rest).empty()) {
    const std::string_view first = take_word(rest);
    std::string_view last;
    if (!rest.empty()) {
      if (!iequals(take_word(rest), "TO")) no_interval();
      last = take_word(rest);
      if (last.empty() || !rest.empty()) no_interval();
    }
    code = code_of_words(first, last);
  }
  Interval interval = IntervalReader(value, code).read();
  if (negative) {
    interval.months = -interval.months;
    interval.days = -interval.days;
    interval.microseconds = -interval.microseconds;
  }
  return interval;
}

}  // namespace negodbc::types
