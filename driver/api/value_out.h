// Attributes and descriptor fields written where the application wants them, in their exact width.
#pragma once

#include <sql.h>
#include <sqlext.h>

#include "driver/api/text.h"
#include "driver/handles/value.h"

namespace negodbc::odbc {

// Text lengths are in bytes, for A and W. Nothing is written where `output` is null.
template <class Char>
void value_out(const Value& value, SQLPOINTER output, SQLINTEGER capacity, SQLINTEGER* length,
               Diagnostics& diagnostics) {
  std::visit(
      [&](const auto& v) {
        using T = std::decay_t<decltype(v)>;
        if constexpr (std::is_same_v<T, std::string>) {
          text_out(v, static_cast<Char*>(output), capacity, length, Unit::bytes, &diagnostics);
        } else {
          if (output != nullptr) *static_cast<T*>(output) = v;
          if (length != nullptr) *length = sizeof(T);
        }
      },
      value);
}

}  // namespace negodbc::odbc
