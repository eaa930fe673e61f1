#include "driver/dsn/browse.h"

#include "driver/dsn/keywords.h"

namespace negodbc::dsn {
namespace {

enum class Must { no, yes };

void add(std::string& prompt, Key key, std::string_view name, std::string_view values, Must must) {
  if (!prompt.empty()) prompt += ';';
  if (must == Must::no) prompt += '*';
  prompt.append(keyword(key).name).append(":").append(name).append("=").append(values);
}

// The list has no way to quote: names that would break it are left out, and can be answered all
// the same.
bool can_be_listed(std::string_view name) {
  return !name.empty() && name.find_first_of(",;{}=") == name.npos;
}

std::string list_of(const std::vector<std::string>& names) {
  std::string list;
  for (const std::string& name : names) {
    if (!can_be_listed(name)) continue;
    list += (list.empty() ? "{" : ",") + name;
  }
  return list.empty() ? "?" : list + "}";
}

}  // namespace

std::vector<Unknown> Browse::answer(std::string_view text) {
  Parsed parsed = parse_connection_string(text);
  bool where_changed = false;
  for (const Keyword& entry : keywords()) {
    if (!parsed.settings.has(entry.key)) continue;
    if (entry.key != Key::database) where_changed = true;
    settings_.set(entry.key, parsed.settings.get(entry.key));
  }
  for (const auto& [name, value] : parsed.settings.kept()) settings_.keep(name, value);
  if (where_changed && asked_database_ && !parsed.settings.has(Key::database)) {
    settings_.set(Key::database, "");
    asked_database_ = false;
  }
  if (!begun_ && settings_.has(Key::dsn)) {
    for (Unknown& unknown :
         complete_from_dsn(settings_, std::string(settings_.get(Key::dsn)), read_, read_driver_))
      parsed.unknown.push_back(std::move(unknown));
  } else if (!begun_) {
    complete_from_driver(settings_, std::string(settings_.get(Key::driver)), read_driver_);
  }
  begun_ = true;
  return std::move(parsed.unknown);
}

std::string Browse::ask_where() {
  // Nobody can tell without asking the server whether it wants a password: offered once.
  const bool known = settings_.has(Key::password) || settings_.has(Key::trusted_connection);
  if (settings_.has(Key::server) && (known || asked_where_)) return {};
  asked_where_ = true;
  std::string prompt;
  if (!settings_.has(Key::server)) add(prompt, Key::server, "Server", "?", Must::yes);
  if (!settings_.has(Key::port)) add(prompt, Key::port, "Port", "?", Must::no);
  if (!settings_.has(Key::user)) add(prompt, Key::user, "User name", "?", Must::no);
  if (!known) {
    add(prompt, Key::password, "Password", "?", Must::no);
    add(prompt, Key::trusted_connection, "Log in by ticket", "{Yes,No}", Must::no);
  }
  return prompt;
}

std::string Browse::prompt(const Databases& databases) {
  std::string prompt = ask_where();
  if (!prompt.empty() || settings_.has(Key::database) || asked_database_) return prompt;
  asked_database_ = true;
  // May be left out: the server's default is the database with the user's name.
  add(prompt, Key::database, "Database", list_of(databases(settings_)), Must::no);
  return prompt;
}

}  // namespace negodbc::dsn
