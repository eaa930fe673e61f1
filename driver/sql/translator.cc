#include "driver/sql/translator.h"

#include "driver/base/error.h"
#include "driver/base/utf.h"
#include "driver/sql/scalar_functions.h"

namespace negodbc::sql {
namespace {

constexpr std::size_t most_markers = 65535;  // Bind counts them in 16 bits

void trim(std::string& text) {
  const auto blank = [](char c) { return c == ' ' || (c >= '\t' && c <= '\r'); };
  while (!text.empty() && blank(text.back())) text.pop_back();
  std::size_t first = 0;
  while (first < text.size() && blank(text[first])) ++first;
  text.erase(0, first);
}

}  // namespace

void Translator::fail(const std::string& what) const {
  throw Error("42000", "escape clause before character " + std::to_string(lexer_.position() + 1) +
                           ": " + what + "; see SQL_ATTR_NOSCAN to send braces as they are");
}

Translated Translator::run() {
  result_.text.reserve(sql_.size() + 16);
  for (Token token = lexer_.next(); token.kind != TokenKind::end; token = lexer_.next()) {
    if (token.is('{') && scan_escapes_) {
      if (call_) ++other_tokens_;
      clause(result_.text);
      if (!call_) ++other_tokens_;
    } else {
      const bool nothing = token.kind == TokenKind::space || token.kind == TokenKind::comment;
      if (!nothing && !(call_ && token.is(';'))) ++other_tokens_;
      put(token, result_.text);
    }
  }
  if (other_tokens_ == 0) result_.call = std::move(call_);
  return std::move(result_);
}

void Translator::put(const Token& token, std::string& out) {
  switch (token.kind) {
    case TokenKind::marker:
      put_marker(out);
      break;
    case TokenKind::doubled_marker:
      out.push_back('?');
      break;
    case TokenKind::comment:
      // Within a clause the parts are put together anew; a comment to the end of the line would
      // swallow some.
      if (depth_ > 0) {
        out.push_back(' ');
      } else {
        out.append(token.text);
      }
      break;
    default:
      out.append(token.text);
      break;
  }
}

void Translator::put_marker(std::string& out) {
  if (++result_.parameter_count > most_markers) {
    throw Error("42000", "more than 65535 parameter markers in one statement");
  }
  // Nothing beside it may become part of the number or of a name.
  if (!out.empty() && is_word_character(out.back())) out.push_back(' ');
  out.append("$" + std::to_string(++sent_markers_));
  if (lexer_.position() < sql_.size() && is_word_character(sql_[lexer_.position()]))
    out.push_back(' ');
}

// The opening brace has been taken.
void Translator::clause(std::string& out) {
  if (++depth_ > deepest) fail("clauses are nested more than " + std::to_string(deepest) + " deep");
  const std::size_t start = out.size();
  if (!out.empty() && is_word_character(out.back())) out.push_back(' ');
  const Token token = lexer_.next_significant();
  if (token.kind == TokenKind::marker) {
    if (depth_ > 1 || result_.parameter_count > 0) fail("{? = call ...} must begin the statement");
    result_.parameter_count = 1;
    result_.returns_value = true;
    if (!lexer_.next_significant().is('=')) fail("expected {? = call ...}");
    const Token word = lexer_.next_significant();
    if (!iequals(word.text, "call")) fail("expected {? = call ...}");
    call(out);
  } else if (token.kind == TokenKind::word) {
    clause_by_name(token.text, out);
  } else {
    fail("a brace outside of strings begins an escape clause, and this is none");
  }
  const std::size_t written = out.size() - start;
  if (written > budget_) fail("the clauses are too large when written out");
  budget_ -= written;
  --depth_;
  if (lexer_.position() < sql_.size() && is_word_character(sql_[lexer_.position()]))
    out.push_back(' ');
}

void Translator::clause_by_name(std::string_view name, std::string& out) {
  if (iequals(name, "d")) {
    literal("DATE", out);
  } else if (iequals(name, "t")) {
    literal("TIME", out);
  } else if (iequals(name, "ts")) {
    literal("TIMESTAMP", out);
  } else if (iequals(name, "guid")) {
    literal("UUID", out);
  } else if (iequals(name, "fn")) {
    function(out);
  } else if (iequals(name, "oj")) {
    outer_join(out);
  } else if (iequals(name, "call")) {
    call(out);
  } else if (iequals(name, "escape")) {
    escape_character(out);
  } else if (iequals(name, "interval")) {
    interval(out);
  } else {
    fail("{" + std::string(name) + " ...} is not known");
  }
}

void Translator::close_brace(std::string_view clause_name) {
  if (!lexer_.next_significant().is('}'))
    fail("expected '}' at the end of {" + std::string(clause_name) + " ...}");
}

// {d 'yyyy-mm-dd'} and its sisters; a marker is declared to be of the type.
void Translator::literal(std::string_view type, std::string& out) {
  const Token token = lexer_.next_significant();
  if (token.kind == TokenKind::string) {
    out.append(type).append(" ").append(token.text);
  } else if (token.kind == TokenKind::marker) {
    out.append("CAST(");
    put_marker(out);
    out.append(" AS ").append(type).append(")");
  } else {
    fail("expected a string as the value of a " + std::string(type));
  }
  close_brace(type);
}

void Translator::escape_character(std::string& out) {
  const Token token = lexer_.next_significant();
  if (token.kind != TokenKind::string && token.kind != TokenKind::marker)
    fail("expected {escape 'c'}");
  out.append("ESCAPE ");
  put(token, out);
  close_brace("escape");
}

// {interval [sign] 'value' field[(precision)] [TO field[(precision)]]}
void Translator::interval(std::string& out) {
  Token token = lexer_.next_significant();
  const bool negative = token.is('-');
  if (negative || token.is('+')) token = lexer_.next_significant();
  if (token.kind != TokenKind::string) fail("expected {interval 'value' field}");
  out.append(negative ? "(- INTERVAL " : "INTERVAL ").append(token.text);
  token = lexer_.next_significant();
  if (token.kind != TokenKind::word) fail("expected a field of the interval: YEAR, DAY, ...");
  out.append(" ").append(interval_field(token, false));
  if (token.kind == TokenKind::word && iequals(token.text, "to")) {
    token = lexer_.next_significant();
    if (token.kind != TokenKind::word) fail("expected a field of the interval after TO");
    out.append(" TO ").append(interval_field(token, true));
  }
  if (!token.is('}')) fail("expected '}' at the end of {interval ...}");
  if (negative) out.push_back(')');
}

// `token`: the field's name, afterwards what follows it. PostgreSQL has no precision of leading
// fields.
std::string Translator::interval_field(Token& token, bool last) {
  std::string field(token.text);
  token = lexer_.next_significant();
  if (!token.is('(')) return field;
  std::vector<std::string> precisions(1);
  for (token = lexer_.next_significant(); !token.is(')'); token = lexer_.next_significant()) {
    if (token.is(',')) {
      precisions.emplace_back();
    } else if (token.kind == TokenKind::word) {
      precisions.back().append(token.text);
    } else {
      fail("expected a number as the precision of the interval");
    }
  }
  token = lexer_.next_significant();
  // SECOND(leading, fraction), but SECOND(fraction) after TO.
  if (iequals(field, "second") && precisions.size() == (last ? 1 : 2)) {
    field += "(" + precisions.back() + ")";
  }
  return field;
}

void Translator::outer_join(std::string& out) {
  for (Token token = lexer_.next(); !token.is('}'); token = lexer_.next()) {
    if (token.kind == TokenKind::end) fail("{oj ...} is not closed");
    if (token.is('{')) {
      clause(out);
    } else {
      put(token, out);
    }
  }
}

// Whether it is a function or a procedure only the server knows: see call_text().
void Translator::call(std::string& out) {
  std::string name;
  Token token = lexer_.next_significant();
  while (token.kind == TokenKind::word || token.kind == TokenKind::quoted_identifier ||
         token.is('.')) {
    name.append(token.text);
    token = lexer_.next_significant();
  }
  if (name.empty()) fail("{call ...} without a name");
  Call call{std::move(name), {}};
  if (token.is('(')) {
    call.arguments = arguments();
    token = lexer_.next_significant();
  }
  if (!token.is('}')) fail("expected '}' at the end of {call ...}");
  std::string list;
  for (const std::string& argument : call.arguments) list += (list.empty() ? "" : ", ") + argument;
  out.append("SELECT * FROM ").append(call.name).append("(").append(list).append(")");
  if (depth_ == 1) call_ = std::move(call);
}

void Translator::function(std::string& out) {
  std::string name;
  Token token = lexer_.next_significant();
  while (token.kind == TokenKind::word || token.kind == TokenKind::quoted_identifier ||
         token.is('.')) {
    name.append(token.text);
    token = lexer_.next_significant();
  }
  if (name.empty()) fail("{fn ...} without a function");
  std::vector<std::string> given;
  const bool niladic = !token.is('(');
  if (!niladic) {
    given = arguments();
    token = lexer_.next_significant();
  }
  if (!token.is('}')) fail("expected '}' after the function " + name + " in {fn ...}");
  out.append(scalar_function(name, given));
}

// Between parentheses, the opening one taken; separated at the commas that are not within others.
std::vector<std::string> Translator::arguments() {
  std::vector<std::string> list(1);
  std::size_t nested = 0;
  for (Token token = lexer_.next();; token = lexer_.next()) {
    if (token.kind == TokenKind::end) fail("a parenthesis is not closed");
    if (token.is('}')) fail("'}' before the closing parenthesis");
    if (token.is('{')) {
      clause(list.back());
      continue;
    }
    if (nested == 0 && token.is(')')) break;
    if (nested == 0 && token.is(',')) {
      list.emplace_back();
      continue;
    }
    if (token.is('(') || token.is('[')) ++nested;
    if ((token.is(')') || token.is(']')) && nested > 0) --nested;
    put(token, list.back());
  }
  for (std::string& argument : list) trim(argument);
  if (list.size() == 1 && list.front().empty()) list.clear();
  return list;
}

}  // namespace negodbc::sql
