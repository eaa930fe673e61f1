// The dialog as Windows' property sheet, which has the keys that people know: Tab, Ctrl+Tab, Alt
// with a letter, Enter, Esc.
#include "driver/dialog/ask.h"

#include <windows.h>
// After windows.h.
#include <commctrl.h>

#include <algorithm>
#include <iterator>

#include "driver/base/error.h"
#include "driver/base/windows_text.h"
#include "driver/dialog/windows/connection_page.h"
#include "driver/dialog/windows/keywords_page.h"
#include "driver/dialog/windows/resource.h"
#include "driver/dialog/windows/sheet.h"

namespace negodbc::dialog {
namespace {

HINSTANCE own_module() {
  HMODULE module = nullptr;
  GetModuleHandleExW(
      GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS | GET_MODULE_HANDLE_EX_FLAG_UNCHANGED_REFCOUNT,
      reinterpret_cast<LPCWSTR>(&own_module), &module);
  return module;
}

// Sharp on a screen of a high resolution, whatever the program says of itself. Windows 10 and
// later; before, the program's word counts.
class ScreenAware {
 public:
  ScreenAware() {
    set_ = reinterpret_cast<Set>(reinterpret_cast<void*>(
        GetProcAddress(GetModuleHandleW(L"user32.dll"), "SetThreadDpiAwarenessContext")));
    if (set_ != nullptr) before_ = set_(DPI_AWARENESS_CONTEXT_SYSTEM_AWARE);
  }
  ~ScreenAware() {
    if (before_ != nullptr) set_(before_);
  }
  ScreenAware(const ScreenAware&) = delete;
  ScreenAware& operator=(const ScreenAware&) = delete;

 private:
  using Set = DPI_AWARENESS_CONTEXT(WINAPI*)(DPI_AWARENESS_CONTEXT);
  Set set_ = nullptr;
  DPI_AWARENESS_CONTEXT before_ = nullptr;
};

// What is used of them. They are loaded when somebody is asked: services get along without.
struct CommonControls {
  decltype(&InitCommonControlsEx) make_classes;
  decltype(&PropertySheetW) show_sheet;
};

CommonControls common_controls() {
  const HMODULE module = LoadLibraryExW(L"comctl32.dll", nullptr, LOAD_LIBRARY_SEARCH_SYSTEM32);
  const auto function = [module](const char* name) {
    return module == nullptr ? nullptr : reinterpret_cast<void*>(GetProcAddress(module, name));
  };
  const CommonControls found = {
      reinterpret_cast<decltype(&InitCommonControlsEx)>(function("InitCommonControlsEx")),
      reinterpret_cast<decltype(&PropertySheetW)>(function("PropertySheetW"))};
  if (found.make_classes == nullptr || found.show_sheet == nullptr)
    throw Error("HY000", "no dialog: comctl32.dll: " + system_error_text(GetLastError()));
  return found;
}

// The common controls that the module's manifest asks for.
class ControlsOfToday {
 public:
  ControlsOfToday() {
    ACTCTXW wanted = {};
    wanted.cbSize = sizeof wanted;
    wanted.dwFlags = ACTCTX_FLAG_HMODULE_VALID | ACTCTX_FLAG_RESOURCE_NAME_VALID;
    wanted.hModule = own_module();
    wanted.lpResourceName = MAKEINTRESOURCEW(2);  // ISOLATIONAWARE_MANIFEST_RESOURCE_ID
    context_ = CreateActCtxW(&wanted);
    if (context_ != INVALID_HANDLE_VALUE) active_ = ActivateActCtx(context_, &cookie_) != FALSE;
  }
  ~ControlsOfToday() {
    if (active_) DeactivateActCtx(0, cookie_);
    if (context_ != INVALID_HANDLE_VALUE) ReleaseActCtx(context_);
  }
  ControlsOfToday(const ControlsOfToday&) = delete;
  ControlsOfToday& operator=(const ControlsOfToday&) = delete;

 private:
  HANDLE context_ = INVALID_HANDLE_VALUE;
  ULONG_PTR cookie_ = 0;
  bool active_ = false;
};

// Whether somebody sits before this process' windows. Those of services are on a window station
// without a screen, where a dialog would wait for ever.
bool is_seen() {
  USEROBJECTFLAGS flags = {};
  const HWINSTA station = GetProcessWindowStation();
  // What can't be found out is not held against it.
  if (station == nullptr ||
      GetUserObjectInformationW(station, UOI_FLAGS, &flags, sizeof flags, nullptr) == FALSE)
    return station != nullptr;
  return (flags.dwFlags & WSF_VISIBLE) != 0;
}

template <class Page>
PROPSHEETPAGEW page_of(Page& page, int pattern) {
  PROPSHEETPAGEW made = {};
  made.dwSize = sizeof made;
  made.hInstance = own_module();
  made.pszTemplate = MAKEINTRESOURCEW(pattern);
  made.pfnDlgProc = page_procedure<Page>;
  made.lParam = reinterpret_cast<LPARAM>(&page);
  return made;
}

}  // namespace

bool can_ask(void* window) {
  return window != nullptr && is_seen() && IsWindow(static_cast<HWND>(window)) != FALSE;
}

std::string why_nobody_is_asked(void* window) {
  if (window == nullptr || can_ask(window)) return {};
  return is_seen() ? "No dialog was shown: the window's handle is none."
                   : "No dialog was shown: this program runs where nobody sees its windows, as "
                     "services do. Give all that the login needs, without a prompt.";
}

bool ask(void* window, const Question& question) {
  const ScreenAware screen;
  const ControlsOfToday controls;
  const CommonControls common = common_controls();
  INITCOMMONCONTROLSEX classes = {sizeof classes, ICC_TAB_CLASSES | ICC_STANDARD_CLASSES};
  (void)common.make_classes(&classes);
  Sheet sheet{question, *question.form};
  ConnectionPage connection(sheet);
  KeywordsPage keywords(sheet);
  const PROPSHEETPAGEW pages[] = {page_of(connection, PAGE_CONNECTION),
                                  page_of(keywords, PAGE_KEYWORDS)};
  PROPSHEETHEADERW header = {};
  header.dwSize = sizeof header;
  header.dwFlags = PSH_PROPSHEETPAGE | PSH_NOAPPLYNOW | PSH_NOCONTEXTHELP;
  header.hwndParent = static_cast<HWND>(window);
  header.hInstance = own_module();
  header.pszCaption =
      question.names_source ? L"negodbc: data source" : L"negodbc: log in to PostgreSQL";
  header.nPages = std::size(pages);
  header.ppsp = pages;
  const INT_PTR result = common.show_sheet(&header);
  if (sheet.error) std::rethrow_exception(sheet.error);
  if (result < 0) throw Error("HY000", "no dialog: " + system_error_text(GetLastError()));
  if (result == 0 || !sheet.accepted) return false;
  *question.form = sheet.form;
  return true;
}

}  // namespace negodbc::dialog
