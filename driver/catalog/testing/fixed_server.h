// A server that gives the answer a test wants, and what tests of the catalogue ask of results.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "driver/base/error.h"
#include "driver/catalog/catalog.h"
#include "driver/wire/answer.h"

namespace negodbc::catalog::testing {

// Answers with what it was given and remembers what it was asked.
struct FixedServer {
  std::vector<Row> answer;
  std::vector<std::string> asked;
  Query query = [this](const std::string& sql, wire::AnswerColumns columns) {
    asked.push_back(sql);
    wire::Answer given(columns);
    for (const Row& row : answer) given.add(row);
    return given;
  };
  Context context() {
    Context made;
    made.query = query;
    made.database = "db";
    return made;
  }
};

inline std::vector<std::string> names_of(const LocalRows& rows) {
  std::vector<std::string> result;
  for (const wire::Field& field : rows.fields) result.push_back(field.name);
  return result;
}

// The SQLSTATE of what it throws, "" of nothing.
inline std::string state_of(const std::function<void()>& body) {
  try {
    body();
  } catch (const Error& error) {
    return std::string(error.state().view());
  }
  return "";
}

}  // namespace negodbc::catalog::testing
