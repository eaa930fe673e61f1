// The one error type of the driver: what becomes an ODBC diagnostic record.
//
// Anything below the entry points throws Error; driver/api turns it into a diagnostic in one place.
// Texts never hold passwords, tokens or parameter values.
#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>

namespace negodbc {

// Five characters, as in ODBC's appendix A or PostgreSQL's appendix A (errcodes).
class SqlState {
 public:
  constexpr SqlState() = default;
  // Anything but five characters of [0-9A-Z] is taken as HY000.
  constexpr explicit SqlState(std::string_view code) {
    if (!valid(code)) return;
    for (std::size_t i = 0; i < 5; ++i) code_[i] = code[i];
  }
  [[nodiscard]] constexpr std::string_view view() const { return {code_, 5}; }
  [[nodiscard]] const char* c_str() const { return code_; }
  friend constexpr bool operator==(const SqlState& a, const SqlState& b) {
    return a.view() == b.view();
  }
  friend constexpr bool operator==(const SqlState& a, std::string_view b) { return a.view() == b; }

 private:
  static constexpr bool valid(std::string_view code) {
    if (code.size() != 5) return false;
    for (char c : code)
      if (!((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z'))) return false;
    return true;
  }
  char code_[6] = {'H', 'Y', '0', '0', '0', '\0'};
};

class Error : public std::runtime_error {
 public:
  Error(std::string_view state, const std::string& message, std::int32_t native = 0)
      : std::runtime_error(message), state_(state), native_(native) {}
  [[nodiscard]] SqlState state() const { return state_; }
  // SQLGetDiagRec's NativeErrorPtr.
  [[nodiscard]] std::int32_t native() const { return native_; }

 private:
  SqlState state_;
  std::int32_t native_;
};

// The conversation with the server is over: nothing more can be sent or received on this session.
// States 08S01, 08001, 08004, 28000, HYT00, HYT01, ...
class ConnectionError : public Error {
 public:
  using Error::Error;
};

}  // namespace negodbc
