#include "driver/handles/log_events.h"

#include <algorithm>
#include <cstdint>
#include <exception>
#include <vector>

#include "driver/base/utf.h"
#include "driver/sql/masking.h"

namespace negodbc::odbc {
namespace {

constexpr std::string_view hidden_words = "(the server's words, shown by LogLevel=values)";
constexpr std::string_view hidden_part = "\"...\"";
constexpr std::size_t longest_parameter = 1000;

// A syntax error shows where it is by a piece of the text, which may be a constant or a password.
void hide_place(std::string& text) {
  constexpr std::string_view marker = "at or near \"";
  const std::size_t at = text.find(marker);
  if (at == std::string::npos) return;
  const std::size_t begin = at + marker.size() - 1;
  const std::size_t more = text.find("; at character: ", begin);
  text.replace(begin, std::min(more, text.size()) - begin, hidden_part);
}

// From the first quote to the last: a value may hold quotes.
void hide_quoted(std::string& text) {
  const std::size_t begin = text.find('"');
  if (begin != std::string::npos) text.replace(begin, text.rfind('"') + 1 - begin, hidden_part);
}

// Classes whose first sentence names objects and limits, and no value.
bool names_no_value(std::string_view state) {
  constexpr std::string_view classes[] = {"08", "0A", "22", "23", "24", "25", "26",
                                          "28", "34", "3C", "3D", "3F", "40", "42",
                                          "53", "54", "55", "57", "58", "HY"};
  return std::find(std::begin(classes), std::end(classes), state.substr(0, 2)) != std::end(classes);
}

std::string_view name_of(Kind kind) {
  if (kind == Kind::environment) return "environment";
  if (kind == Kind::connection) return "connection";
  return kind == Kind::statement ? "statement" : "descriptor";
}

void log_record(log::Log& log, const Handle& handle, const DiagRecord& record) {
  const std::string_view state = record.state.view();
  const bool warning = state.starts_with("01");
  if (warning && (state == "01004" || state == "01S07" || !log.tells(log::Level::statements)))
    return;
  const std::string text = shown_text(record, log.tells(log::Level::values));
  const std::string row = record.row > 0 ? std::to_string(record.row) : "";
  std::vector<log::Field> fields = {{"state", state}, {"handle", name_of(handle.kind())}};
  const std::string number = number_of(handle);
  fields.push_back({"number", number});
  if (!row.empty()) fields.push_back({"row", row});
  fields.push_back({"text", text});
  log.write(warning ? "warning" : "error", fields);
}

}  // namespace

std::string number_of(const Handle& handle) {
  return std::to_string(reinterpret_cast<std::uintptr_t>(handle.id()));
}

std::string shown_text(const DiagRecord& record, bool with_values) {
  constexpr std::string_view prefix = "[negodbc] ";
  std::string text = record.message;
  if (text.starts_with(prefix)) text.erase(0, prefix.size());
  const std::string_view state = record.state.view();
  const bool of_the_server = record.native != 0 || state == "01000";
  if (!of_the_server) return text;
  if (!with_values) {
    if (!names_no_value(state)) return std::string(hidden_words);
    if (const std::size_t detail = text.find("; detail: "); detail != std::string::npos)
      text.resize(detail);
    if (state.starts_with("22")) hide_quoted(text);
  }
  hide_place(text);
  return text;
}

void log_diagnostics(Handle& handle, const Diagnostics& diagnostics) noexcept {
  try {
    log::Log* const log = handle.log();
    if (log == nullptr) return;
    for (SQLSMALLINT i = 1; const DiagRecord* record = diagnostics.record(i); ++i)
      log_record(*log, handle, *record);
  } catch (const std::exception&) {
    return;  // no memory for the line: the program is told all the same
  }
}

void log_sql(log::Log& log, std::string_view event, std::string_view sql, bool standard_strings,
             std::initializer_list<log::Field> more) noexcept {
  try {
    std::vector<log::Field> fields(more);
    const std::string text = log.tells(log::Level::values)
                                 ? sql::without_passwords(sql, standard_strings)
                                 : sql::without_constants(sql, standard_strings);
    fields.push_back({"text", text});
    log.write(event, fields);
  } catch (const std::exception&) {
    return;
  }
}

void log_values(log::Log& log, const Values& values) noexcept {
  try {
    std::vector<std::string> names;
    names.reserve(values.size());
    for (std::size_t i = 1; i <= values.size(); ++i) names.push_back("$" + std::to_string(i));
    std::vector<log::Field> fields;
    for (std::size_t i = 0; i < values.size(); ++i) {
      const std::string_view value = values[i] ? std::string_view(*values[i]) : "NULL";
      fields.push_back({names[i], value.substr(0, utf8_prefix(value, longest_parameter))});
    }
    if (!fields.empty()) log.write("values", fields);
  } catch (const std::exception&) {
    return;
  }
}

}  // namespace negodbc::odbc
