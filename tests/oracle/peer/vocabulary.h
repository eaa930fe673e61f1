// What sequences are made of: statements, and what parameters are bound as.
#pragma once

#include <sql.h>
#include <sqlext.h>

#include <vector>

#include "tests/oracle/dice.h"

namespace negodbc::peer {

struct Query {
  const char* sql;
  int columns;
  std::vector<const char*> parameters;  // what is compared with or stored in: a type's first letter
};

const Query& query(oracle::Dice& dice);
// INSERT and its like.
const Query& change(oracle::Dice& dice);
// What fails.
const char* fault(oracle::Dice& dice);
const char* several(oracle::Dice& dice);

// A declared type, C types that go with it, and values.
struct Binding {
  std::vector<SQLSMALLINT> sql_types, c_types;
  std::vector<const char*> values;
};

const Binding& binding(char letter);

}  // namespace negodbc::peer
