// negodbc dsn import: what another driver or libpq connects by, made into a data source.
#pragma once

#include <iosfwd>
#include <string>

#include "cli/data_sources.h"

namespace negodbc::cli {

// `source`: a data source of another driver's (psqlodbc: as it reads it), libpq's words (host=...
// user=...), a URI of libpq's (postgresql://...), or "service=NAME" of its service file
// (PGSERVICEFILE, ~/.pg_service.conf, then PGSYSCONFDIR). `name`: the new data source's; "": the
// service's, or the database's. Every word that changes or is left out is told. Throws Error.
int import_data_source(const std::string& source, const std::string& name, Scope scope,
                       std::ostream& out);

// libpq documentation, "Connection URIs": as words of libpq's. Throws Error HY000 where it is none,
// HYC00 for an ssl that is not true.
dsn::Profile words_of_uri(const std::string& uri);

}  // namespace negodbc::cli
