// What the pages of one dialog share. All of it is used on the thread that asks.
#pragma once

#include <windows.h>
// After windows.h.
#include <prsht.h>

#include <exception>
#include <string>
#include <vector>

#include "driver/dialog/ask.h"
#include "driver/dsn/form.h"

namespace negodbc::dialog {

struct Sheet {
  const Question& question;
  dsn::Form form;                       // as it is being filled in
  std::vector<dsn::Fault> faults = {};  // of the last OK or Test, as far as they still stand
  // Fields that were found wrong: they may be changed, or nobody could mend them.
  std::vector<dsn::Key> opened = {};
  bool accepted = false;
  std::exception_ptr error = {};

  // Looks at all of it anew; true: nothing is wrong.
  bool check();
  // "" for a field without.
  [[nodiscard]] std::string fault_at(dsn::Key key) const;
  // Somebody changes the field: what was wrong is told no more until the next check().
  void forget_fault(dsn::Key key);
  // Whether this field may be changed at all.
  [[nodiscard]] bool may_change(dsn::Key key) const;
};

// Of a page's sheet: as its button does, and its tabs.
inline void cancel(HWND page) {
  PostMessageW(GetParent(page), PSM_PRESSBUTTON, PSBTN_CANCEL, 0);
}
inline void turn_to(HWND page, WPARAM index) {
  SendMessageW(GetParent(page), PSM_SETCURSEL, index, 0);
}

// A page's messages but for what is the same for both: `Page` has handle(message, wparam, lparam).
// An exception ends the dialog, and goes on in ask().
template <class Page>
INT_PTR CALLBACK page_procedure(HWND window, UINT message, WPARAM wparam, LPARAM lparam) {
  if (message == WM_INITDIALOG) {
    auto* const page = reinterpret_cast<const PROPSHEETPAGEW*>(lparam);
    auto* const self = reinterpret_cast<Page*>(page->lParam);
    self->window = window;
    SetWindowLongPtrW(window, DWLP_USER, page->lParam);
  }
  auto* const self = reinterpret_cast<Page*>(GetWindowLongPtrW(window, DWLP_USER));
  if (self == nullptr) return FALSE;
  try {
    return self->handle(message, wparam, lparam);
  } catch (...) {
    self->sheet.error = std::current_exception();
    cancel(window);
    return FALSE;
  }
}

// What a page gives the sheet for a message that takes an answer.
inline INT_PTR answer(HWND page, LONG_PTR value) {
  SetWindowLongPtrW(page, DWLP_MSGRESULT, value);
  return TRUE;
}

}  // namespace negodbc::dialog
