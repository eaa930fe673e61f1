// The manual page and the shell's completion, made of the command line's own tables.
#pragma once

#include <CLI/CLI.hpp>
#include <iosfwd>

namespace negodbc::cli {

// man(7), section 1.
void write_manual(const CLI::App& app, std::ostream& out);

// For bash: commands, options, and data sources where one is wanted.
void write_completion(const CLI::App& app, std::ostream& out);

}  // namespace negodbc::cli
