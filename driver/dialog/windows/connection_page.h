// Page one: what a data source needs.
#pragma once

#include "driver/dialog/windows/background_trial.h"
#include "driver/dialog/windows/sheet.h"

namespace negodbc::dialog {

struct ConnectionPage {
  explicit ConnectionPage(Sheet& shared) : sheet(shared) {}

  Sheet& sheet;
  HWND window = nullptr;
  INT_PTR handle(UINT message, WPARAM wparam, LPARAM lparam);

 private:
  void make();
  void fill();
  void fill_password();
  void show_faults();
  void changed(int control, WORD what);
  INT_PTR notified(const NMHDR& notice);
  bool show_first_fault();
  void show_button();
  void test();
  void tell_outcome();

  BackgroundTrial trial_;
  bool filling_ = false;  // the controls change by themselves
};

}  // namespace negodbc::dialog
