#include "cli/import_command.h"

#include <cerrno>
#include <fstream>
#include <ostream>
#include <system_error>
#include <utility>
#include <vector>

#include "cli/dsn_commands.h"
#include "driver/base/characters.h"
#include "driver/base/error.h"
#include "driver/base/file_fault.h"
#include "driver/base/os_user.h"
#include "driver/base/path.h"
#include "driver/base/utf.h"
#include "driver/dsn/dressing.h"
#include "driver/dsn/keywords.h"
#include "driver/dsn/settings.h"

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

dsn::Profile words_of_data_source(const std::string& name) {
  const std::optional<DataSource> source = find_data_source(name);
  if (!source)
    throw Error("IM002", "there is no data source " + name +
                             "; what can be imported is one, a URI (postgresql://...) or "
                             "service=NAME");
  return source->values;
}

// Why a word is left out; "": it stays.
std::string reason_to_leave(const std::string& word) {
  if (dsn::is_refused(word)) return "asks for what negodbc does not have";
  if (const std::string_view accepted = dsn::find_accepted(word); !accepted.empty()) {
    for (const dsn::AcceptedKeyword& entry : dsn::accepted_without_effect())
      if (entry.name == accepted) return "has no effect: " + std::string(entry.reason);
  }
  return dsn::find_keyword(word) == nullptr ? "is no keyword of negodbc's" : "";
}

// A value that stands for itself, as a data source has it: there braces and quotes around a value
// are not part of it.
std::string as_in_data_source(const dsn::Keyword& keyword, const std::string& value) {
  std::string written = value.starts_with('{') && value.ends_with('}') ? dsn::braced(value) : value;
  if (keyword.kind != dsn::Kind::text || keyword.key == dsn::Key::connect_settings ||
      keyword.key == dsn::Key::pqopt)
    return written;
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
      throw Error("HY000", "the URI's parameter " + std::string(one) + " has no value");
    words.emplace_back(percent_decoded(one.substr(0, equals)),
                       percent_decoded(one.substr(equals + 1)));
    parameters.remove_prefix(std::min(end + 1, parameters.size()));
  }
  return words;
}

int import_data_source(const std::string& source, const std::string& name, Scope scope,
                       std::ostream& out) {
  constexpr std::string_view service = "service=";
  const bool by_service = source.starts_with(service);
  const dsn::Profile words = is_uri(source) ? words_of_uri(source)
                             : by_service   ? words_of_service(source.substr(service.size()))
                                            : words_of_data_source(source);
  std::string target = name.empty() && by_service ? source.substr(service.size()) : name;
  std::vector<std::string> taken;
  std::vector<std::string> told;
  for (const auto& [word, value] : words) {
    const dsn::Keyword* const keyword = dsn::find_keyword(word);
    if (keyword != nullptr && keyword->key == dsn::Key::driver) {
      told.push_back("Driver = " + value + " becomes negodbc's");
      continue;
    }
    if (value.empty()) continue;
    if (const std::string reason = reason_to_leave(word); !reason.empty()) {
      told.push_back(std::string(word).append(" is left out: it ").append(reason));
      continue;
    }
    if (target.empty() && keyword->key == dsn::Key::database) target = value;
    if (keyword->name != word) told.push_back(word + " is called " + std::string(keyword->name));
    const bool literal = is_uri(source) || by_service;
    taken.push_back(std::string(keyword->name)
                        .append("=")
                        .append(literal ? as_in_data_source(*keyword, value) : value));
  }
  if (target.empty()) throw Error("HY000", "say how the new data source is called: --as NAME");
  if (taken.empty()) throw Error("HY000", source + " has no word that negodbc knows");
  const int status = add_data_source(target, scope, taken, {}, out);
  for (const std::string& line : told) out << "  " << line << '\n';
  return status;
}

}  // namespace negodbc::cli
