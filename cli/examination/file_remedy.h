// Commands that change files. What they are about is named by keywords, by the environment and by
// files' own words, which may lead anywhere, and who reads them may be root: one is told only where
// it can do no harm. The file is an ordinary one, of the kind that it was taken for
// (driver/base/file_kind.h), and the user's own; or it lies where libraries and the driver manager
// look for it by themselves. Otherwise the remedy is to name another.
#pragma once

#include <string>

#include "driver/base/file_kind.h"

namespace negodbc::cli {

// "alice"; "user 1000" of one without a name.
std::string this_user();

// A command that changes nothing but who may read it; "": it must not be told of this file.
std::string to_make_private(const std::string& path, FileKind kind);

// A command by which a person changes a file of this kind; "" as above. A krb5.conf may be root's.
std::string to_change_by_hand(const std::string& path, FileKind kind);

// For a file at a place of the system's own, which can't be read for the lack of a right: a command
// that gives this user the right to read it, and nobody else. "": it is a link, nobody's ordinary
// file, or another's than root's.
std::string to_let_read(const std::string& system_file);

// Puts away what lies at a place of the system's or the user's own and is no file for it (a pipe, a
// folder).
std::string to_put_away(const std::string& path);

}  // namespace negodbc::cli
