// ConfigDSN: data sources made, changed and removed through the installer (odbccp32), with the
// dialog where there is a window before which it may stand.
#pragma once

#include <windows.h>

#include <stdexcept>
#include <string>

#include "driver/dsn/settings.h"

namespace negodbc::dialog {

// For SQLPostInstallerError: its code (ODBC_ERROR_...) and text.
class Refused : public std::runtime_error {
 public:
  Refused(DWORD code, const std::string& text) : std::runtime_error(text), code_(code) {}
  [[nodiscard]] DWORD code() const { return code_; }

 private:
  DWORD code_;
};

// ODBC reference: ConfigDSN. `parent` null: nobody is asked, the attributes are all. False:
// somebody has cancelled, or the installer has refused, and has posted why. Throws Refused, and
// Error where the dialog can't be made.
bool configure(HWND parent, WORD request, const std::string& driver,
               const dsn::Profile& attributes);

}  // namespace negodbc::dialog
