// A sequence played in a process of its own: what crashes or does not come back is an answer too.
#pragma once

#include <string>

#include "tests/oracle/peer/player.h"

namespace negodbc::peer {

// A driver. Holds a connection, so that the driver is loaded once and not in each process.
class Side {
 public:
  Side(std::string driver, std::string search_path);

  // Throws std::runtime_error where the driver does not connect.
  [[nodiscard]] Played play(const Sequence& sequence) const;

 private:
  std::string driver_, search_path_;
  Player loaded_;
};

}  // namespace negodbc::peer
