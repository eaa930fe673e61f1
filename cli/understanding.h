// What a DSN's name or a connection string means to the driver, and where each word of it stands.
#pragma once

#include <string>
#include <vector>

#include "cli/report.h"
#include "driver/dsn/quoted_secrets.h"
#include "driver/dsn/settings.h"

namespace negodbc::cli {

// The source of what stands there.
inline constexpr char given_by_string[] = "the connection string";

struct Understanding {
  dsn::Settings settings;
  std::vector<Fact> keywords;  // those given, by their canonical names; secrets without their value
  std::vector<Fact> without_effect;   // accepted for others' sake
  std::vector<dsn::Unknown> unknown;  // no keywords
};

// `connection`: a name, or a string with '='; what the data source and the driver's section of
// odbcinst.ini add is read as the driver reads it. Throws Error (HY000, HYC00, IM002) as
// dsn::parse_connection_string() and complete_from_dsn() do.
Understanding understand(const std::string& connection);

// What texts about it must not show, and what texts about its ConnSettings must not show besides.
dsn::QuotedSecrets secrets_of(const Understanding& known);
dsn::QuotedSecrets secrets_of_statements(const Understanding& known);

// "DSN=name" for a name; else as it is.
std::string connection_string_of(const std::string& connection);

// The Driver line of a data source, as the driver manager reads it: neither quotes nor braces are
// taken off. "" when there is none.
std::string driver_line(const std::string& data_source);

}  // namespace negodbc::cli
