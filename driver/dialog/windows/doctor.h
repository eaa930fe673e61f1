// The doctor, negodbc.exe, that is installed beside the driver: run in a process of its own.
#pragma once

#include <windows.h>

#include <cstdint>
#include <string>

#include "driver/base/deadline.h"
#include "driver/base/secret.h"

namespace negodbc::dialog {

// The program's file, in the driver's own folder and nowhere else; "": it is not there.
std::string doctor_beside_driver();

struct Examined {
  enum class End : std::uint8_t { told, not_there, stopped, too_late };
  End end = End::not_there;
  std::string report = {};  // told: what it wrote, whatever that is
};

// Runs `program` on a connection string that may have secrets in it: it goes through a pipe that
// nobody else has an end of. Ends when the program does, when `stop` (an event) is set, or at the
// deadline; nothing of the program is left then. not_there: it could not be started.
Examined run_doctor(const std::string& program, const Secret& connection, HANDLE stop,
                    Deadline deadline);

}  // namespace negodbc::dialog
