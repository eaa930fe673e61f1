// What a record says of a type of the server's.
#pragma once

#include <cstdint>

#include "driver/handles/descriptor/descriptor.h"
#include "driver/types/type_info.h"

namespace negodbc::odbc {

// Type, sizes and what follows from them; the record's other fields stay as they are.
void describe_server_type(Record& record, std::uint32_t oid, std::int32_t modifier,
                          const types::TypeOptions& options);

}  // namespace negodbc::odbc
