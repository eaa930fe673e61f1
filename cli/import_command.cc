#include "cli/import_command.h"

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <optional>
#include <ostream>
#include <system_error>
#include <utility>
#include <vector>

#include "cli/dsn_commands.h"
#include "cli/foreign_data_source.h"
#include "cli/printable.h"
#include "driver/base/characters.h"
#include "driver/base/error.h"
#include "driver/base/file_fault.h"
#include "driver/base/os_user.h"
#include "driver/base/path.h"
#include "driver/base/utf.h"
#include "driver/dsn/dressing.h"
#include "driver/dsn/keywords.h"
#include "driver/dsn/masking.h"
#include "driver/dsn/settings.h"
#include "driver/dsn/words.h"

namespace negodbc::cli {
namespace {

std::string variable(const char* name) {
  return variable_of_environment(name).value_or("");
}

bool is_uri(const std::string& source) {
  return source.starts_with("postgresql://") || source.starts_with("postgres://");
}

std::string percent_decoded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out += text[i];
      continue;
    }
    const int high = i + 2 < text.size() ? hex_digit(text[i + 1]) : -1;
    const int low = i + 2 < text.size() ? hex_digit(text[i + 2]) : -1;
    if (high < 0 || low < 0 || high * 16 + low == 0)
      throw Error("HY000", "the URI has a % that two hexadecimal digits do not follow");
    out += static_cast<char>(high * 16 + low);
    i += 2;
  }
  return out;
}

// JDBC's ssl=true is the one word of others' that libpq takes in a URI.
std::pair<std::string, std::string> parameter(std::string name, std::string value) {
  if (name != "ssl") return {std::move(name), std::move(value)};
  if (value == "true") return {"sslmode", "require"};
  throw Error("HYC00", "the URI's ssl=" + value +
                           ": of that libpq takes true only; sslmode says more than that");
}

// "host:port,[::1]:port" as two lists.
void take_hosts(std::string_view text, dsn::Profile& words) {
  std::string hosts;
  std::string ports;
  bool any_port = false;
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t end = std::min(text.find(',', at), text.size());
    std::string_view one = text.substr(at, end - at);
    std::string_view port;
    const std::size_t bracket = one.starts_with('[') ? one.find(']') : std::string_view::npos;
    const std::size_t colon = one.find(':', bracket == std::string_view::npos ? 0 : bracket);
    if (colon != std::string_view::npos) {
      port = one.substr(colon + 1);
      one = one.substr(0, colon);
    }
    if (bracket != std::string_view::npos) one = one.substr(1, bracket - 1);
    hosts += (at == 0 ? "" : ",") + percent_decoded(one);
    ports += (at == 0 ? "" : ",") + percent_decoded(port);
    any_port = any_port || !port.empty();
    at = end + 1;
  }
  if (hosts.find_first_not_of(',') != std::string::npos) words.emplace_back("host", hosts);
  if (any_port) words.emplace_back("port", ports);
}

// The section of a service file; "name=value" a line, # begins a remark's line.
dsn::Profile section_of(const std::string& file, const std::string& service) {
  dsn::Profile words;
  std::string fault = fault_of_file(file);
  errno = 0;
  std::ifstream lines;
  if (fault.empty()) lines.open(path_of(file));
  const bool absent = errno == ENOENT || errno == ENOTDIR;
  if (fault.empty() && !lines && !absent) fault = std::generic_category().message(errno);
  if (!fault.empty()) throw Error("HY000", "can't read " + file + ": " + fault);
  bool inside = false;
  for (std::string line; std::getline(lines, line);) {
    const std::string_view text = trimmed(line);
    if (text.empty() || text.front() == '#') continue;
    if (text.front() == '[') {
      inside = text == "[" + service + "]";
      continue;
    }
    const std::size_t equals = text.find('=');
    if (inside && equals != std::string_view::npos)
      words.emplace_back(trimmed(text.substr(0, equals)), trimmed(text.substr(equals + 1)));
  }
  return words;
}

