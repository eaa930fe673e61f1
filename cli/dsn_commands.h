// negodbc dsn ...: data sources listed, shown, written. Each gives the program's exit status; what
// can't be done throws Error.
#pragma once

#include <functional>
#include <iosfwd>
#include <optional>
#include <string>
#include <vector>

#include "cli/data_sources.h"

namespace negodbc::cli {

// Asks a person: the question, and what an empty answer means. Not there: nobody can be asked.
using Ask = std::function<std::string(const std::string& question, const std::string& otherwise)>;

int list_data_sources(bool json, std::ostream& out);
int show_data_source(const std::string& name, bool json, std::ostream& out);
// `words`: "Keyword=value" each, checked against the table of keywords, their values too. None:
// asked for, and so is a name that is "".
int add_data_source(const std::string& name, Scope scope, const std::vector<std::string>& words,
                    const Ask& ask, std::ostream& out);
// "Keyword=" takes a keyword away. No words: another value is asked for, for each that is there.
int edit_data_source(const std::string& name, std::optional<Scope> scope,
                     const std::vector<std::string>& words, const Ask& ask, std::ostream& out);
int remove_data_source(const std::string& name, std::optional<Scope> scope, std::ostream& out);

}  // namespace negodbc::cli
