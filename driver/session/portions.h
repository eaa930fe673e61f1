// How the rows of a statement come: all at once, or through a portal in portions.
//
// Through a portal the server makes no more rows than are asked for: Execute has a limit, and the
// next portion is asked for before the one before is used up. In a transaction the portal stays
// where it is while other statements run, and is closed with a flight that follows. In autocommit
// mode no Sync follows the Execute until the rows have ended or are not wanted any more: the
// server's own transaction stays open so long, and what must commit in between makes the rest be
// read into the spool first. A statement is executed so when it only reads; a limit also makes the
// server plan without parallel workers.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "driver/session/framing.h"

namespace negodbc::session {

inline constexpr std::size_t first_portion = std::size_t{256} << 10U;  // bytes
inline constexpr std::size_t largest_portion = std::size_t{16} << 20U;
inline constexpr std::int32_t first_rows = 2000;  // of rows whose width is not known

// What a text was like when it was executed before.
struct Habits {
  bool at_once = false;        // its rows ended within the first portion
  std::uint32_t row_size = 0;  // bytes of a row on the wire; 0: not known
};

struct Portions {
  bool reads = false;              // by its text, so that its rest need not be asked for
  bool changes = false;            // it may: in a transaction of its own its end is waited for
  bool limited = false;            // in portions
  std::int32_t rows = 0;           // in each portion; 0: as their width wants it
  std::int32_t most = 0;           // rows in all (SQL_ATTR_MAX_ROWS), at once; 0: all
  std::shared_ptr<Habits> habits;  // may be null
};

// A portal that may give more rows.
struct Portal {
  std::string name;
  bool in_transaction = false;
  Framing framing;                     // of later portions, in a transaction
  std::int32_t fixed = 0;              // rows in each portion; 0: they grow
  std::size_t target = first_portion;  // bytes of the portion that was asked for last
  std::int32_t limit = 0;              // rows of the portion that is used up now
  std::int32_t next_limit = 0;         // of the one that was asked for ahead
  int asked = 1;                       // portions that were asked for and not yet used up
  int in_air = 1;                      // those of them that the session has not received
};

// Rows that are about so many bytes.
std::int32_t rows_of(std::size_t bytes, std::size_t row_size);

}  // namespace negodbc::session