dsn::Profile words_of_service(const std::string& service) {
  std::vector<std::string> files;
  // Windows has no HOME.
  const std::string home = variable("HOME");
  if (const std::string named = variable("PGSERVICEFILE"); !named.empty())
    files.push_back(named);
  else
    files.push_back((home.empty() ? libpq_directory() : home + "/") + ".pg_service.conf");
  const std::string folder = variable("PGSYSCONFDIR");
  files.push_back((folder.empty() ? "/etc/postgresql-common" : folder) + "/pg_service.conf");
  for (const std::string& file : files)
    if (dsn::Profile words = section_of(file, service); !words.empty()) return words;
  throw Error("HY000",
              "there is no service " + service + " in " + files[0] + " nor in " + files[1]);
}

// libpq's "name = 'value' ..."; nothing where it is none. A service's name may stand bare.
std::optional<dsn::Profile> words_of_conninfo(const std::string& source) {
  constexpr std::string_view service = "service=";
  try {
    dsn::Profile words = dsn::conninfo_words(source);
    // "DSN=sales;UID=bob" is one to libpq, too.
    if (words.size() > 1 || source.find(';') == std::string::npos) return words;
  } catch (const Error&) {
    if (!source.starts_with(service)) return std::nullopt;
  }
  if (source.starts_with(service)) return dsn::Profile{{"service", source.substr(service.size())}};
  return std::nullopt;
}

bool is_service(const std::pair<std::string, std::string>& word) {
  return word.first == "service";
}

// As libpq reads them: the last one of a name counts, and a service says what they do not.
dsn::Profile completed_by_service(const dsn::Profile& given) {
  dsn::Profile words;
  for (auto word = given.rbegin(); word != given.rend(); ++word)
    if (std::none_of(words.begin(), words.end(),
                     [&](const auto& other) { return other.first == word->first; }))
      words.insert(words.begin(), *word);
  const auto service = std::find_if(words.begin(), words.end(), is_service);
  if (service == words.end()) return words;
  for (auto& word : words_of_service(service->second))
    if (std::none_of(words.begin(), words.end(),
                     [&](const auto& other) { return other.first == word.first; }))
      words.push_back(std::move(word));
  std::erase_if(words, is_service);
  return words;
}

// What is to be imported, and whether its values mean what stands there, whatever is around them.
struct Source {
  dsn::Profile words;
  std::string service;  // the name of the one that they come from; "": none
  bool literal = true;
};

Source source_of(const std::string& named) {
  Source source;
  std::optional<dsn::Profile> given;
  if (is_uri(named))
    given = words_of_uri(named);
  else if (named.find('=') != std::string::npos)
    given = words_of_conninfo(named);
  if (given) {
    const auto service = std::find_if(given->begin(), given->end(), is_service);
    if (service != given->end()) source.service = service->second;
    source.words = completed_by_service(*given);
    return source;
  }
  const std::optional<DataSource> found = find_data_source(named);
  if (!found)
    throw Error("IM002", "there is no data source " + dsn::shown_connection(named) +
                             "; what can be imported is one, libpq's words (host=... user=...), a "
                             "URI (postgresql://...) or service=NAME");
  source.literal = is_of_psqlodbc(found->values);
  source.words = source.literal ? as_psqlodbc_reads(found->values) : found->values;
  return source;
}

// Why a word is left out; "": it stays.
std::string reason_to_leave(const std::string& word) {
  if (dsn::is_refused(word)) return "asks for what negodbc does not have";
  if (const std::string_view accepted = dsn::find_accepted(word);
      !accepted.empty() && !dsn::sets_others(accepted)) {
    for (const dsn::AcceptedKeyword& entry : dsn::accepted_without_effect())
      if (entry.name == accepted) return "has no effect: " + std::string(entry.reason);
  }
  return dsn::find_keyword(word) == nullptr && dsn::find_accepted(word).empty()
             ? "is no keyword of negodbc's"
             : "";
}

// A value that stands for itself, as a data source has it: there braces and quotes around a value
// are not part of it. Of statements and pqopt they never are.
std::string as_in_data_source(const dsn::Keyword& keyword, const std::string& value) {
  const bool is_text = keyword.kind == dsn::Kind::text || keyword.kind == dsn::Kind::secret;
  if (!is_text || keyword.key == dsn::Key::connect_settings || keyword.key == dsn::Key::pqopt)
    return value;
  std::string written = dsn::dressed(keyword, value);
  dsn::Settings read;
  (void)dsn::complete_from_dsn(
      read, "new",
      [&](std::string_view) {
        return dsn::Profile{{std::string(keyword.name), written}};
      },
      [](std::string_view) { return dsn::Profile(); });
  if (read.get(keyword.key) != value) {
    throw Error("HY000", "the value of " + std::string(keyword.name) +
                             " can't be kept in a data source: it would be read back otherwise");
  }
  return written;
}

}  // namespace

