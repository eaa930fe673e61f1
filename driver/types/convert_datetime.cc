#include "driver/types/convert_datetime.h"

#include <ctime>

#include <iterator>

#include "driver/base/characters.h"
#include "driver/base/process.h"

namespace negodbc::types {
namespace {

class DatetimeReader {
 public:
  explicit DatetimeReader(std::string_view text) : text_(text) {}

  [[nodiscard]] bool at_end() const { return text_.empty(); }
  [[nodiscard]] char peek() const { return text_.empty() ? '\0' : text_.front(); }
  bool take(char c) {
    if (peek() != c) return false;
    text_.remove_prefix(1);
    return true;
  }
  // Between `fewest` and `most` digits.
  bool number(std::size_t fewest, std::size_t most, long& value) {
    std::size_t size = 0;
    value = 0;
    for (; size < text_.size() && size <= most && is_digit(text_[size]); ++size) {
      value = value * 10 + (text_[size] - '0');
    }
    if (size < fewest || size > most) return false;
    text_.remove_prefix(size);
    return true;
  }
  // Two digits, and not three.
  bool two_digits(unsigned& value) {
    if (text_.size() < 2 || !two_digits_at(text_.data(), value) || is_digit_at(2)) return false;
    text_.remove_prefix(2);
    return true;
  }
  bool fraction(std::uint32_t& nanoseconds) {
    if (!is_digit(peek())) return false;
    constexpr std::size_t kept = 9;
    nanoseconds = 0;
    std::size_t at = 0;
    for (; at < kept && is_digit_at(at); ++at)
      nanoseconds = nanoseconds * 10 + static_cast<std::uint32_t>(text_[at] - '0');
    for (std::size_t missing = at; missing < kept; ++missing) nanoseconds *= 10;
    while (is_digit_at(at)) ++at;
    text_.remove_prefix(at);
    return true;
  }
  bool date(Moment& moment) {
    if (usual_date(moment)) return true;
    moment.has_date = number(4, 7, moment.year) && take('-') && two_digits(moment.month) &&
                      take('-') && two_digits(moment.day);
    return moment.has_date;
  }
  bool time(Moment& moment) {
    if (!usual_time(moment)) {
      if (!two_digits(moment.hour) || !take(':') || !two_digits(moment.minute)) return false;
      if (take(':') && !two_digits(moment.second)) return false;
    }
    if (take('.') && !fraction(moment.nanosecond)) return false;
    // PostgreSQL has 24:00:00, C's structures have not.
    moment.has_time = moment.hour <= 23 && moment.minute <= 59 && moment.second <= 60;
    return moment.has_time;
  }
  bool offset() {
    if (take('Z') || take('z')) return true;
    if (peek() != '+' && peek() != '-') return true;
    text_.remove_prefix(1);
    unsigned ignored = 0;
    if (!two_digits(ignored)) return false;
    while (take(':')) {
      if (!two_digits(ignored)) return false;
    }
    return true;
  }
  [[nodiscard]] bool more_than_era() const { return !text_.empty() && text_ != " BC"; }
  void era(Moment& moment) {
    if (text_ != " BC") return;
    moment.year = 1 - moment.year;
    text_ = {};
  }

 private:
  [[nodiscard]] bool is_digit_at(std::size_t at) const {
    return text_.size() > at && is_digit(text_[at]);
  }
  // yyyy-mm-dd and hh:mm:ss, as nearly all are, without looking for their ends. False: not so, and
  // nothing is taken.
  bool usual_date(Moment& moment) {
    const char* const at = text_.data();
    unsigned century = 0;
    unsigned year = 0;
    if (text_.size() < 10 || at[4] != '-' || at[7] != '-' || is_digit_at(10) ||
        !two_digits_at(at, century) || !two_digits_at(at + 2, year) ||
        !two_digits_at(at + 5, moment.month) || !two_digits_at(at + 8, moment.day)) {
      return false;
    }
    moment.year = static_cast<long>(century) * 100 + static_cast<long>(year);
    moment.has_date = true;
    text_.remove_prefix(10);
    return true;
  }
  bool usual_time(Moment& moment) {
    const char* const at = text_.data();
    if (text_.size() < 8 || at[2] != ':' || at[5] != ':' || is_digit_at(8) ||
        !two_digits_at(at, moment.hour) || !two_digits_at(at + 3, moment.minute) ||
        !two_digits_at(at + 6, moment.second)) {
      return false;
    }
    text_.remove_prefix(8);
    return true;
  }

  std::string_view text_;
};

// At least `width` digits. By hand: snprintf was a third of what it costs to send a timestamp.
void append_padded(std::string& text, unsigned long value, std::size_t width) {
  char digits[20];
  char* const end = std::end(digits);
  char* at = end;
  do {
    *--at = static_cast<char>('0' + value % 10);
    value /= 10;
  } while (value != 0);
  while (static_cast<std::size_t>(end - at) < width) *--at = '0';
  text.append(at, end);
}

}  // namespace

bool is_date(long year, unsigned month, unsigned day) {
  constexpr unsigned days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  if (month < 1 || month > 12 || day < 1) return false;
  if (day <= 28) return true;
  const bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
  return day <= days[month - 1] + (month == 2 && leap ? 1U : 0U);
}

std::optional<Moment> parse_moment(std::string_view text) {
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  Moment moment;
  DatetimeReader reader(text);
  const bool starts_with_time = text.size() > 2 && text[2] == ':';
  if (!starts_with_time && !reader.date(moment)) return std::nullopt;
  if (starts_with_time || reader.more_than_era()) {
    if (!starts_with_time && !reader.take(' ') && !reader.take('T')) return std::nullopt;
    if (!reader.time(moment) || !reader.offset()) return std::nullopt;
  }
  if (moment.has_date) reader.era(moment);
  if (!reader.at_end()) return std::nullopt;
  if (moment.has_date && !is_date(moment.year, moment.month, moment.day)) return std::nullopt;
  return moment;
}

std::string date_text(long year, unsigned month, unsigned day) {
  std::string text;
  append_padded(text, static_cast<unsigned long>(year > 0 ? year : 1 - year), 4);
  text += '-';
  append_padded(text, month, 2);
  text += '-';
  append_padded(text, day, 2);
  if (year <= 0) text += " BC";
  return text;
}

std::string time_text(unsigned hour, unsigned minute, unsigned second, std::uint32_t nanosecond) {
  std::string text;
  append_padded(text, hour, 2);
  text += ':';
  append_padded(text, minute, 2);
  text += ':';
  append_padded(text, second, 2);
  if (const std::uint32_t microseconds = nanosecond / 1000; microseconds != 0) {
    text += '.';
    append_padded(text, microseconds, 6);
    while (text.back() == '0') text.pop_back();
  }
  return text;
}

Moment today() {
  const std::tm local = local_time(std::time(nullptr));
  Moment moment;
  moment.has_date = true;
  moment.year = local.tm_year + 1900L;
  moment.month = static_cast<unsigned>(local.tm_mon + 1);
  moment.day = static_cast<unsigned>(local.tm_mday);
  return moment;
}

}  // namespace negodbc::types
