// What a data source of another driver's means to that driver, for who imports it.
#pragma once

#include "driver/dsn/settings.h"

namespace negodbc::cli {

// Whether psqlodbc reads it: by the file of its driver, or by the driver's name.
bool is_of_psqlodbc(const dsn::Profile& values);

// The values that psqlodbc has of it (dlg_specific.c: getDSNinfo), in an order in which of several
// names of a keyword its own comes first: a Password, which is percent-encoded with '+' for a
// blank, and ConnSettings of a word or two, which may be, are decoded, all else means what stands
// there.
dsn::Profile as_psqlodbc_reads(const dsn::Profile& values);

}  // namespace negodbc::cli
