#include "cli/understanding.h"

#include <array>
#include <utility>

#include "cli/installation.h"
#include "driver/base/error.h"
#include "driver/base/utf.h"
#include "driver/dsn/data_sources.h"
#include "driver/dsn/keywords.h"
#include "driver/dsn/masking.h"
#include "driver/dsn/words.h"

namespace negodbc::cli {
namespace {

dsn::Profile nothing(std::string_view /*section*/) {
  return {};
}

// Notes what the settings have now and had not before.
class Origins {
 public:
  void note(Understanding& known, const std::string& source) {
    for (const dsn::Keyword& entry : dsn::keywords()) {
      bool& seen = seen_[static_cast<std::size_t>(entry.key)];
      if (seen || !known.settings.has(entry.key)) continue;
      seen = true;
      known.keywords.push_back({std::string(entry.name),
                                dsn::shown_value(entry.name, known.settings.get(entry.key)),
                                source});
    }
    const auto& kept = known.settings.kept();
    for (; kept_ < kept.size(); ++kept_) {
      std::string reason = source;
      for (const dsn::AcceptedKeyword& entry : dsn::accepted_without_effect())
        if (entry.name == kept[kept_].first) reason.append(": ").append(entry.reason);
      known.without_effect.push_back(
          {kept[kept_].first, dsn::shown_value(kept[kept_].first, kept[kept_].second), reason});
    }
  }

 private:
  std::array<bool, static_cast<std::size_t>(dsn::Key::count)> seen_{};
  std::size_t kept_ = 0;
};

// libpq's, with blanks between its words, all of which would be the first one's value here.
bool is_conninfo(const std::string& connection) {
  if (connection.find(';') != std::string::npos) return false;
  try {
    const dsn::Profile words = dsn::conninfo_words(connection);
    return words.size() > 1 && dsn::find_keyword(words[1].first) != nullptr;
  } catch (const Error&) {
    return false;
  }
}

}  // namespace

std::string connection_string_of(const std::string& connection) {
  return connection.find('=') == std::string::npos ? "DSN={" + connection + "}" : connection;
}

dsn::QuotedSecrets secrets_of(const Understanding& known) {
  dsn::QuotedSecrets secrets;
  secrets.note(known.settings);
  return secrets;
}

dsn::QuotedSecrets secrets_of_statements(const Understanding& known) {
  dsn::QuotedSecrets secrets;
  secrets.note_statements(known.settings.get(dsn::Key::connect_settings));
  return secrets;
}

std::string driver_line(const std::string& data_source) {
  for (const auto& [name, value] : dsn::read_odbc_ini(data_source))
    if (iequals(name, "Driver")) return value;
  return {};
}

Understanding understand(const std::string& connection) {
  if (connection.find("://") < connection.find('=')) {
    throw Error("HY000",
                "a URI is no connection string: negodbc dsn import makes a data source of it");
  }
  require_readable_ini_files();
  if (is_conninfo(connection)) {
    throw Error("HY000",
                "there are blanks between the words, as libpq has them; in a connection string of "
                "ODBC's there are semicolons. negodbc dsn import makes a data source of libpq's");
  }
  Understanding known;
  Origins origins;
  dsn::Parsed parsed = dsn::parse_connection_string(connection_string_of(connection));
  known.settings = std::move(parsed.settings);
  known.unknown = std::move(parsed.unknown);
  origins.note(known, given_by_string);
  std::string driver(known.settings.get(dsn::Key::driver));
  if (known.settings.has(dsn::Key::dsn)) {
    const std::string name(known.settings.get(dsn::Key::dsn));
    for (dsn::Unknown& word :
         dsn::complete_from_dsn(known.settings, name, dsn::read_odbc_ini, nothing))
      known.unknown.push_back(std::move(word));
    origins.note(known, dsn::file_of_data_source(name));
    driver = driver_line(name);
  }
  dsn::complete_from_driver(known.settings, driver);
  origins.note(known, "[" + driver + "] of odbcinst.ini");
  return known;
}

}  // namespace negodbc::cli
