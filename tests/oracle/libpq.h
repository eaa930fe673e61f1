// A session through libpq.
#pragma once

#include <libpq-fe.h>

#include <memory>
#include <string>

#include "tests/oracle/answer.h"
#include "tests/oracle/script.h"

namespace negodbc::oracle {

class Libpq {
 public:
  // Throws std::runtime_error. `password`: "" where none is asked for.
  Libpq(const std::string& user, const std::string& password);

  // The text as one simple query: several statements are one transaction, unless one is open.
  Answer simple(const std::string& sql);
  // One statement, ? for parameters, by the extended protocol and never from a plan of before.
  Answer extended(const std::string& sql, const Parameter* values, std::size_t count);
  // Throws std::runtime_error where it fails; the first value of the last result, "" without one.
  std::string must(const std::string& sql);
  // 'I', 'T', 'E', as the protocol has it.
  [[nodiscard]] char status() const;

 private:
  Answer answer();

  std::unique_ptr<PGconn, decltype(&PQfinish)> connection_{nullptr, PQfinish};
};

// Of the realm's administrator, who may make schemas. Throws std::runtime_error.
Libpq as_admin();

}  // namespace negodbc::oracle
