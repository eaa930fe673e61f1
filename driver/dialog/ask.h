// Somebody is asked: the one window of the driver. Where the system has none, nobody is.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "driver/dsn/form.h"

namespace negodbc::dialog {

struct Question {
  dsn::Form* form = nullptr;  // filled in, and changed only when the answer is OK
  bool names_source = false;  // name and description are asked for too
  // The fields that may be changed; none: all of them.
  std::optional<std::vector<dsn::Key>> only = {};
  std::string message = {};  // why it is asked (again); "": none
  std::string driver = {};   // whose section of odbcinst.ini a Test reads too; "": none
  // Of the name, beyond what the form knows; "": none.
  std::function<std::string(const std::string& name)> fault_of_name = {};
};

// Whether this is the handle of a window that a question may stand before, and be seen.
bool can_ask(void* window);
// What a caller has to be told who gave a window and is not asked; "": nothing, it gave none.
std::string why_nobody_is_asked(void* window);

// Stands before `window` until it is answered, on this thread; false: cancelled. OK is taken when
// nothing is wrong with the form. Throws Error HY000 where no window can be made.
bool ask(void* window, const Question& question);

}  // namespace negodbc::dialog
