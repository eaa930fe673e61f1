#include "driver/dialog/diagnosis.h"

#include <nlohmann/json.hpp>

#include "driver/base/one_line.h"

namespace negodbc::dialog {
namespace {

using Json = nlohmann::json;

std::string text_at(const Json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

// The doctor speaks of a connection string; here it is the fields.
std::string in_fields(const std::string& remedy) {
  constexpr std::string_view put = "put ";
  constexpr std::string_view put_end = " into the connection string";
  constexpr std::string_view take = "take ";
  constexpr std::string_view take_end = " out of the connection string";
  const auto middle = [&](std::string_view begin, std::string_view end) {
    return remedy.substr(begin.size(), remedy.size() - begin.size() - end.size());
  };
  if (remedy.starts_with(take) && remedy.ends_with(take_end))
    return "Under All keywords, empty " + middle(take, take_end) + ".";
  if (!remedy.starts_with(put) || !remedy.ends_with(put_end)) return remedy;
  const std::string word = middle(put, put_end);
  const std::size_t equals = word.find('=');
  return equals == std::string::npos ? remedy
                                     : "Under All keywords, set " + word.substr(0, equals) +
                                           " to " + word.substr(equals + 1) + ".";
}

void add_line(std::string& text, const std::string& line) {
  if (!text.empty()) text += '\n';
  text += on_one_line(line);
}

// What has failed, and what is done about it.
std::string cause_of(const Json& step) {
  std::string text = on_one_line(text_at(step, "step") + ": " + text_at(step, "text"));
  if (const std::string state = text_at(step, "sqlstate"); !state.empty())
    text += " (SQLSTATE " + state + ")";
  if (const std::string remedy = text_at(step, "remedy"); !remedy.empty())
    add_line(text, "What to do: " + in_fields(remedy));
  return text;
}

void add_step(std::string& text, const Json& step) {
  const std::string verdict = text_at(step, "verdict");
  add_line(text, (verdict == "skipped" ? "left out" : verdict) + ": " + text_at(step, "step") +
                     ": " + text_at(step, "text"));
  for (const Json& fact : step.value("facts", Json::array())) {
    // What comes out of the form stands in the form.
    if (!fact.is_object() || text_at(fact, "value").empty() ||
        text_at(fact, "source") == "the connection string")
      continue;
    add_line(text, "    " + text_at(fact, "name") + ": " + text_at(fact, "value"));
  }
  for (const Json& note : step.value("notes", Json::array()))
    if (note.is_string()) add_line(text, "    " + note.get<std::string>());
  // What fails has been told with its remedy.
  if (const std::string remedy = text_at(step, "remedy"); verdict == "note" && !remedy.empty())
    add_line(text, "    What to do: " + in_fields(remedy));
}

}  // namespace

std::optional<Outcome> outcome_of_report(std::string_view json) {
  const Json report = Json::parse(json, nullptr, false);
  if (!report.is_object() || !report.contains("steps") || !report["steps"].is_array())
    return std::nullopt;
  const std::string verdict = text_at(report, "verdict");
  if (verdict != "ok" && verdict != "failed") return std::nullopt;
  Outcome outcome;
  outcome.good = verdict == "ok";
  std::string steps;
  for (const Json& step : report["steps"]) {
    if (!step.is_object()) return std::nullopt;
    const bool failed = text_at(step, "verdict") == "failed";
    if (failed && text_at(step, "same_as").empty()) {
      if (!outcome.text.empty()) outcome.text += '\n';
      outcome.text += cause_of(step);
    } else if (outcome.good && text_at(step, "step") == "login") {
      outcome.text = on_one_line("Logged in " + text_at(step, "text") + ".");
    }
    add_step(steps, step);
  }
  if (outcome.text.empty()) return std::nullopt;
  outcome.text += "\n\nStep by step:\n" + steps;
  return outcome;
}

std::string connection_to_examine(dsn::Settings settings) {
  for (const dsn::Key key : {dsn::Key::dsn, dsn::Key::driver, dsn::Key::file_dsn})
    settings.set(key, "");
  std::string text = dsn::to_connection_string(settings);
  // Without a '=' it would be the name of a data source.
  if (text.empty()) text = "Server=localhost;";
  return text;
}

}  // namespace negodbc::dialog
