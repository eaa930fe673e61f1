// How a statement finds the types that the server takes for its parameters; for the statement's own
// source files.
#pragma once

#include <utility>

#include "driver/handles/statement.h"

namespace negodbc::odbc {

template <class F>
auto Statement::with_types(session::CachedStatement& known, const std::string& text,
                           const Types& declared, F&& work) {
  try {
    Types types = known.types ? *known.types : first_types(known, text, declared);
    auto result = work(types);
    if (!known.types) known.types = std::move(types);
    return result;
  } catch (const session::Refused& refused) {
    if (connection_->conversation().transaction_status() == 'E') throw;
    find_types(known, text, declared, &refused);
  }
  return std::forward<F>(work)(*known.types);
}

}  // namespace negodbc::odbc
