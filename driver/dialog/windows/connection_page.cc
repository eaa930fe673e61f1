#include "driver/dialog/windows/connection_page.h"

#include <commctrl.h>

#include <algorithm>
#include <string>

#include "driver/base/error.h"
#include "driver/base/secret.h"
#include "driver/base/windows_text.h"
#include "driver/dialog/windows/controls.h"
#include "driver/dialog/windows/resource.h"

namespace negodbc::dialog {
namespace {

using dsn::Form;
using dsn::Key;

struct Field {
  int control;
  Key key;
};
// But for the password, which is of another keyword for each way.
constexpr Field fields[] = {{ID_NAME, Key::dsn},           {ID_DESCRIPTION, Key::description},
                            {ID_SERVER, Key::server},      {ID_PORT, Key::port},
                            {ID_DATABASE, Key::database},  {ID_USER, Key::user},
                            {ID_PRINCIPAL, Key::principal}};

constexpr char kept_password[] = "Kept as it is in the registry. Empty: programs ask for it.";

Key key_of(const Form& form, int control) {
  if (control == ID_PASSWORD) return form.password_key();
  if (control == ID_WAY) return Key::trusted_connection;
  if (control == ID_ENCRYPTION) return Key::ssl_mode;
  const auto* const found = std::find_if(std::begin(fields), std::end(fields),
                                         [&](const Field& f) { return f.control == control; });
  return found == std::end(fields) ? Key::count : found->key;
}

constexpr int in_order[] = {ID_NAME, ID_DESCRIPTION, ID_SERVER,    ID_PORT,     ID_DATABASE,
                            ID_WAY,  ID_USER,        ID_PRINCIPAL, ID_PASSWORD, ID_ENCRYPTION};

// Offered only while page two says what is none of the names.
constexpr char as_on_page_two[] = "As under All keywords";

}  // namespace

void ConnectionPage::make() {
  for (const std::string_view name : dsn::names_of_ways())
    add_line(window, ID_WAY, CB_ADDSTRING, name);
  for (const std::string_view name : dsn::names_of_encryptions())
    add_line(window, ID_ENCRYPTION, CB_ADDSTRING, name);
  constexpr WPARAM longest_name = 32;
  SendDlgItemMessageW(window, ID_NAME, EM_SETLIMITTEXT, longest_name, 0);
  for (const auto& [control, key] : {Field{ID_SERVER, Key::server}, Field{ID_PORT, Key::port}})
    SendDlgItemMessageW(window, control, EM_SETCUEBANNER, TRUE,
                        reinterpret_cast<LPARAM>(to_wide(dsn::keyword(key).default_value).c_str()));
  if (!sheet.question.message.empty()) set_lines(window, ID_OUTCOME, sheet.question.message);
}

void ConnectionPage::fill() {
  filling_ = true;
  const Form& form = sheet.form;
  for (const Field& field : fields) {
    set_text(window, field.control, form.value(field.key));
    enable(window, field.control, sheet.may_change(field.key) && form.uses(field.key));
  }
  fill_password();
  SendDlgItemMessageW(window, ID_WAY, CB_SETCURSEL, static_cast<WPARAM>(form.way()), 0);
  enable(window, ID_WAY, sheet.may_change(Key::trusted_connection));
  const std::size_t offered = dsn::names_of_encryptions().size();
  const auto encryption = form.encryption();
  SendDlgItemMessageW(window, ID_ENCRYPTION, CB_DELETESTRING, offered, 0);
  if (!encryption) add_line(window, ID_ENCRYPTION, CB_ADDSTRING, as_on_page_two);
  SendDlgItemMessageW(window, ID_ENCRYPTION, CB_SETCURSEL, encryption.value_or(offered), 0);
  enable(window, ID_ENCRYPTION, sheet.may_change(Key::ssl_mode));
  show_faults();
  filling_ = false;
}

void ConnectionPage::fill_password() {
  const Key key = sheet.form.password_key();
  wipe_text(window, ID_PASSWORD);
  set_text(window, ID_PASSWORD, sheet.form.value(key));
  enable(window, ID_PASSWORD, sheet.may_change(key) && sheet.form.uses(key));
}

void ConnectionPage::show_faults() {
  for (const int control : in_order) {
    const Key key = key_of(sheet.form, control);
    std::string text = sheet.fault_at(key);
    // The same list sets both.
    if (text.empty() && control == ID_ENCRYPTION) text = sheet.fault_at(Key::gss_encryption);
    if (text.empty() && control == ID_PASSWORD && sheet.question.names_source &&
        sheet.form.uses(key))
      text = kept_password;
    set_fault(window, control + FAULT_OF, text);
  }
}

void ConnectionPage::changed(int control, WORD what) {
  if (control == ID_TEST && what == BN_CLICKED) {
    test();
  } else if (control == ID_ALL && what == BN_CLICKED) {
    turn_to(window, 1);
  } else if (control == ID_WAY && what == CBN_SELCHANGE) {
    const auto chosen = SendDlgItemMessageW(window, ID_WAY, CB_GETCURSEL, 0, 0);
    sheet.form.set_way(static_cast<dsn::Way>(chosen));
    sheet.forget_fault(Key::trusted_connection);
    sheet.forget_fault(Key::principal);
    fill();
  } else if (control == ID_ENCRYPTION && what == CBN_SELCHANGE) {
    const auto chosen =
        static_cast<std::size_t>(SendDlgItemMessageW(window, ID_ENCRYPTION, CB_GETCURSEL, 0, 0));
    if (chosen < dsn::names_of_encryptions().size()) sheet.form.set_encryption(chosen);
    sheet.forget_fault(Key::ssl_mode);
    sheet.forget_fault(Key::gss_encryption);
    show_faults();
  } else if (const Key key = key_of(sheet.form, control);
             what == EN_CHANGE && key != Key::count && !filling_) {
    std::string text = text_of(window, control);
    sheet.form.set(key, text);
    wipe(text);
    if (!sheet.fault_at(key).empty()) {
      sheet.forget_fault(key);
      show_faults();
    }
  }
}

// The focus goes to it; false: there is none.
bool ConnectionPage::show_first_fault() {
  fill();
  if (sheet.faults.empty()) return false;
  for (const int control : in_order) {
    if (sheet.fault_at(key_of(sheet.form, control)).empty()) continue;
    if (IsWindowEnabled(GetDlgItem(window, control)) == FALSE) break;
    turn_to(window, 0);
    announce(window, control + FAULT_OF);
    focus(window, control);
    return true;
  }
  const dsn::Fault& first = sheet.faults.front();
  if (first.key == Key::count) {
    set_lines(window, ID_OUTCOME, first.text);
    announce(window, ID_OUTCOME);
  } else {
    turn_to(window, 1);
  }
  return true;
}

// One button begins it and ends it, by the same key.
void ConnectionPage::show_button() {
  set_text(window, ID_TEST, trial_.running() ? "S&top" : "&Test");
}

void ConnectionPage::test() {
  if (trial_.running()) {
    trial_.stop();
    show_button();
    set_text(window, ID_OUTCOME, "Test stopped.");
    announce(window, ID_OUTCOME);
    return;
  }
  if (!sheet.check() && show_first_fault()) return;
  dsn::Settings settings = sheet.form.settings();
  if (!sheet.question.driver.empty()) dsn::complete_from_driver(settings, sheet.question.driver);
  trial_.start(window, settings);
  show_button();
  set_text(window, ID_OUTCOME, "Testing ...");
  announce(window, ID_OUTCOME);
}

void ConnectionPage::tell_outcome() {
  const std::optional<Outcome> outcome = trial_.take();
  if (!outcome) return;
  show_button();
  set_lines(window, ID_OUTCOME,
            (outcome->good ? "Test passed. " : "Test failed. ") + outcome->text);
  announce(window, ID_OUTCOME);
}

INT_PTR ConnectionPage::notified(const NMHDR& notice) {
  if (notice.code == static_cast<UINT>(PSN_SETACTIVE)) {
    fill();
    return answer(window, 0);
  }
  if (notice.code != static_cast<UINT>(PSN_APPLY)) return FALSE;
  sheet.accepted = sheet.check() || !show_first_fault();
  return answer(window, sheet.accepted ? PSNRET_NOERROR : PSNRET_INVALID_NOCHANGEPAGE);
}

INT_PTR ConnectionPage::handle(UINT message, WPARAM wparam, LPARAM lparam) {
  switch (message) {
    case WM_INITDIALOG:
      make();
      fill();
      return TRUE;
    case WM_COMMAND:
      changed(LOWORD(wparam), HIWORD(wparam));
      return TRUE;
    case WM_NOTIFY:
      return notified(*reinterpret_cast<const NMHDR*>(lparam));
    case WM_CTLCOLORSTATIC: {
      const int control = GetDlgCtrlID(reinterpret_cast<HWND>(lparam));
      const Key key = key_of(sheet.form, control - FAULT_OF);
      if (key == Key::count || sheet.fault_at(key).empty()) return FALSE;
      return colour_fault(reinterpret_cast<HDC>(wparam));
    }
    case WM_DESTROY:
      filling_ = true;
      wipe_text(window, ID_PASSWORD);
      return TRUE;
    case WM_CLOSE:  // an edit control of several lines makes it of Esc
      cancel(window);
      return TRUE;
    case BackgroundTrial::finished:
      tell_outcome();
      return TRUE;
    default:
      return FALSE;
  }
}

}  // namespace negodbc::dialog
