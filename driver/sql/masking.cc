#include "driver/sql/masking.h"

#include <algorithm>

#include "driver/base/characters.h"
#include "driver/base/utf.h"
#include "driver/sql/lexer.h"

namespace negodbc::sql {
namespace {

constexpr std::string_view password_words[] = {"password", "passwd", "passphrase", "pwd"};
// Settings of extensions, beside those.
constexpr std::string_view secret_words[] = {"secret", "token"};

bool is_number(const Token& token) {
  return token.kind == TokenKind::word && is_digit(token.text.front());
}

bool is_aside(const Token& token) {
  return token.kind == TokenKind::space || token.kind == TokenKind::comment;
}

template <class Words>
bool holds_one_of(std::string_view text, const Words& words) {
  const std::string lower = ascii_lower(text);
  return std::any_of(std::begin(words), std::end(words),
                     [&](std::string_view word) { return lower.find(word) != std::string::npos; });
}

bool holds_password_word(std::string_view text) {
  return holds_one_of(text, password_words);
}

// SET name = value, SET name TO value, ALTER ROLE ... SET name TO value: there words and what is in
// "" are constants, too.
class Setting {
 public:
  void see(const Token& token) {
    if (token.is(';')) *this = Setting();
    if (is_aside(token) || token.is(';') || place_ == Place::value) return;
    switch (place_) {
      case Place::begin:
        place_ = is_word(token, "set")     ? Place::name
                 : is_word(token, "alter") ? Place::altered
                                           : Place::elsewhere;
        break;
      case Place::altered:
        if (is_word(token, "set")) place_ = Place::name;
        break;
      case Place::name:
        if (token.is('=') || is_word(token, "to"))
          place_ = Place::value;
        else if (holds_password_word(token.text) || holds_one_of(token.text, secret_words))
          is_secret_ = true;
        break;
      default:
        break;
    }
  }
  // What comes next belongs to the value.
  [[nodiscard]] bool in_value() const { return place_ == Place::value; }
  [[nodiscard]] bool in_secret() const { return in_value() && is_secret_; }

 private:
  enum class Place { begin, altered, name, value, elsewhere };
  Place place_ = Place::begin;
  bool is_secret_ = false;
};

bool is_bare_constant(const Token& token) {
  return token.kind == TokenKind::quoted_identifier ||
         (token.kind == TokenKind::word && parameter_number(token) == 0);
}

// CREATE ROLE name PASSWORD "x": who takes the wrong quotes, or none, has given a password all the
// same. Elsewhere what follows the word may be a column's type or another name.
class RolePassword {
 public:
  void see(const Token& token) {
    if (is_aside(token) || token.is('=')) return;
    if (token.is(';')) {
      *this = RolePassword();
      return;
    }
    switch (place_) {
      case Place::begin:
        place_ = is_one_of(token, {"create", "alter"}) ? Place::object : Place::elsewhere;
        break;
      case Place::object:
        place_ = is_one_of(token, {"role", "user", "group"}) ? Place::role : Place::elsewhere;
        break;
      default:
        break;
    }
    behind_word_ = is_one_of(token, password_words);
  }
  [[nodiscard]] bool is_it(const Token& token) const {
    if (!behind_word_ || is_word(token, "null")) return false;
    return token.kind == TokenKind::quoted_identifier ||
           (place_ == Place::role && is_bare_constant(token));
  }

 private:
  enum class Place { begin, object, role, elsewhere };
  Place place_ = Place::begin;
  bool behind_word_ = false;
};

// Calls see(token, is_constant) for each.
template <class See>
void look_through(std::string_view sql, bool standard_strings, See&& see) {
  Lexer lexer(sql, standard_strings);
  Setting setting;
  RolePassword password;
  for (Token token = lexer.next(); token.kind != TokenKind::end; token = lexer.next()) {
    const bool set_to = setting.in_value() && (token.kind == TokenKind::quoted_identifier ||
                                               (setting.in_secret() && is_bare_constant(token)));
    see(token,
        token.kind == TokenKind::string || is_number(token) || set_to || password.is_it(token));
    setting.see(token);
    password.see(token);
  }
}

}  // namespace

std::string without_constants(std::string_view sql, bool standard_strings) {
  std::string masked;
  look_through(sql, standard_strings, [&](const Token& token, bool is_constant) {
    if (is_constant) {
      masked += '?';
    } else if (token.kind == TokenKind::comment) {
      masked += ' ';
    } else {
      masked += token.text;
    }
  });
  return masked;
}

std::vector<std::string_view> constants_of(std::string_view sql, bool standard_strings) {
  std::vector<std::string_view> constants;
  look_through(sql, standard_strings, [&](const Token& token, bool is_constant) {
    if (is_constant) constants.push_back(token.text);
  });
  return constants;
}

std::string without_passwords(std::string_view sql, bool standard_strings) {
  std::string masked;
  Lexer lexer(sql, standard_strings);
  Setting setting;
  RolePassword role;
  bool behind_word = false;
  bool in_set_config = false;  // set_config('app.password', 'x', false)
  for (Token token = lexer.next(); token.kind != TokenKind::end; token = lexer.next()) {
    const bool hidden = token.kind == TokenKind::string
                            ? behind_word || setting.in_secret() || holds_password_word(token.text)
                            : (setting.in_secret() && is_bare_constant(token)) || role.is_it(token);
    if (hidden) {
      masked += "'***'";
    } else {
      masked += token.text;
    }
    // PASSWORD 'x', OPTIONS (password 'x'), password = 'x'; a string goes on on its next line
    if (is_word(token, "set_config")) in_set_config = true;
    if (token.is(')')) in_set_config = false;
    if (token.kind == TokenKind::string)
      behind_word = hidden;
    else if (!is_aside(token) && !token.is('=') && !(in_set_config && behind_word))
      behind_word = is_one_of(token, password_words) ||
                    (token.kind == TokenKind::quoted_identifier && holds_password_word(token.text));
    setting.see(token);
    role.see(token);
  }
  return masked;
}

}  // namespace negodbc::sql
