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
  return window != nullptr && IsWindow(static_cast<HWND>(window)) != FALSE;
}

bool ask(void* window, const Question& question) {
  const ScreenAware screen;
  const ControlsOfToday controls;
  INITCOMMONCONTROLSEX classes = {sizeof classes, ICC_TAB_CLASSES | ICC_STANDARD_CLASSES};
  (void)InitCommonControlsEx(&classes);
  Sheet sheet{question, *question.form, {}, false, {}};
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
  const INT_PTR result = PropertySheetW(&header);
  if (sheet.error) std::rethrow_exception(sheet.error);
  if (result < 0) throw Error("HY000", "no dialog: " + system_error_text(GetLastError()));
  if (result == 0 || !sheet.accepted) return false;
  *question.form = sheet.form;
  return true;
}

}  // namespace negodbc::dialog
