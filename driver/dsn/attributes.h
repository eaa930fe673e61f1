// What the ODBC installers hand to ConfigDSN, and what a set-up shows of a keyword: the same for
// unixODBC's and Windows'.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "driver/dsn/keywords.h"
#include "driver/dsn/settings.h"

namespace negodbc::dsn {

// "key=value" texts, each with its end, an empty one behind the last; null: none. What has no '='
// is left out.
Profile parse_attributes(const char* list);

// "": the word may stand in a data source; else why it is not taken.
std::string refusal_of(const std::string& word);

// What is told of a keyword: its description and what counts without it.
std::string help_of(const Keyword& keyword);

// What a list offers for a keyword, "" first where nothing may be said; empty: any text.
std::span<const std::string_view> offers_of(const Keyword& keyword);

}  // namespace negodbc::dsn
