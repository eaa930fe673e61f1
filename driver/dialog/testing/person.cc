#include "driver/dialog/testing/person.h"

// After windows.h.
#include <prsht.h>

#include <chrono>
#include <fstream>
#include <stdexcept>
#include <thread>
#include <vector>

namespace negodbc::dialog::testing {
namespace {

using namespace std::chrono_literals;

HWND visible_dialog() {
  for (HWND window = nullptr;
       (window = FindWindowExW(nullptr, window, L"#32770", nullptr)) != nullptr;) {
    DWORD process = 0;
    GetWindowThreadProcessId(window, &process);
    if (process == GetCurrentProcessId() && IsWindowVisible(window) != FALSE) return window;
  }
  return nullptr;
}

void send(WORD key, WORD scan, DWORD flags) {
  INPUT input = {};
  input.type = INPUT_KEYBOARD;
  input.ki.wVk = key;
  input.ki.wScan = scan;
  input.ki.dwFlags = flags;
  if (SendInput(1, &input, sizeof input) != 1) throw std::runtime_error("SendInput");
}

bool becomes(const std::function<bool()>& holds) {
  const auto end = std::chrono::steady_clock::now() + 60s;
  while (!holds()) {
    if (std::chrono::steady_clock::now() > end) return false;
    std::this_thread::sleep_for(20ms);
  }
  return true;
}

}  // namespace

bool sees_dialog() {
  return visible_dialog() != nullptr;
}

Person::Person() {
  wait_until("a dialog", [&] { return (dialog_ = visible_dialog()) != nullptr; });
  wait_until("a page", [&] { return control(0) != dialog_; });
  wait_until("the foreground", [&] {
    return GetForegroundWindow() == dialog_ || (SetForegroundWindow(dialog_), false);
  });
  wait_until("the keyboard", [&] { return focus() != 0; });
}

void Person::wait_until(std::string_view what, const std::function<bool()>& holds) const {
  if (!becomes(holds)) throw std::runtime_error("never came: " + std::string(what));
}

void Person::press(WORD key, WORD held) {
  if (held != 0) send(held, 0, 0);
  send(key, 0, 0);
  send(key, 0, KEYEVENTF_KEYUP);
  // Until the dialog has got them: what is sent to it comes after its input. As people do, other
  // keys are let go only then.
  std::this_thread::sleep_for(60ms);
  DWORD_PTR nothing = 0;
  (void)SendMessageTimeoutW(dialog_, WM_NULL, 0, 0, SMTO_NORMAL, 2000, &nothing);
  if (held != 0) send(held, 0, KEYEVENTF_KEYUP);
}

void Person::type(std::wstring_view text) {
  for (const wchar_t unit : text) {
    send(0, unit, KEYEVENTF_UNICODE);
    send(0, unit, KEYEVENTF_UNICODE | KEYEVENTF_KEYUP);
  }
  std::this_thread::sleep_for(100ms);
}

void Person::fill(WORD letter, std::wstring_view text) {
  press(letter, VK_MENU);
  press(VK_HOME);
  press(VK_END, VK_SHIFT);
  press(VK_DELETE);
  type(text);
}

HWND Person::control(int id) const {
  const HWND page = reinterpret_cast<HWND>(SendMessageW(dialog_, PSM_GETCURRENTPAGEHWND, 0, 0));
  if (page == nullptr) return dialog_;
  return id == 0 ? page : GetDlgItem(page, id);
}

std::wstring Person::text(int id) const {
  std::wstring text(4096, L'\0');
  const LRESULT size =
      SendMessageW(control(id), WM_GETTEXT, text.size(), reinterpret_cast<LPARAM>(text.data()));
  text.resize(static_cast<std::size_t>(size));
  return text;
}

int Person::focus() const {
  GUITHREADINFO info = {};
  info.cbSize = sizeof info;
  if (GetGUIThreadInfo(GetWindowThreadProcessId(dialog_, nullptr), &info) == FALSE) return 0;
  HWND window = info.hwndFocus;
  // The field of a combination box is its child.
  while (window != nullptr && GetParent(window) != control(0) && GetParent(window) != dialog_)
    window = GetParent(window);
  return window == nullptr ? 0 : GetDlgCtrlID(window);
}

void Person::photograph(const std::wstring& path) const {
  std::this_thread::sleep_for(1500ms);  // until all of it is drawn
  RECT place = {};
  GetWindowRect(dialog_, &place);
  const int width = place.right - place.left;
  const int height = place.bottom - place.top;
  const HDC screen = GetDC(nullptr);
  const HDC memory = CreateCompatibleDC(screen);
  BITMAPINFOHEADER header = {};
  header.biSize = sizeof header;
  header.biWidth = width;
  header.biHeight = -height;
  header.biPlanes = 1;
  header.biBitCount = 32;
  header.biCompression = BI_RGB;
  void* dots = nullptr;
  const HBITMAP bitmap = CreateDIBSection(memory, reinterpret_cast<const BITMAPINFO*>(&header),
                                          DIB_RGB_COLORS, &dots, nullptr, 0);
  const HGDIOBJ before = SelectObject(memory, bitmap);
  const BOOL copied = BitBlt(memory, 0, 0, width, height, screen, place.left, place.top, SRCCOPY);
  GdiFlush();
  const std::size_t size = static_cast<std::size_t>(width) * static_cast<std::size_t>(height) * 4;
  BITMAPFILEHEADER file = {};
  file.bfType = 0x4d42;  // "BM"
  file.bfOffBits = sizeof file + sizeof header;
  file.bfSize = static_cast<DWORD>(file.bfOffBits + size);
  std::ofstream out(std::string(path.begin(), path.end()), std::ios::binary);
  out.write(reinterpret_cast<const char*>(&file), sizeof file);
  out.write(reinterpret_cast<const char*>(&header), sizeof header);
  out.write(static_cast<const char*>(dots), static_cast<std::streamsize>(size));
  out.flush();
  SelectObject(memory, before);
  DeleteObject(bitmap);
  DeleteDC(memory);
  ReleaseDC(nullptr, screen);
  if (copied == FALSE || !out) throw std::runtime_error("no picture");
}

int with_person(const std::function<int(HWND owner)>& call,
                const std::function<void(Person&)>& script, std::string& failure) {
  const HWND owner = CreateWindowExW(0, L"STATIC", L"a program", WS_OVERLAPPEDWINDOW | WS_VISIBLE,
                                     0, 0, 200, 60, nullptr, nullptr, nullptr, nullptr);
  failure.clear();
  bool over = false;
  std::thread beside([&] {
    try {
      Person person;
      script(person);
    } catch (const std::exception& error) {
      failure = error.what();
    }
    // Whatever is still open has not been answered.
    const auto end = std::chrono::steady_clock::now() + 30s;
    while (std::chrono::steady_clock::now() < end && visible_dialog() != nullptr)
      std::this_thread::sleep_for(20ms);
    if (const HWND open = visible_dialog(); open != nullptr) {
      if (failure.empty()) failure = "the dialog is still open";
      PostMessageW(open, PSM_PRESSBUTTON, PSBTN_CANCEL, 0);
    }
    over = true;
  });
  const int result = call(owner);
  beside.join();
  DestroyWindow(owner);
  return over ? result : -1;
}

}  // namespace negodbc::dialog::testing
