#include "driver/dialog/windows/keywords_page.h"

#include <algorithm>
#include <string>

#include "driver/base/secret.h"
#include "driver/base/windows_text.h"
#include "driver/dialog/windows/controls.h"
#include "driver/dialog/windows/resource.h"
#include "driver/dsn/attributes.h"

namespace negodbc::dialog {
namespace {

using dsn::Keyword;
using dsn::Kind;

std::string explanation_of(const Keyword& entry) {
  std::string text = dsn::help_of(entry) + ".";
  if (!entry.choices.empty()) {
    text += "\r\nOne of: ";
    for (const std::string_view choice : entry.choices)
      text.append(choice).append(choice == entry.choices.back() ? "." : ", ");
  }
  if (!entry.aliases.empty()) {
    text += "\r\nOther names: ";
    for (const std::string_view alias : entry.aliases)
      text.append(alias).append(alias == entry.aliases.back() ? "." : ", ");
  }
  return text;
}

int control_of(const Keyword& entry) {
  return entry.kind == Kind::secret ? ID_SECRET : ID_VALUE;
}

}  // namespace

std::string KeywordsPage::line_of(const Keyword& entry) const {
  const std::string_view value = sheet.form.value(entry.key);
  std::string line(entry.name);
  if (!sheet.fault_at(entry.key).empty()) line += " (!)";
  if (value.empty()) return line;
  return line.append("\t").append(entry.kind == Kind::secret ? "(given)" : value);
}

void KeywordsPage::make() {
  // In quarters of a letter: where the values begin.
  INT column = 110;
  SendDlgItemMessageW(window, ID_KEYWORDS, LB_SETTABSTOPS, 1, reinterpret_cast<LPARAM>(&column));
  list();
}

// By what is searched for; the keyword that was chosen stays chosen where it is still listed.
void KeywordsPage::list() {
  listed_ = dsn::matching_keywords(text_of(window, ID_SEARCH));
  SendDlgItemMessageW(window, ID_KEYWORDS, LB_RESETCONTENT, 0, 0);
  for (const Keyword* entry : listed_) add_line(window, ID_KEYWORDS, LB_ADDSTRING, line_of(*entry));
  const auto found = std::find(listed_.begin(), listed_.end(), chosen_);
  select(found == listed_.end() ? 0 : static_cast<std::size_t>(found - listed_.begin()));
}

void KeywordsPage::select(std::size_t index) {
  SendDlgItemMessageW(window, ID_KEYWORDS, LB_SETCURSEL, index, 0);
  chosen_ = index < listed_.size() ? listed_[index] : nullptr;
  show_chosen();
}

void KeywordsPage::show_chosen() {
  filling_ = true;
  const bool secret = chosen_ != nullptr && chosen_->kind == Kind::secret;
  show(window, ID_SECRET, secret);
  show(window, ID_VALUE, !secret);
  SendDlgItemMessageW(window, ID_VALUE, CB_RESETCONTENT, 0, 0);
  wipe_text(window, ID_SECRET);
  set_text(window, ID_EXPLANATION,
           chosen_ == nullptr ? "No keyword has these words." : explanation_of(*chosen_));
  for (const int control : {ID_VALUE, ID_SECRET}) {
    enable(window, control, chosen_ != nullptr && sheet.may_change(chosen_->key));
    set_text(window, control,
             chosen_ != nullptr && control == control_of(*chosen_) ? sheet.form.value(chosen_->key)
                                                                   : std::string_view());
  }
  if (chosen_ != nullptr)
    for (const std::string_view offer : dsn::offers_of(*chosen_))
      add_line(window, ID_VALUE, CB_ADDSTRING, offer);
  show_fault();
  filling_ = false;
}

void KeywordsPage::show_fault() {
  set_fault(window, ID_VALUE + FAULT_OF, chosen_ == nullptr ? "" : sheet.fault_at(chosen_->key));
}

void KeywordsPage::set_chosen(std::string_view text) {
  if (chosen_ == nullptr || filling_) return;
  sheet.form.set(chosen_->key, text);
  sheet.forget_fault(chosen_->key);
  show_fault();
  // Its line shows the value.
  const auto index = SendDlgItemMessageW(window, ID_KEYWORDS, LB_GETCURSEL, 0, 0);
  if (index == LB_ERR) return;
  SendDlgItemMessageW(window, ID_KEYWORDS, LB_DELETESTRING, static_cast<WPARAM>(index), 0);
  SendDlgItemMessageW(window, ID_KEYWORDS, LB_INSERTSTRING, static_cast<WPARAM>(index),
                      reinterpret_cast<LPARAM>(to_wide(line_of(*chosen_)).c_str()));
  SendDlgItemMessageW(window, ID_KEYWORDS, LB_SETCURSEL, static_cast<WPARAM>(index), 0);
}

void KeywordsPage::changed(int control, WORD what) {
  if (control == ID_SEARCH && what == EN_CHANGE) {
    list();
  } else if (control == ID_KEYWORDS && what == LBN_SELCHANGE) {
    select(static_cast<std::size_t>(SendDlgItemMessageW(window, ID_KEYWORDS, LB_GETCURSEL, 0, 0)));
  } else if (control == ID_VALUE && what == CBN_SELCHANGE && chosen_ != nullptr) {
    // The text of the field follows only after this.
    const auto index = SendDlgItemMessageW(window, ID_VALUE, CB_GETCURSEL, 0, 0);
    const auto offers = dsn::offers_of(*chosen_);
    if (index != CB_ERR && static_cast<std::size_t>(index) < offers.size())
      set_chosen(offers[static_cast<std::size_t>(index)]);
  } else if ((control == ID_VALUE && what == CBN_EDITCHANGE) ||
             (control == ID_SECRET && what == EN_CHANGE)) {
    std::string text = text_of(window, control);
    set_chosen(text);
    wipe(text);
  }
}

// Page one may have changed values. A fault that is not page one's is shown at once.
void KeywordsPage::activate() {
  for (const dsn::Fault& fault : sheet.faults) {
    if (fault.key == dsn::Key::count || fault.key == dsn::Key::dsn) continue;
    set_text(window, ID_SEARCH, "");
    chosen_ = &dsn::keyword(fault.key);
    list();
    announce(window, ID_VALUE + FAULT_OF);
    return;
  }
  list();
}

INT_PTR KeywordsPage::handle(UINT message, WPARAM wparam, LPARAM lparam) {
  switch (message) {
    case WM_INITDIALOG:
      make();
      return TRUE;
    case WM_COMMAND:
      changed(LOWORD(wparam), HIWORD(wparam));
      return TRUE;
    case WM_NOTIFY:
      if (reinterpret_cast<const NMHDR*>(lparam)->code != static_cast<UINT>(PSN_SETACTIVE))
        return FALSE;
      activate();
      return answer(window, 0);
    case WM_CTLCOLORSTATIC:
      if (GetDlgCtrlID(reinterpret_cast<HWND>(lparam)) != ID_VALUE + FAULT_OF) return FALSE;
      return colour_fault(reinterpret_cast<HDC>(wparam));
    case WM_DESTROY:
      filling_ = true;
      wipe_text(window, ID_SECRET);
      return TRUE;
    case WM_CLOSE:
      cancel(window);
      return TRUE;
    default:
      return FALSE;
  }
}

}  // namespace negodbc::dialog
