#include "tests/oracle/script.h"

#include <algorithm>

namespace negodbc::oracle {
namespace {

void replace_all(std::string& text, const std::string& what, const std::string& by) {
  for (std::size_t at = text.find(what); at != std::string::npos;
       at = text.find(what, at + by.size()))
    text.replace(at, what.size(), by);
}

std::string sets_text(const std::vector<ParameterSet>& sets) {
  std::string text;
  for (const ParameterSet& set : sets) {
    if (set.empty()) continue;
    text += text.empty() ? " with (" : ", (";
    for (std::size_t i = 0; i < set.size(); ++i) {
      if (i > 0) text += ", ";
      if (!set[i].value) {
        text += "NULL";
      } else {
        text += set[i].is_text ? "'" + *set[i].value + "'" : *set[i].value;
      }
    }
    text += ")";
  }
  return text;
}

std::string sized(const Step& step) {
  const std::string rows = step.count < 0 ? "all rows" : std::to_string(step.count) + " rows";
  return rows + (step.rowset > 1 ? ", " + std::to_string(step.rowset) + " at once" : "");
}

}  // namespace

std::string in_schemas(std::string text, const std::string& a, const std::string& b) {
  replace_all(text, "{A}", a);
  replace_all(text, "{B}", b);
  return text;
}

std::string joined(const Text& text) {
  std::string all;
  for (const std::string& statement : text.statements) all += (all.empty() ? "" : "; ") + statement;
  return all;
}

std::size_t parameters_of(const std::string& statement) {
  return static_cast<std::size_t>(std::count(statement.begin(), statement.end(), '?'));
}

std::size_t parameters_of(const Text& text) {
  std::size_t all = 0;
  for (const std::string& statement : text.statements) all += parameters_of(statement);
  return all;
}

std::string to_text(const Step& step) {
  const std::string handle = "h" + std::to_string(step.handle) + ": ";
  switch (step.action) {
    case Action::direct:
      return handle + "execute directly  " + joined(step.text) + sets_text(step.sets);
    case Action::prepare:
      return handle + "prepare  " + joined(step.text);
    case Action::execute:
      return handle + "execute" + sets_text(step.sets);
    case Action::call:
      return handle + "execute directly  {? = call " + joined(step.text) + "(?)}" +
             sets_text(step.sets);
    case Action::fetch:
      return handle + "fetch " + sized(step);
    case Action::more:
      return handle + "more results";
    case Action::close:
      return handle + "close";
    case Action::commit:
      return "commit";
    case Action::rollback:
      return "roll back";
    case Action::auto_commit:
      return "autocommit on";
    case Action::manual:
      return "autocommit off";
    case Action::other:
      return "second session: " + joined(step.text);
  }
  return {};
}

std::string to_text(const Script& script) {
  std::string text = "Protocol=7.4-" + std::to_string(script.options.protocol) +
                     ";UseServerSidePrepare=" + (script.options.named ? "1" : "0") + "\n";
  for (std::size_t i = 0; i < script.steps.size(); ++i)
    text += "  " + std::to_string(i + 1) + ". " + to_text(script.steps[i]) + "\n";
  return text;
}

}  // namespace negodbc::oracle
