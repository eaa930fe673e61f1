// What is wrong with a form, and what a login lacks. The driver's own reading of the settings
// decides; what it says names the keyword first.
#include <algorithm>
#include <limits>

#include "driver/base/characters.h"
#include "driver/base/error.h"
#include "driver/base/utf.h"
#include "driver/dsn/form.h"
#include "driver/dsn/source_name.h"

namespace negodbc::dsn {
namespace {

constexpr std::string_view prefix = "connection string: ";

// "Port=x: expected a number" is "expected a number" beside the field of the port.
Fault fault_of(const Error& error) {
  std::string_view text = error.what();
  if (text.starts_with(prefix)) text.remove_prefix(prefix.size());
  const Keyword* const found = find_keyword(text.substr(0, text.find_first_of("=: ")));
  if (found == nullptr) return {Key::count, std::string(text)};
  const std::size_t end = text[std::min(found->name.size(), text.size() - 1)] == ' '
                              ? std::string_view::npos
                              : text.rfind(": ");
  if (end != std::string_view::npos) text.remove_prefix(end + 2);
  return {found->key, std::string(text)};
}

// Each keyword by itself, then all of them together. Throws Error for the first that is wrong.
void require_login(const Settings& settings) {
  for (const Keyword& entry : keywords()) {
    if (!settings.has(entry.key)) continue;
    if (entry.kind == Kind::boolean) (void)settings.boolean(entry.key);
    if (entry.kind == Kind::choice) (void)settings.choice(entry.key);
    // Of the port there may be several.
    if (entry.kind == Kind::number && entry.key != Key::port)
      (void)settings.number(entry.key, std::numeric_limits<long>::min(),
                            std::numeric_limits<long>::max());
  }
  (void)login_settings(settings);
}

bool is_password_login(const Settings& settings) {
  const Form form = Form::for_login(settings);
  return form.way() == Way::password;
}

}  // namespace

std::vector<Fault> Form::faults() const {
  std::vector<Fault> found;
  if (purpose_ == Purpose::data_source) {
    std::string text = fault_of_source_name(value(Key::dsn));
    if (!text.empty()) found.push_back({Key::dsn, std::move(text)});
    // An ini file, and the installer's list, have a line a value.
    for (const Keyword& entry : keywords())
      if (value(entry.key).find_first_of("\r\n") != std::string_view::npos)
        found.push_back({entry.key, "has a line end in it"});
  }
  if (way_ == Way::principal && !values_.has(Key::principal))
    found.push_back({Key::principal, "whose ticket? for example alice@EXAMPLE.COM"});
  Settings settings;
  try {
    settings = this->settings();
  } catch (const Error& error) {
    found.push_back({Key::pqopt, fault_of(error).text});
    return found;
  }
  // One after the other: without the value that was refused the next one shows.
  while (true) {
    try {
      require_login(settings);
      return found;
    } catch (const Error& error) {
      Fault fault = fault_of(error);
      const bool ends = fault.key == Key::count || !settings.has(fault.key);
      const Key key = fault.key;
      const bool known = std::any_of(found.begin(), found.end(),
                                     [&](const Fault& other) { return other.key == key; });
      if (!known) found.push_back(std::move(fault));
      if (ends) return found;
      settings.set(key, "");
    }
  }
}

std::vector<Key> missing_for_login(const Settings& settings) {
  std::vector<Key> missing;
  if (!settings.has(Key::server) && !settings.has(Key::host_address))
    missing.push_back(Key::server);
  if (is_password_login(settings)) {
    if (!settings.has(Key::user)) missing.push_back(Key::user);
    if (!settings.has(Key::password)) missing.push_back(Key::password);
  }
  return missing;
}

std::string fault_of_words(const Profile& before, const Profile& words) {
  Form form = Form::for_source("", before);
  const std::vector<Fault> known = form.faults();
  for (const auto& [word, text] : words) form.take(word, text);
  for (const Fault& fault : form.faults()) {
    const bool is_known = std::any_of(known.begin(), known.end(), [&](const Fault& other) {
      return other.key == fault.key && other.text == fault.text;
    });
    if (is_known || fault.key == Key::dsn) continue;
    return fault.key == Key::count ? fault.text
                                   : std::string(keyword(fault.key).name) + ": " + fault.text;
  }
  return {};
}

}  // namespace negodbc::dsn
