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

#include "driver/base/utf.h"
#include "driver/dsn/attributes.h"
#include "driver/dsn/keywords.h"

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

BOOL write(const std::string& name, const dsn::Profile& attributes) {
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

BOOL configure(WORD request, const char* driver, const dsn::Profile& attributes) {
  std::string name;
  for (const auto& [key, value] : attributes) {
    if (name.empty() && iequals(key, "DSN")) name = value;
    if (const std::string fault = dsn::refusal_of(key); !fault.empty())
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
  return configure(request, driver, dsn::parse_attributes(attributes));
} catch (...) {  // an exception must not reach the installer
  return refuse(ODBC_ERROR_OUT_OF_MEM, "out of memory");
}
