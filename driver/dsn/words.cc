#include "driver/dsn/words.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <optional>

#include "driver/base/characters.h"
#include "driver/base/error.h"
#include "driver/dsn/data_sources.h"

namespace negodbc::dsn {
namespace {

// ODBC: of DSN and DRIVER, and of DSN and FILEDSN, only the first one given counts.
bool excluded(const Settings& settings, Key key) {
  if (key == Key::dsn) return settings.has(Key::driver) || settings.has(Key::file_dsn);
  if (key == Key::driver || key == Key::file_dsn) return settings.has(Key::dsn);
  return false;
}

bool names_a_source(Key key) {
  return key == Key::driver || key == Key::dsn || key == Key::file_dsn;
}

std::optional<std::uint32_t> hex_number(std::string_view text) {
  std::uint32_t value = 0;
  if (text.starts_with("0x") || text.starts_with("0X")) text.remove_prefix(2);
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value, 16);
  if (text.empty() || error != std::errc() || stop != end) return std::nullopt;
  return value;
}

}  // namespace

std::string psqlodbc_decoded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool pair = text[i] == '%' && i + 2 < text.size();
    const int high = pair ? hex_digit(text[i + 1]) : -1;
    const int low = pair ? hex_digit(text[i + 2]) : -1;
    if (high >= 0 && low >= 0) {
      out.push_back(static_cast<char>(high * 16 + low));
      i += 2;
    } else {
      out.push_back(text[i] == '+' ? ' ' : text[i]);
    }
  }
  return out;
}

std::string decoded_statements(std::string_view text) {
  if (text.find_first_of("+%") == std::string_view::npos ||
      text.find_first_of(" \t\r\n") != std::string_view::npos) {
    return std::string(text);
  }
  std::string out = psqlodbc_decoded(text);
  // Written back and read again it must stay what it is.
  if (out.find_first_of("+%") != std::string::npos &&
      out.find_first_of(" \t\r\n") == std::string::npos)
    out.push_back('\n');
  return out;
}

void WordTaker::take(std::string_view name, std::string_view value, const Standing& standing) {
  if (is_refused(name)) {
    throw Error("HYC00", "connection string: the keyword " + std::string(name) +
                             " asks for what this driver does not have; remove it");
  }
  const Keyword* found = find_keyword(name);
  if (found != nullptr) behind_secret_ = found->kind == Kind::secret && standing.ends_at_next_mark;
  if (found != nullptr && found->key == Key::pqopt && place_ != Place::pqopt) {
    if (pqopt_.empty()) pqopt_ = Secret(value);
  } else if (place_ == Place::odbcinst_ini && !is_driver_default(std::string(name))) {
    // What the driver manager and its set-up keep there.
  } else if (found != nullptr && names_a_source(found->key)) {
    // In odbc.ini they say how the section was found, not what is in it.
    if (place_ == Place::connection_string && !excluded(settings_, found->key)) {
      settings_.set_if_absent(found->key, value);
    }
  } else if (found != nullptr && found->key == Key::connect_settings) {
    settings_.set_if_absent(found->key, decoded_statements(value));
  } else if (found != nullptr && found->key != Key::pqopt) {
    settings_.set_if_absent(found->key, value);
  } else if (const std::string_view accepted = find_accepted(name);
             !accepted.empty() && (place_ != Place::pqopt || !sets_others(accepted))) {
    settings_.keep(accepted, value);
    if (accepted == "Abbreviated" && flags_.empty()) flags_ = value;
    if (accepted == "ExtraOptions" && extra_options_.empty()) extra_options_ = value;
  } else if (!value.empty()) {
    take_unknown(name, standing);
  }
}

// "PWD=a;b=c" may be a password with a semicolon in it, which is nobody's to read.
void WordTaker::take_unknown(std::string_view name, const Standing& standing) {
  const bool told = unknown_.size() < most_told;
  const bool hidden = behind_secret_ && (!told || nearest_keyword(name).empty());
  unknown_.push_back({hidden ? std::string() : std::string(name), source_, place_ == Place::pqopt,
                      standing.position});
}

// psqlodbc's abbreviations: hexadecimal numbers, CX with the number of its flags in the first two
// digits; a digit alone is the oldest three. It counts 28 and sets a 29th (FetchRefcursors): one
// that is set counts, wherever it stands. What is no such number says nothing.
void WordTaker::open_flags() {
  struct Flag {
    unsigned bit;
    Key key;
  };
  constexpr Flag known[] = {{0, Key::lf_conversion},           {15, Key::read_only},
                            {16, Key::text_as_long_varchar},   {17, Key::unknowns_as_long_varchar},
                            {18, Key::bools_as_char},          {20, Key::show_system_tables},
                            {23, Key::true_is_minus_one},      {24, Key::bytea_as_long_varbinary},
                            {25, Key::use_server_side_prepare}};
  // Not set they are what nobody has asked for, which is psqlodbc's default and not a wish.
  constexpr Flag wishes[] = {{10, Key::comm_log},
                             {11, Key::debug},
                             {14, Key::use_declare_fetch},
                             {28, Key::fetch_refcursors}};
  constexpr std::size_t count_digits = 2;
  const std::string_view all = flags_;
  constexpr std::uint32_t oldest = 3;
  const bool old = all.size() == 1;
  const auto count = old ? oldest : hex_number(all.substr(0, count_digits));
  const auto flags = hex_number(old ? all : all.substr(std::min(count_digits, all.size())));
  if (count && flags) {
    for (const Flag& flag : known) {
      if (flag.bit < *count)
        settings_.set_if_absent(flag.key, (*flags >> flag.bit & 1U) != 0 ? "1" : "0");
    }
    for (const Flag& flag : wishes) {
      if (*count > oldest && (*flags >> flag.bit & 1U) != 0) settings_.set_if_absent(flag.key, "1");
    }
  }
  constexpr std::uint32_t disable_keepalive = 0x40;
  constexpr std::uint32_t null_dates = 8;
  const std::uint32_t extra = hex_number(extra_options_).value_or(0);
  if ((extra & disable_keepalive) != 0) settings_.set_if_absent(Key::keepalives, "0");
  if ((extra & null_dates) != 0) settings_.set_if_absent(Key::null_dates, "1");
}

void WordTaker::finish() {
  open_flags();
  if (pqopt_.empty()) return;
  WordTaker words(settings_, Place::pqopt, source_);
  parse_conninfo(pqopt_.reveal(), words);
  unknown_.insert(unknown_.end(), words.unknown().begin(), words.unknown().end());
}

}  // namespace negodbc::dsn
