// The catalogue functions: each asks pg_catalog once and gives the rows that the reference
// prescribes, in its order. Names that are null pointers do not restrict. Errors: those of the
// query; HY009, HY097 to HY101 for arguments.
#pragma once

#include <sql.h>
#include <sqlext.h>

#include <optional>
#include <string>

#include "driver/catalog/local_rows.h"
#include "driver/types/type_info.h"

namespace negodbc::catalog {

struct Context {
  Query query;
  std::string database;  // of the session
  types::TypeOptions types;
  bool metadata_id = false;  // SQL_ATTR_METADATA_ID
  bool show_system_tables = false;
};

// What every object here has: a catalogue (the database), a schema, a name.
struct ObjectName {
  std::optional<std::string> catalog, schema, name;
};

// SQLTables, with its enumerations of catalogues, schemas and table types.
LocalRows tables(const Context& context, const ObjectName& table,
                 const std::optional<std::string>& types);
LocalRows columns(const Context& context, const ObjectName& table,
                  const std::optional<std::string>& column);
LocalRows primary_keys(const Context& context, const ObjectName& table);
LocalRows foreign_keys(const Context& context, const ObjectName& primary,
                       const ObjectName& foreign);
LocalRows statistics(const Context& context, const ObjectName& table, SQLUSMALLINT unique,
                     SQLUSMALLINT reserved);
LocalRows special_columns(const Context& context, SQLUSMALLINT kind, const ObjectName& table,
                          SQLUSMALLINT scope, SQLUSMALLINT nullable);
LocalRows procedures(const Context& context, const ObjectName& procedure);
LocalRows procedure_columns(const Context& context, const ObjectName& procedure,
                            const std::optional<std::string>& column);
LocalRows table_privileges(const Context& context, const ObjectName& table);
LocalRows column_privileges(const Context& context, const ObjectName& table,
                            const std::optional<std::string>& column);
// SQLGetTypeInfo; asks nothing of the server. ODBC 2's numbers of dates and times mean ODBC 3's.
LocalRows type_info(const types::TypeOptions& types, SQLSMALLINT data_type);

}  // namespace negodbc::catalog
