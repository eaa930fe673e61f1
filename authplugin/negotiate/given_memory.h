// What a table's function has allocated for its caller.
#ifndef NEGODBC_NEGOTIATE_GIVEN_MEMORY_H_
#define NEGODBC_NEGOTIATE_GIVEN_MEMORY_H_

#include "negotiate/security_platform.h"

namespace negodbc::auth {

// Gives it back at its end, also where copying it fails. NULL: there is none.
class GivenMemory {
 public:
  GivenMemory(const SecurityFunctionTableW& table, void* memory) : table_(table), memory_(memory) {}
  ~GivenMemory() {
    if (memory_ != nullptr) table_.FreeContextBuffer(memory_);
  }
  GivenMemory(const GivenMemory&) = delete;
  GivenMemory& operator=(const GivenMemory&) = delete;

 private:
  const SecurityFunctionTableW& table_;
  void* const memory_;
};

}  // namespace negodbc::auth

#endif  // NEGODBC_NEGOTIATE_GIVEN_MEMORY_H_
