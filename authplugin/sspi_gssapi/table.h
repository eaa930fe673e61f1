// The SecurityFunctionTables over GSSAPI: the only way in.
#ifndef NEGODBC_SSPI_GSSAPI_TABLE_H_
#define NEGODBC_SSPI_GSSAPI_TABLE_H_

#include "negodbc/sspi.h"

namespace negodbc::sspi_gssapi {

// Static; they live as long as the module. No function throws. Thread-safe as on Windows: different
// handles at the same time, one handle by one thread at a time.
const SecurityFunctionTableW& table_w();
const SecurityFunctionTableA& table_a();

}  // namespace negodbc::sspi_gssapi

#endif  // NEGODBC_SSPI_GSSAPI_TABLE_H_
