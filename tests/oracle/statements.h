// The statements of scripts, on the tables of world.cc. Values are few, so that they collide.
#pragma once

#include <string>

#include "tests/oracle/dice.h"
#include "tests/oracle/script.h"

namespace negodbc::oracle {

class Statements {
 public:
  explicit Statements(Dice& dice) : dice_(dice) {}

  Text one(bool with_parameters);
  Text with_rows();
  Text several(bool with_parameters);
  // For arrays of parameters. In autocommit mode the driver may commit several sets at once, so
  // these are statements whose sets cannot need each other: what fails with the others fails
  // alone, or is the one that came too late.
  Text for_array();
  // BEGIN, SAVEPOINT, SET CONSTRAINTS and the like.
  Text of_transactions();
  // On tables that change() changes.
  Text of_changing_tables();
  Text own_change();
  Text change();
  // A function of one integer that gives one: its name.
  Text function();

  ParameterSet values(const Text& text);

 private:
  std::string insert(bool parameters);
  std::string update(bool parameters);
  std::string removal(bool parameters);
  std::string selection(bool parameters);
  std::string value(bool parameter);
  std::string number();
  Text any(bool parameters);

  Dice& dice_;
};

}  // namespace negodbc::oracle
