#include "driver/dialog/windows/controls.h"

#include <string>

#include "driver/base/secret.h"
#include "driver/base/windows_text.h"

namespace negodbc::dialog {

std::string text_of(HWND page, int control) {
  const HWND window = GetDlgItem(page, control);
  std::wstring text(static_cast<std::size_t>(GetWindowTextLengthW(window)) + 1, L'\0');
  const int size = GetWindowTextW(window, text.data(), static_cast<int>(text.size()));
  std::string utf8 = from_wide(std::wstring_view(text).substr(0, static_cast<std::size_t>(size)));
  wipe(text);
  return utf8;
}

void wipe_text(HWND page, int control) {
  const HWND window = GetDlgItem(page, control);
  // The control's memory is written over where it lies, and not given back before.
  const std::wstring other(static_cast<std::size_t>(GetWindowTextLengthW(window)), L'*');
  SetWindowTextW(window, other.c_str());
  SendMessageW(window, EM_EMPTYUNDOBUFFER, 0, 0);
}

void set_text(HWND page, int control, std::string_view text) {
  const Wiped<wchar_t> wide(to_wide(text));
  SetDlgItemTextW(page, control, wide.reveal().c_str());
}

void set_lines(HWND page, int control, std::string_view text) {
  std::string lines;
  for (const char c : text) {
    if (c == '\r') continue;
    if (c == '\n') lines += '\r';
    lines += c;
  }
  set_text(page, control, lines);
}

void set_fault(HWND page, int control, std::string_view text) {
  set_text(page, control, text);
  // The page's own colour, whatever theme it has, comes anew from behind.
  RECT place = {};
  GetWindowRect(GetDlgItem(page, control), &place);
  MapWindowPoints(nullptr, page, reinterpret_cast<POINT*>(&place), 2);
  InvalidateRect(page, &place, TRUE);
}

void enable(HWND page, int control, bool on) {
  EnableWindow(GetDlgItem(page, control), on ? TRUE : FALSE);
}

void show(HWND page, int control, bool on) {
  ShowWindow(GetDlgItem(page, control), on ? SW_SHOW : SW_HIDE);
}

void add_line(HWND page, int control, UINT message, std::string_view text) {
  SendDlgItemMessageW(page, control, message, 0, reinterpret_cast<LPARAM>(to_wide(text).c_str()));
}

void announce(HWND page, int control) {
  const HWND window = GetDlgItem(page, control);
  NotifyWinEvent(EVENT_OBJECT_NAMECHANGE, window, OBJID_WINDOW, CHILDID_SELF);
  NotifyWinEvent(EVENT_SYSTEM_ALERT, window, OBJID_WINDOW, CHILDID_SELF);
}

void focus(HWND page, int control) {
  SendMessageW(page, WM_NEXTDLGCTL, reinterpret_cast<WPARAM>(GetDlgItem(page, control)), TRUE);
}

INT_PTR colour_fault(HDC context) {
  constexpr COLORREF dark_red = RGB(0xa8, 0, 0);
  SetTextColor(context, dark_red);
  SetBkMode(context, TRANSPARENT);
  return reinterpret_cast<INT_PTR>(GetStockObject(NULL_BRUSH));
}

}  // namespace negodbc::dialog
