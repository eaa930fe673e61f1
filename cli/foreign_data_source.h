// What a data source of another driver's means to that driver, for who imports it.
#pragma once

#include "driver/dsn/settings.h"

namespace negodbc::cli {

// Whether psqlodbc reads it: by the file of its driver, or by the driver's name.
bool is_of_psqlodbc(const dsn::Profile& values);

// The values that psqlodbc has of it (dlg_specific.c: getDSNinfo): a Password, which is
// percent-encoded with '+' for a blank, and ConnSettings of a word or two, which may be, are
// decoded, all else means what stands there. In their order, but that behind all of them stand
// those by another name of a keyword that is there by psqlodbc's own.
dsn::Profile as_psqlodbc_reads(const dsn::Profile& values);

}  // namespace negodbc::cli
