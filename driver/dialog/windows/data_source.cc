#include "driver/dialog/windows/data_source.h"

// After windows.h.
#include <odbcinst.h>

#include <algorithm>
#include <utility>

#include "driver/base/secret.h"
#include "driver/base/utf.h"
#include "driver/base/windows_text.h"
#include "driver/dialog/ask.h"
#include "driver/dsn/attributes.h"
#include "driver/dsn/form.h"

namespace negodbc::dialog {
namespace {

using dsn::Form;
using dsn::Profile;

bool is_there(const std::string& name) {
  return !dsn::read_odbc_ini(name).empty();
}

bool is_valid(const std::string& name) {
  return !name.empty() && SQLValidDSNW(to_wide(name).c_str()) != FALSE;
}

// An empty value takes the key away.
void write(const std::string& name, const Profile& words) {
  for (const auto& [key, value] : words) {
    // Taken by the installer, or not to be written down.
    if (iequals(key, "DSN") || iequals(key, "Driver")) continue;
    std::wstring wide = to_wide(value);
    const BOOL written =
        SQLWritePrivateProfileStringW(to_wide(name).c_str(), to_wide(key).c_str(),
                                      value.empty() ? nullptr : wide.c_str(), L"odbc.ini");
    wipe(wide.data(), wide.size() * sizeof(wchar_t));
    if (written == FALSE)
      throw Refused(ODBC_ERROR_REQUEST_FAILED,
                    "cannot write " + key + " of the data source " + name);
  }
}

bool add(const std::string& name, const std::string& driver, const Profile& words) {
  if (SQLWriteDSNToIniW(to_wide(name).c_str(), to_wide(driver).c_str()) == FALSE) return false;
  write(name, words);
  return true;
}

bool remove(const std::string& name) {
  return SQLRemoveDSNFromIniW(to_wide(name).c_str()) != FALSE;
}

// What is wrong with a name, but for what the form knows.
std::string fault_of_name(const std::string& name, const std::string& old_name) {
  if (!is_valid(name)) return "not a name of a data source";
  if (!iequals(name, old_name) && is_there(name)) return "there is one of this name already";
  return {};
}

// The form's answers over what is there, with the words that the form does not know as well.
Profile under_another_name(const Form& form, const Profile& before) {
  Profile words = form.changes(before);
  for (const auto& word : before) {
    const bool changed = std::any_of(words.begin(), words.end(), [&](const auto& other) {
      return iequals(other.first, word.first);
    });
    if (!changed) words.push_back(word);
  }
  return words;
}

// The dialog, and what comes of it. `old_name`: the data source that is changed; "": a new one.
bool ask_and_write(HWND parent, const std::string& driver, const std::string& old_name, Form form) {
  Question question;
  question.form = &form;
  question.names_source = true;
  question.driver = driver;
  question.fault_of_name = [&](const std::string& name) { return fault_of_name(name, old_name); };
  if (!ask(parent, question)) return false;
  const std::string name(form.value(dsn::Key::dsn));
  if (old_name.empty()) return add(name, driver, form.changes({}));
  const Profile before = dsn::read_odbc_ini(old_name);
  if (name != old_name)
    return add(name, driver, under_another_name(form, before)) && remove(old_name);
  write(name, form.changes(before));
  return true;
}

void require_words(const Profile& attributes) {
  for (const auto& [key, value] : attributes) {
    const std::string refusal = dsn::refusal_of(key);
    if (!refusal.empty()) throw Refused(ODBC_ERROR_INVALID_KEYWORD_VALUE, refusal);
  }
}

}  // namespace

bool configure(HWND parent, WORD request, const std::string& driver, const Profile& attributes) {
  if (request != ODBC_ADD_DSN && request != ODBC_CONFIG_DSN && request != ODBC_REMOVE_DSN)
    throw Refused(ODBC_ERROR_INVALID_REQUEST_TYPE,
                  "there is no request " + std::to_string(request));
  if (parent != nullptr && !can_ask(parent))
    throw Refused(ODBC_ERROR_INVALID_HWND, "the window's handle is none");
  if (driver.empty()) throw Refused(ODBC_ERROR_INVALID_NAME, "no driver is named");
  require_words(attributes);
  std::string name;
  for (const auto& [key, value] : attributes) {
    if (name.empty() && iequals(key, "DSN")) name = value;
  }
  const bool asks = parent != nullptr && request != ODBC_REMOVE_DSN;
  // A new one's may be asked for.
  if (!(asks && request == ODBC_ADD_DSN) && !is_valid(name))
    throw Refused(ODBC_ERROR_INVALID_KEYWORD_VALUE,
                  "the attributes name no data source (DSN=...), or not by a valid name");
  if (request == ODBC_REMOVE_DSN) return remove(name);
  const bool changes = request == ODBC_CONFIG_DSN;
  if (changes && !is_there(name))
    throw Refused(ODBC_ERROR_REQUEST_FAILED, "there is no data source " + name);
  if (asks) {
    Form form =
        changes ? Form::for_source(name, dsn::read_odbc_ini(name)) : Form::for_new_source(name);
    for (const auto& [key, value] : attributes) form.take(key, value);
    return ask_and_write(parent, driver, changes ? name : "", std::move(form));
  }
  if (!changes) return add(name, driver, attributes);
  write(name, attributes);
  return true;
}

}  // namespace negodbc::dialog
