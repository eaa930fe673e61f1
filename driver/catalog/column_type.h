// A column's type as the catalogue functions tell it; agrees with the metadata of a result.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "driver/catalog/local_rows.h"
#include "driver/types/type_info.h"

namespace negodbc::catalog {

// What a domain is in the end, however many domains lie between.
struct Domain {
  std::uint32_t type = 0;
  std::int32_t modifier = -1;
  bool not_null = false;  // it or one beneath it
  std::string name;       // of the type
};
using Domains = std::map<std::uint32_t, Domain>;  // by the domain's OID

// Of the domains among the rows' types: `oid` is the cell of pg_type.oid, `kind` that of typtype.
// Asks only when there is one. (As a part of the query over columns it would be a subquery a row,
// which makes the server's planner expect so much work that it compiles the query first.)
Domains find_domains(const wire::Answer& rows, std::size_t oid, std::size_t kind,
                     const Query& query);

struct ColumnTypeCells {
  ColumnTypeCells(std::uint32_t oid, std::int32_t modifier, const std::string& name,
                  const Domains& domains, const types::TypeOptions& options);
  bool domain_not_null = false;
  Cell data_type, type_name, column_size, buffer_length, decimal_digits, radix, sql_data_type,
      datetime_sub, char_octet_length;
};

// What SQLColumns and SQLProcedureColumns tell of a column besides its type.
struct ColumnFacts {
  bool not_null = false;
  Cell remarks, initial;  // initial: its default, COLUMN_DEF
  Cell position;          // from 1
};
// The columns that both have in the same order, DATA_TYPE to IS_NULLABLE, and a row's cells of
// them.
void add_typed_columns(LocalRows& result);
void add_typed_cells(Row& row, ColumnTypeCells type, ColumnFacts facts);

}  // namespace negodbc::catalog
