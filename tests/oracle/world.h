// The tables that scripts work on: two sides, one for each way to the server, with the same names
// in schemas of their own.
#pragma once

#include <set>
#include <string>

#include "tests/oracle/libpq.h"

namespace negodbc::oracle {

// Schema names of a side; the two are `a` and `b` in this order on its search path.
struct Side {
  std::string a, b;
  [[nodiscard]] std::string path() const { return a + ", " + b; }
  [[nodiscard]] std::string in(const std::string& text) const { return in_schemas(text, a, b); }
};

class World {
 public:
  // `place`: worlds of several processes in one database have different ones.
  explicit World(int place);
  ~World();
  World(const World&) = delete;
  World& operator=(const World&) = delete;

  [[nodiscard]] const Side& driver_side() const { return driver_; }
  [[nodiscard]] const Side& libpq_side() const { return libpq_; }

  // As it was at first. `changed`: the tables that may have been changed or replaced, by name, of
  // those that scripts change.
  void reset(const std::set<std::string>& changed);
  // All rows of all tables of a side, as text.
  std::string contents(const Side& side);

 private:
  void make(const Side& side);

  Libpq admin_;
  Side driver_, libpq_;
  int resets_ = 0;
};

}  // namespace negodbc::oracle
