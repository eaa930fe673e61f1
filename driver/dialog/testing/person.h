// A person at the keyboard, for the dialog's tests: on a thread of its own, since the dialog holds
// the one that asks.
#pragma once

#include <windows.h>

#include <functional>
#include <string>
#include <string_view>

namespace negodbc::dialog::testing {

class Person {
 public:
  // Waits for a dialog of this process that can be seen, and sits down before it. Throws
  // std::runtime_error, as all below, when something has not come in a minute.
  Person();

  // Virtual keys (VK_TAB, 'N'), with others held down meanwhile (VK_MENU, VK_CONTROL, VK_SHIFT).
  void press(WORD key, WORD held = 0);
  void type(std::wstring_view text);
  // Alt and the letter, everything in the field away, the text.
  void fill(WORD letter, std::wstring_view text);

  [[nodiscard]] HWND dialog() const { return dialog_; }
  // Of the page that is seen.
  [[nodiscard]] HWND control(int id) const;
  [[nodiscard]] std::wstring text(int id) const;
  // The control that has the keyboard; of a combination box itself, not its field.
  [[nodiscard]] int focus() const;
  void wait_until(std::string_view what, const std::function<bool()>& holds) const;
  // A picture of the dialog as it is on the screen, as a bitmap.
  void photograph(const std::wstring& path) const;

 private:
  HWND dialog_ = nullptr;
};

// Runs `call` with a window before which a dialog may stand, on this thread, and `script` beside
// it. What the script throws closes the dialog, and is told in `failure`.
int with_person(const std::function<int(HWND owner)>& call,
                const std::function<void(Person&)>& script, std::string& failure);

// Whether this process has a dialog that can be seen.
bool sees_dialog();

}  // namespace negodbc::dialog::testing
