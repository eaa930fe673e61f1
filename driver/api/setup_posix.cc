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
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "driver/base/utf.h"
#include "driver/dsn/keywords.h"
#include "driver/dsn/unknown.h"

namespace {

using negodbc::iequals;
namespace dsn = negodbc::dsn;
using Attributes = std::vector<std::pair<std::string, std::string>>;

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
  // "" says nothing, so that the driver's default counts, of this version or a later one.
  static constexpr std::string_view yes_or_no[] = {"", "Yes", "No"};
  if (keyword.kind == dsn::Kind::boolean) offer(*property, yes_or_no);
  if (keyword.kind == dsn::Kind::choice) offer(*property, keyword.choices);
  std::string help(keyword.description);
  if (!keyword.default_value.empty())
    help.append(" (without it: ").append(keyword.default_value).append(")");
  property->pszHelp = copy_of(help);
  return property;
}

BOOL refuse(DWORD code, std::string text) {
  SQLPostInstallerError(code, text.data());
  return 0;
}

// Ends with an empty text.
Attributes attributes_of(const char* list) {
  Attributes attributes;
  while (list != nullptr && *list != '\0') {
    const std::string_view pair(list);
    const std::size_t equals = pair.find('=');
    if (equals != std::string_view::npos)
      attributes.emplace_back(pair.substr(0, equals), pair.substr(equals + 1));
    list += pair.size() + 1;
  }
  return attributes;
}

// "" where the word is a keyword; else why it is not taken.
std::string fault_of(const std::string& word) {
  if (dsn::is_refused(word)) return word + " asks for what this driver does not have";
  if (dsn::find_keyword(word) != nullptr || !dsn::find_accepted(word).empty()) return {};
  const std::string_view nearest = dsn::nearest_keyword(word);
  return "there is no keyword " + word +
         (nearest.empty() ? "" : "; is " + std::string(nearest) + " meant?");
}

BOOL write(const std::string& name, const Attributes& attributes) {
  for (const auto& [key, value] : attributes) {
    if (iequals(key, "DSN") || iequals(key, "Driver")) continue;
    if (SQLWritePrivateProfileString(name.c_str(), key.c_str(),
                                     value.empty() ? nullptr : value.c_str(), "odbc.ini") == 0)
      return refuse(
          ODBC_ERROR_REQUEST_FAILED,
          std::string("can't write ").append(key).append(" of the data source ").append(name));
  }
  return 1;
}

BOOL configure(WORD request, const char* driver, const Attributes& attributes) {
  std::string name;
  for (const auto& [key, value] : attributes) {
    if (name.empty() && iequals(key, "DSN")) name = value;
    if (const std::string fault = fault_of(key); !fault.empty())
      return refuse(ODBC_ERROR_INVALID_KEYWORD_VALUE, fault);
  }
  if (name.empty() || SQLValidDSN(name.c_str()) == 0) {
    return refuse(ODBC_ERROR_INVALID_KEYWORD_VALUE,
                  "the attributes name no data source (DSN=...), or not by a valid name");
  }
  switch (request) {
    case ODBC_ADD_DSN:
      return SQLWriteDSNToIni(name.c_str(), driver == nullptr ? "negodbc" : driver) != 0 &&
                     write(name, attributes) != 0
                 ? 1
                 : 0;
    case ODBC_CONFIG_DSN:
      return write(name, attributes);
    case ODBC_REMOVE_DSN:
      return SQLRemoveDSNFromIni(name.c_str());
    default:
      return refuse(ODBC_ERROR_INVALID_REQUEST_TYPE,
                    "there is no request " + std::to_string(request));
  }
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
  return configure(request, driver, attributes_of(attributes));
} catch (...) {  // an exception must not reach the installer
  return refuse(ODBC_ERROR_OUT_OF_MEM, "out of memory");
}
