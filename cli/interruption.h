// Ctrl-C while a statement runs: the server is asked to stop it, rather than left alone with it.
#pragma once

#include <memory>

#include "driver/session/session.h"

namespace negodbc::cli {

// As long as it lives the first Ctrl-C cancels what the session does and ends the wait for it,
// within session::Session::interrupt_grace where the server does not answer; the next one ends the
// program as ever. One at a time, made and ended by the thread that waits; no other thread that
// takes signals may run.
class Interruption {
 public:
  explicit Interruption(session::Session& session);
  ~Interruption();
  Interruption(const Interruption&) = delete;
  Interruption& operator=(const Interruption&) = delete;

  // Ctrl-C was pressed.
  [[nodiscard]] bool happened() const;

 private:
  struct Watch;  // the system's
  std::unique_ptr<Watch> watch_;
};

}  // namespace negodbc::cli