dsn::Profile words_of_uri(const std::string& uri) {
  if (!is_uri(uri)) throw Error("HY000", "a URI of libpq's begins with postgresql://");
  std::string_view rest = std::string_view(uri).substr(uri.find("://") + 3);
  dsn::Profile words;
  std::string_view parameters;
  if (const std::size_t mark = rest.find('?'); mark != std::string_view::npos) {
    parameters = rest.substr(mark + 1);
    rest = rest.substr(0, mark);
  }
  std::string_view database;
  if (const std::size_t slash = rest.find('/'); slash != std::string_view::npos) {
    database = rest.substr(slash + 1);
    rest = rest.substr(0, slash);
  }
  if (const std::size_t at = rest.rfind('@'); at != std::string_view::npos) {
    const std::string_view who = rest.substr(0, at);
    rest = rest.substr(at + 1);
    const std::size_t colon = who.find(':');
    if (colon != 0 && !who.empty())
      words.emplace_back("user", percent_decoded(who.substr(0, colon)));
    if (colon != std::string_view::npos)
      words.emplace_back("password", percent_decoded(who.substr(colon + 1)));
  }
  take_hosts(rest, words);
  if (!database.empty()) words.emplace_back("dbname", percent_decoded(database));
  while (!parameters.empty()) {
    const std::size_t end = std::min(parameters.find('&'), parameters.size());
    const std::string_view one = parameters.substr(0, end);
    const std::size_t equals = one.find('=');
    if (equals == std::string_view::npos)
      throw Error("HY000", "a parameter of the URI has no value: each is name=value");
    words.push_back(
        parameter(percent_decoded(one.substr(0, equals)), percent_decoded(one.substr(equals + 1))));
    parameters.remove_prefix(std::min(end + 1, parameters.size()));
  }
  return words;
}

int import_data_source(const std::string& named, const std::string& name, Scope scope,
                       std::ostream& out) {
  const Source source = source_of(named);
  std::string target = name.empty() ? source.service : name;
  std::vector<std::string> taken;
  std::vector<std::string> told;
  std::vector<std::string_view> seen;
  for (const auto& [word, value] : source.words) {
    const dsn::Keyword* const keyword = dsn::find_keyword(word);
    if (keyword != nullptr && keyword->key == dsn::Key::driver) {
      told.push_back("Driver = " + value + " becomes negodbc's");
      continue;
    }
    if (value.empty()) continue;
    if (const std::string reason = reason_to_leave(word); !reason.empty()) {
      told.push_back(dsn::shown_word(word).append(" is left out: it ").append(reason));
      continue;
    }
    const std::string_view known = keyword == nullptr ? dsn::find_accepted(word) : keyword->name;
    if (std::find(seen.begin(), seen.end(), known) != seen.end()) {
      told.push_back(std::string(word)
                         .append(" is left out: another name of ")
                         .append(known)
                         .append(" stands before it"));
      continue;
    }
    seen.push_back(known);
    if (known != word) told.push_back(std::string(word).append(" is called ").append(known));
    if (keyword == nullptr) {
      taken.push_back(std::string(known).append("=").append(value));
      continue;
    }
    if (target.empty() && keyword->key == dsn::Key::database) target = value;
    taken.push_back(std::string(keyword->name)
                        .append("=")
                        .append(source.literal ? as_in_data_source(*keyword, value) : value));
  }
  if (target.empty()) throw Error("HY000", "say how the new data source is called: --as NAME");
  if (taken.empty())
    throw Error("HY000", dsn::shown_connection(named) + " has no word that negodbc knows");
  const int status = add_data_source(target, scope, taken, {}, out);
  for (const std::string& line : told) out << "  " << printable(line) << '\n';
  return status;
}

}  // namespace negodbc::cli
