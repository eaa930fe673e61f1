#include "driver/sql/call.h"

#include <charconv>
#include <system_error>

#include "driver/base/utf.h"
#include "driver/sql/lexer.h"

namespace negodbc::sql {
std::string quoted_name(std::string_view name) {
  std::string quoted = "\"";
  for (const char c : name) {
    if (c == '"') quoted += c;
    quoted += c;
  }
  return quoted + '"';
}

std::optional<std::size_t> only_marker(std::string_view argument) {
  if (argument.empty() || argument.front() != '$') return std::nullopt;
  std::size_t number = 0;
  const char* const end = argument.data() + argument.size();
  const auto parsed = std::from_chars(argument.data() + 1, end, number);
  if (parsed.ec != std::errc() || parsed.ptr != end) return std::nullopt;
  return number;
}

std::optional<Call> plain_call(std::string_view text, bool standard_strings) {
  Lexer lexer(text, standard_strings);
  if (!is_word(lexer.next_significant(), "call")) return std::nullopt;
  Call call;
  Token token = lexer.next_significant();
  for (;
       token.kind == TokenKind::word || token.kind == TokenKind::quoted_identifier || token.is('.');
       token = lexer.next_significant())
    call.name += token.text;
  if (call.name.empty() || !token.is('(')) return std::nullopt;
  std::string argument;
  std::size_t nested = 0;
  for (token = lexer.next_significant(); nested > 0 || !token.is(')'); token = lexer.next()) {
    if (token.kind == TokenKind::end) return std::nullopt;
    if (token.kind == TokenKind::comment) continue;
    if (nested == 0 && token.is(',')) {
      call.arguments.push_back(std::move(argument));
      argument.clear();
      continue;
    }
    if (token.is('(') || token.is('[')) ++nested;
    if ((token.is(')') || token.is(']')) && nested > 0) --nested;
    if (token.kind != TokenKind::space || !argument.empty()) argument += token.text;
  }
  if (!argument.empty() || !call.arguments.empty()) call.arguments.push_back(std::move(argument));
  for (std::string& each : call.arguments)
    while (!each.empty() && each.back() == ' ') each.pop_back();
  token = lexer.next_significant();
  if (token.is(';')) token = lexer.next_significant();
  if (token.kind != TokenKind::end) return std::nullopt;
  return call;
}

CallText call_text(const Call& call, const std::vector<bool>& outputs, Routine routine,
                   bool standard_strings) {
  CallText result;
  std::string list;
  for (std::size_t i = 0; i < call.arguments.size(); ++i) {
    const bool output = i < outputs.size() && outputs[i];
    if (output && routine == Routine::function) continue;
    if (!list.empty()) list += ", ";
    if (i < call.names.size() && !call.names[i].empty())
      list += quoted_name(call.names[i]) + " => ";
    if (output) {
      list += "NULL";
      continue;
    }
    Lexer lexer(call.arguments[i], standard_strings);
    for (Token token = lexer.next(); token.kind != TokenKind::end; token = lexer.next()) {
      const auto marker =
          token.kind == TokenKind::word ? only_marker(token.text) : std::optional<std::size_t>();
      if (marker) {
        result.markers.push_back(*marker);
        list += "$" + std::to_string(result.markers.size());
      } else {
        list += token.text;
      }
    }
  }
  result.text = routine == Routine::function ? "SELECT * FROM " : "CALL ";
  result.text += call.name + "(" + list + ")";
  return result;
}

std::vector<std::string> name_parts(std::string_view name) {
  std::vector<std::string> parts(1);
  for (std::size_t i = 0; i < name.size(); ++i) {
    if (name[i] == '.') {
      parts.emplace_back();
    } else if (name[i] != '"') {
      parts.back() += ascii_lower(name.substr(i, 1));
    } else {
      for (++i; i < name.size(); ++i) {
        if (name[i] != '"') {
          parts.back() += name[i];
        } else if (i + 1 < name.size() && name[i + 1] == '"') {
          parts.back() += name[++i];
        } else {
          break;
        }
      }
    }
  }
  return parts;
}

}  // namespace negodbc::sql
