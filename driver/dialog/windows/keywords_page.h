// Page two: every keyword, searched, explained and set.
#pragma once

#include <optional>
#include <vector>

#include "driver/dialog/windows/sheet.h"

namespace negodbc::dialog {

struct KeywordsPage {
  explicit KeywordsPage(Sheet& shared) : sheet(shared) {}

  Sheet& sheet;
  HWND window = nullptr;
  INT_PTR handle(UINT message, WPARAM wparam, LPARAM lparam);

 private:
  void make();
  void list();
  void select(std::size_t index);
  void show_chosen();
  void show_fault();
  void changed(int control, WORD what);
  void set_chosen(std::string_view text);
  void activate();
  [[nodiscard]] std::string line_of(const dsn::Keyword& entry) const;

  std::vector<const dsn::Keyword*> listed_;
  const dsn::Keyword* chosen_ = nullptr;
  bool filling_ = false;
};

}  // namespace negodbc::dialog
