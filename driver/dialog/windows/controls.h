// What both pages do with their controls. Texts are UTF-8.
#pragma once

#include <windows.h>

#include <string>
#include <string_view>

namespace negodbc::dialog {

// A password's caller wipes it.
std::string text_of(HWND page, int control);
// Of an edit control, when nobody needs it any more.
void wipe_text(HWND page, int control);
void set_text(HWND page, int control, std::string_view text);
// Of a field of several lines, which a line feed ends.
void set_lines(HWND page, int control, std::string_view text);
// Of a text that stands on the page itself, behind a field.
void set_fault(HWND page, int control, std::string_view text);
void enable(HWND page, int control, bool on);
void show(HWND page, int control, bool on);
void add_line(HWND page, int control, UINT message, std::string_view text);

// Tells screen readers of a text that has changed by itself.
void announce(HWND page, int control);
// As Tab does, which selects the text too.
void focus(HWND page, int control);

// The answer to WM_CTLCOLORSTATIC for text that tells of a fault, on the page's background.
INT_PTR colour_fault(HDC context);

}  // namespace negodbc::dialog
