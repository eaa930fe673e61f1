// odbc.ini on disk: read with its faults, changed as a whole or not at all. Linux and its kin.
//
// Who changes it holds a lock on it (flock), of the file itself, so that it works on NFS and leaves
// nothing behind; who waited looks whether the file is still the one that the name leads to. The
// new text is written beside it under a name of its own, with the file's owner, group, mode and
// ACL, brought to the disk and renamed: programs read the old text or the new one. A link stays,
// what it leads to is replaced.
//
// Programs that write by libodbcinst know no lock, and cut the file off before they write. It is
// read, and looked at again before it is replaced, while nobody has it open for writing (lease.h),
// or where that can't be known once it has been the same for a while. What they write meanwhile is
// seen and kept, also what is written into a file that has just lost its name. They lose what they
// have not read: a change made between their reading and their writing.
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
// read: a folder, a pipe, permission, links in a circle, more than 16 MiB. Waits five seconds at
// most for a program that is writing it.
IniText read_ini_file(const std::string& path);

// `change` is called with the text as it is, again where somebody else was faster; what it throws
// leaves the file as it was. Throws Error HY000 with the cause and nothing changed where the file
// can't be replaced, or is locked by another for half a minute. A file that is made, or was empty,
// is its user's alone where `holds_secret`.
void change_ini_file(const std::string& path, bool holds_secret,
                     const std::function<void(IniText&)>& change);

}  // namespace negodbc::dsn
