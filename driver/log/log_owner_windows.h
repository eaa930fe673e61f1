// Whose a log's file is on Windows, and whose one that is made will be.
#pragma once

#include <windows.h>

#include <memory>
#include <string>
#include <vector>

namespace negodbc::log {

// The user's that asks, the administrators' and the system's own: who may read and write all that
// the user may. As the user and root elsewhere.
bool may_own_log(PSID owner, PSID user);

// Why the file's owner is none of a log's; "": it is one, or the file system knows no owners.
std::string fault_of_owner(HANDLE file);

// For a file that nobody but those may open, whatever its folder hands on.
class OwnersOnly {
 public:
  OwnersOnly();
  // null: Windows does not tell who asks.
  [[nodiscard]] SECURITY_ATTRIBUTES* get() { return descriptor_ ? &attributes_ : nullptr; }

 private:
  struct Free {
    void operator()(void* memory) const { LocalFree(memory); }
  };
  std::unique_ptr<void, Free> descriptor_;
  SECURITY_ATTRIBUTES attributes_{};
};

}  // namespace negodbc::log
