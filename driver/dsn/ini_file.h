// odbc.ini on disk: read with its faults, changed as a whole or not at all. Linux and its kin.
//
// Who changes it holds a lock on it (flock), of the file itself, so that it works on NFS and leaves
// nothing behind; who waited looks whether the file is still the one that the name leads to. The
// new text is written beside it under a name of its own, with the file's owner, group, mode and
// ACL, brought to the disk and renamed: programs read the old text or the new one. Programs that
// write by libodbcinst know no lock; what they wrote meanwhile is seen and kept. A link stays, what
// it leads to is replaced.
#pragma once

#include <functional>
#include <string>

#include "driver/dsn/ini_text.h"

namespace negodbc::dsn {

// The files that unixODBC takes in this process: the user's ($ODBCINI, else .odbc.ini in the home
// folder of the user's entry), the system's.
std::string user_ini_file();
std::string system_ini_file();

// An empty text where there is no such file. Throws Error HY000 with the cause where it can't be
// read: a folder, a pipe, permission, links in a circle, more than 16 MiB.
IniText read_ini_file(const std::string& path);

// `change` is called with the text as it is, again where somebody else was faster; what it throws
// leaves the file as it was. Throws Error HY000 with the cause and nothing changed where the file
// can't be replaced, or is locked by another for half a minute. A file that is made, or was empty,
// is its user's alone where `holds_secret`.
void change_ini_file(const std::string& path, bool holds_secret,
                     const std::function<void(IniText&)>& change);

}  // namespace negodbc::dsn
