// What the doctor has found, and what it looked at, in one file for whoever supports the user.
#pragma once

#include <string>
#include <vector>

#include "cli/report.h"
#include "driver/dsn/settings.h"

namespace negodbc::cli {

// As JSON: the report, the system, the files of krb5.conf. No secret is in it: neither what
// keywords of that kind have as values (should anybody have repeated them), nor passwords within
// addresses. The file is its owner's (0600) and replaces one of the same name. Throws Error HY000.
void write_bundle(const std::string& file, const Report& report, const dsn::Settings& settings);

// The system's part: what this machine is, and the files of krb5.conf with their lines.
struct SystemFile {
  std::string path, text;
};
std::vector<SystemFile> files_for_support();
std::string system_name();

// Replaces the file as a whole, readable by its owner only. Throws Error HY000.
void write_private_file(const std::string& file, const std::string& text);

}  // namespace negodbc::cli
