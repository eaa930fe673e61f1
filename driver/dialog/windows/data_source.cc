#include "driver/dialog/windows/data_source.h"

// After windows.h.
#include <odbcinst.h>

#include <utility>

#include "driver/base/secret.h"
#include "driver/base/utf.h"
#include "driver/base/windows_text.h"
#include "driver/dialog/ask.h"
#include "driver/dialog/saving.h"
#include "driver/dsn/attributes.h"
#include "driver/dsn/form.h"
#include "driver/dsn/source_name.h"

namespace negodbc::dialog {
namespace {

using dsn::Form;
using dsn::Profile;

constexpr wchar_t ini[] = L"odbc.ini";

// Whether a data source of this name may be there.
bool is_valid(const std::string& name) {
  return !name.empty() && !dsn::is_kept_by_odbc(name) &&
         SQLValidDSNW(to_wide(name).c_str()) != FALSE;
}

bool write_value(const std::wstring& section, const std::wstring& key, const std::string& value) {
  const Wiped<wchar_t> wide(to_wide(value));
  return SQLWritePrivateProfileStringW(section.c_str(), key.c_str(),
                                       value.empty() ? nullptr : wide.reveal().c_str(),
                                       ini) != FALSE;
}

// The list of data sources has the spelling that is shown, and the driver's name.
bool respell(const std::string& from, const std::string& to, const std::string& driver) {
  constexpr wchar_t list[] = L"ODBC Data Sources";
  if (!write_value(list, to_wide(from), "")) return false;
  if (write_value(list, to_wide(to), driver)) return true;
  (void)write_value(list, to_wide(from), driver);
  return false;
}

Store registry(const std::string& driver) {
  Store store;
  store.read = [](const std::string& name) { return dsn::read_odbc_ini(name); };
  store.make = [](const std::string& name, const std::string& of) {
    return SQLWriteDSNToIniW(to_wide(name).c_str(), to_wide(of).c_str()) != FALSE;
  };
  store.write = [](const std::string& name, const std::string& key, const std::string& value) {
    return write_value(to_wide(name), to_wide(key), value);
  };
  store.remove = [](const std::string& name) {
    return SQLRemoveDSNFromIniW(to_wide(name).c_str()) != FALSE;
  };
  store.respell = [driver](const std::string& from, const std::string& to) {
    return respell(from, to, driver);
  };
  return store;
}

void require(const std::string& fault) {
  if (!fault.empty()) throw Refused(ODBC_ERROR_REQUEST_FAILED, fault);
}

// The dialog, and what comes of it. `old_name`: the data source that is changed; "": a new one.
// What can't be written is asked for anew, with the reason.
bool ask_and_save(HWND parent, const std::string& driver, const std::string& old_name, Form form) {
  const Store store = registry(driver);
  Question question;
  question.form = &form;
  question.names_source = true;
  question.driver = driver;
  question.fault_of_name = [&](const std::string& name) -> std::string {
    if (!is_valid(name)) return "not a name of a data source";
    return fault_of_place(store, name, old_name);
  };
  while (ask(parent, question)) {
    question.message = save(store, form, old_name, driver);
    if (question.message.empty()) return true;
  }
  return false;
}

void require_words(const Profile& attributes) {
  for (const auto& [key, value] : attributes) {
    const std::string refusal = dsn::refusal_of(key);
    if (!refusal.empty()) throw Refused(ODBC_ERROR_INVALID_KEYWORD_VALUE, refusal);
  }
}

// As the driver will read them.
void require_values(Profile before, const Profile& attributes) {
  const std::string fault = dsn::fault_of_words(before, attributes);
  dsn::wipe_values(before);
  if (!fault.empty()) throw Refused(ODBC_ERROR_INVALID_KEYWORD_VALUE, fault);
}

}  // namespace

bool configure(HWND parent, WORD request, const std::string& driver, const Profile& attributes) {
  if (request != ODBC_ADD_DSN && request != ODBC_CONFIG_DSN && request != ODBC_REMOVE_DSN)
    throw Refused(ODBC_ERROR_INVALID_REQUEST_TYPE,
                  "there is no request " + std::to_string(request));
  if (parent != nullptr && !can_ask(parent))
    throw Refused(ODBC_ERROR_INVALID_HWND, why_nobody_is_asked(parent));
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
  const Store store = registry(driver);
  if (request == ODBC_REMOVE_DSN) return store.remove(name);
  const bool changes = request == ODBC_CONFIG_DSN;
  if (changes) {
    Profile found = store.read(name);
    dsn::wipe_values(found);
    if (found.empty()) throw Refused(ODBC_ERROR_REQUEST_FAILED, "there is no data source " + name);
  }
  if (asks) {
    Profile before = changes ? dsn::read_odbc_ini(name) : Profile();
    Form form = changes ? Form::for_source(name, before) : Form::for_new_source(name);
    dsn::wipe_values(before);
    for (const auto& [key, value] : attributes) form.take(key, value);
    return ask_and_save(parent, driver, changes ? name : "", std::move(form));
  }
  if (request == ODBC_ADD_DSN) {
    if (const std::string fault = dsn::fault_of_source_name(name); !fault.empty())
      throw Refused(ODBC_ERROR_INVALID_KEYWORD_VALUE, "DSN: " + fault);
  }
  require_values(changes ? store.read(name) : Profile(), attributes);
  require(changes ? write_words(store, name, attributes)
                  : make_source(store, name, driver, attributes));
  return true;
}

}  // namespace negodbc::dialog
