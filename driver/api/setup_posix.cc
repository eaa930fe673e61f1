// The set-up library of unixODBC's installer: what a data source may hold, for programs that ask
// for it (ODBCManageDataSourcesQ4, odbcinst's callers), and data sources made of attributes. All of
// it is the table of keywords.
//
// unixODBC's odbcinstext.h: whoever gets the properties frees them, with free().
#include <odbcinst.h>
// After odbcinst.h.
#include <odbcinstext.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "driver/base/error.h"
#include "driver/base/utf.h"
#include "driver/dsn/attributes.h"
#include "driver/dsn/form.h"
#include "driver/dsn/ini_file.h"
#include "driver/dsn/keywords.h"
#include "driver/dsn/masking.h"

namespace {

using negodbc::iequals;
namespace dsn = negodbc::dsn;

// The installer's own: the name, the driver, the description of a data source.
bool is_installers(dsn::Key key) {
  return key == dsn::Key::driver || key == dsn::Key::dsn || key == dsn::Key::file_dsn ||
         key == dsn::Key::description;
}

char* copy_of(std::string_view text) {
  auto* const copy = static_cast<char*>(std::malloc(text.size() + 1));
  if (copy == nullptr) return nullptr;
  std::memcpy(copy, text.data(), text.size());
  copy[text.size()] = '\0';
  return copy;
}

// The array is freed by the installer, what it points to is not: the table's literals.
void offer(ODBCINSTPROPERTY& property, std::span<const std::string_view> choices) {
  auto** const list = static_cast<char**>(std::calloc(choices.size() + 1, sizeof(char*)));
  if (list == nullptr) return;
  for (std::size_t i = 0; i < choices.size(); ++i) list[i] = const_cast<char*>(choices[i].data());
  property.aPromptData = list;
  property.nPromptType = ODBCINST_PROMPTTYPE_LISTBOX;
}

ODBCINSTPROPERTY* property_of(const dsn::Keyword& keyword) {
  auto* const property = static_cast<ODBCINSTPROPERTY*>(std::calloc(1, sizeof(ODBCINSTPROPERTY)));
  if (property == nullptr) return nullptr;
  keyword.name.copy(property->szName, INI_MAX_PROPERTY_NAME);
  property->nPromptType = keyword.kind == dsn::Kind::secret ? ODBCINST_PROMPTTYPE_TEXTEDIT_PASSWORD
                                                            : ODBCINST_PROMPTTYPE_TEXTEDIT;
  if (const auto offers = dsn::offers_of(keyword); !offers.empty()) offer(*property, offers);
  property->pszHelp = copy_of(dsn::help_of(keyword));
  return property;
}

BOOL refuse(DWORD code, std::string text) {
  SQLPostInstallerError(code, text.data());
  return 0;
}

// libodbcinst keeps what it has read for some seconds, and forgets it when it has written.
void let_installer_forget() {
  SQLWritePrivateProfileString("negodbc", "forget", "", "/dev/null");
}

// The file that the installer's mode means.
std::string file_of_mode() {
  UWORD mode = ODBC_BOTH_DSN;
  SQLGetConfigMode(&mode);
  return mode == ODBC_SYSTEM_DSN ? dsn::system_ini_file() : dsn::user_ini_file();
}

bool has_key(const dsn::Profile& values, const std::string& key) {
  return std::any_of(values.begin(), values.end(),
                     [&](const auto& value) { return iequals(value.first, key); });
}

// As a section that holds these and nothing else.
void make(dsn::IniText& text, const std::string& name, dsn::Profile values) {
  const std::optional<dsn::Profile> old = text.values(name);
  if (!old) return text.add(name, values);
  for (const auto& [key, value] : *old)
    if (!has_key(values, key)) values.emplace_back(key, "");
  text.set(name, values);
}

// Values that no login takes.
class WrongValue : public negodbc::Error {
 public:
  explicit WrongValue(const std::string& fault) : Error("HY000", fault) {}
};

void require_values(dsn::Profile before, const dsn::Profile& values) {
  const std::string fault = dsn::fault_of_words(before, values);
  dsn::wipe_values(before);
  if (!fault.empty()) throw WrongValue(fault);
}

BOOL configure(WORD request, const char* driver, const dsn::Profile& attributes) {
  std::string name;
  dsn::Profile values;  // the first of each key
  for (const auto& [key, value] : attributes) {
    if (name.empty() && iequals(key, "DSN")) name = value;
    if (const std::string fault = dsn::refusal_of(key); !fault.empty())
      return refuse(ODBC_ERROR_INVALID_KEYWORD_VALUE, fault);
    if (!iequals(key, "DSN") && !iequals(key, "Driver") && !has_key(values, key))
      values.emplace_back(key, value);
  }
  if (const std::string fault = dsn::fault_of_name(name); !fault.empty()) {
    return refuse(ODBC_ERROR_INVALID_KEYWORD_VALUE,
                  "the attributes name no data source (DSN=...): " + fault);
  }
  const bool secret = std::any_of(values.begin(), values.end(), [](const auto& value) {
    return dsn::holds_secret(value.first, value.second);
  });
  std::function<void(dsn::IniText&)> change;
  switch (request) {
    case ODBC_ADD_DSN:
      std::erase_if(values, [](const auto& value) { return value.second.empty(); });
      values.insert(values.begin(), {"Driver", driver == nullptr ? "negodbc" : driver});
      require_values({}, values);
      change = [&](dsn::IniText& text) { make(text, name, values); };
      break;
    case ODBC_CONFIG_DSN:
      change = [&](dsn::IniText& text) {
        require_values(text.values(name).value_or(dsn::Profile()), values);
        text.set(name, values);
      };
      break;
    case ODBC_REMOVE_DSN:
      change = [&](dsn::IniText& text) {
        if (text.values(name)) text.remove(name);
      };
      break;
    default:
      return refuse(ODBC_ERROR_INVALID_REQUEST_TYPE,
                    "there is no request " + std::to_string(request));
  }
  dsn::change_ini_file(file_of_mode(), secret, change);
  let_installer_forget();
  return 1;
}

}  // namespace

#define NEGODBC_SETUP extern "C" __attribute__((visibility("default")))

// Appends to the list whose last property is given.
NEGODBC_SETUP int ODBCINSTGetProperties(HODBCINSTPROPERTY last) {
  for (const dsn::Keyword& keyword : dsn::keywords()) {
    if (is_installers(keyword.key)) continue;
    last->pNext = property_of(keyword);
    if (last->pNext == nullptr) return ODBCINST_ERROR;
    last = last->pNext;
  }
  return ODBCINST_SUCCESS;
}

NEGODBC_SETUP BOOL ConfigDSN(HWND /*parent*/, WORD request, LPCSTR driver, LPCSTR attributes) try {
  return configure(request, driver, dsn::parse_attributes(attributes));
} catch (const WrongValue& wrong) {
  return refuse(ODBC_ERROR_INVALID_KEYWORD_VALUE, wrong.what());
} catch (const negodbc::Error& error) {
  return refuse(ODBC_ERROR_REQUEST_FAILED, error.what());
} catch (...) {  // an exception must not reach the installer
  return refuse(ODBC_ERROR_OUT_OF_MEM, "out of memory");
}
