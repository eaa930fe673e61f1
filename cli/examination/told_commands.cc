#include "cli/examination/told_commands.h"

#include <algorithm>
#include <array>
#include <regex>
#include <string_view>

#include "cli/examination/file_remedy.h"
#include "cli/examination/words.h"
#include "driver/base/shell_word.h"
#include "driver/base/utf.h"
#include "driver/dsn/keywords.h"

namespace negodbc::cli {
namespace {

// As a name in SQL.
std::string quoted(const std::string& name) {
  std::string out = "\"";
  for (const char c : name) out.append(c == '"' ? 2 : 1, c);
  return out + "\"";
}

std::string by_psql(const std::string& sql) {
  return "sudo -u postgres psql -c " + shell_word(sql) + "    # on the server";
}

// What the server, the KDC or the driver says, and what is run then; $1 is what the pattern holds.
struct Row {
  const char* pattern;
  std::string (*command)(const std::smatch& found, const Understanding& known);
};

constexpr char of_server[] = " refused the login: ";

// What a server says leads to no file.
bool is_of_server(const std::smatch& found) {
  return found.prefix().str().find(of_server) != std::string::npos;
}

const Row rows[] = {
    {"the private key (.+) can be read by others; chmod",
     [](const std::smatch& found, const Understanding&) {
       return is_of_server(found) ? std::string()
                                  : to_make_private(found[1], FileKind::private_key);
     }},
    {R"re(\b[Nn]ame [^.;:()]{1,60} by (SSL(?:cert|key|rootcert|crl))\b)re",
     [](const std::smatch& found, const Understanding& known) {
       return is_of_server(found)
                  ? std::string()
                  : to_name(known, found[1], "a PEM file that " + this_user() + " can read");
     }},
    {"Have the role (.+) created",
     [](const std::smatch& found, const Understanding&) {
       return "sudo -u postgres createuser " + shell_word(found[1]) + "    # on the server";
     }},
    {R"re(role "(.+)" is not permitted to log in)re",
     [](const std::smatch& found, const Understanding&) {
       return by_psql("ALTER ROLE " + quoted(found[1]) + " LOGIN");
     }},
    {R"re(database "(.+)" is not currently accepting connections)re",
     [](const std::smatch& found, const Understanding&) {
       return by_psql("ALTER DATABASE " + quoted(found[1]) + " ALLOW_CONNECTIONS true");
     }},
    {R"re(permission denied for database "(.+)"\. .*GRANT CONNECT ON DATABASE \.\.\. TO (.+) executed)re",
     [](const std::smatch& found, const Understanding&) {
       return by_psql("GRANT CONNECT ON DATABASE " + quoted(found[1]) + " TO " + quoted(found[2]));
     }},
    {R"re(password authentication failed for user "(.+)" \(28P01\))re",
     [](const std::smatch& found, const Understanding&) {
       return by_psql("\\password " + quoted(found[1]));
     }},
    {R"re(Set a new password of (\S+) \(kpasswd)re",
     [](const std::smatch& found, const Understanding&) {
       return "kpasswd " + shell_word(found[1]);
     }},
    {R"re(\(kadmin: get (\S+)\))re",
     [](const std::smatch& found, const Understanding&) {
       return "sudo kadmin -q " + shell_word("getprinc " + found[1].str());
     }},
    {R"re(the spelling of the principal (\S+), or ask the administrator to create it)re",
     [](const std::smatch& found, const Understanding&) {
       return "sudo kadmin -q " + shell_word("addprinc " + found[1].str());
     }},
    {R"re(([Ll]eave|Correct) ([A-Za-z_]+)=\S+(,? or leave it)? out\b)re",
     [](const std::smatch& found, const Understanding& known) {
       return found[1] == "Correct" && !found[3].matched ? std::string()
                                                         : to_set(known, found[2], "");
     }},
};

// Where the driver's own words begin, behind a server's and its SQLSTATE.
std::size_t end_of_servers_words(const std::string& text) {
  static const std::regex end(R"re(\([0-9A-Z]{5}\)(\. |$))re");
  std::size_t at = 0;
  for (auto found = std::sregex_iterator(text.begin(), text.end(), end);
       found != std::sregex_iterator(); ++found) {
    at = static_cast<std::size_t>(found->position() + found->length());
  }
  return at;
}

// Where a keyword that is in force stands; "": nowhere.
std::string source_of(const Understanding& known, const std::string& keyword) {
  const dsn::Keyword* const entry = dsn::find_keyword(keyword);
  for (const Fact& fact : known.keywords)
    if (entry != nullptr && fact.name == entry->name) return fact.source;
  return {};
}

bool may_be_set_for_a_server(std::string_view keyword, std::string_view value) {
  constexpr std::array encrypting = {"SSLmode", "GssEncMode"};
  const bool encrypts =
      value == "require" && std::any_of(encrypting.begin(), encrypting.end(),
                                        [&](const char* name) { return iequals(keyword, name); });
  return encrypts || keyword == "UID";
}

// "say UID=alice", "use sslnegotiation=postgres"; not what is the second choice, as "or use
// sslmode=verify-ca" is.
std::string setting_told(const std::string& text, const Understanding& known) {
  static const std::regex told(
      R"re((or )?\b(?:[Ss]ay|[Ss]et|[Uu]se|needs|want) ([A-Za-z_]+)=([^\s,;:()]+))re");
  const bool refused = text.find(of_server) != std::string::npos;
  const std::string own = refused ? text.substr(end_of_servers_words(text)) : text;
  for (auto found = std::sregex_iterator(own.begin(), own.end(), told);
       found != std::sregex_iterator(); ++found) {
    if ((*found)[1].matched) continue;
    const std::string keyword = (*found)[2];
    const std::string value = (*found)[3];
    if (dsn::find_keyword(keyword) == nullptr) continue;
    if (!refused || may_be_set_for_a_server(keyword, value)) return to_set(known, keyword, value);
  }
  return {};
}

}  // namespace

// A word of the connection string wins over the data source's, and that over the driver's.
std::string to_set(const Understanding& known, const std::string& keyword,
                   const std::string& value) {
  const std::string word = keyword + "=" + value;
  const std::string source = source_of(known, keyword);
  if (value.empty() && source.ends_with(" of odbcinst.ini"))
    return "take " + keyword + " out of " + source;
  if (known.settings.has(dsn::Key::dsn) && source != given_by_string)
    return to_edit(std::string(known.settings.get(dsn::Key::dsn)), word);
  return value.empty() ? "take " + keyword + " out of the connection string"
                       : "put " + word + " into the connection string";
}

std::string to_name(const Understanding& known, const std::string& keyword,
                    const std::string& what) {
  const std::string source = source_of(known, keyword);
  if (known.settings.has(dsn::Key::dsn) && source != given_by_string)
    return to_edit(std::string(known.settings.get(dsn::Key::dsn)), keyword + "=FILE") + "    # " +
           what;
  return "name " + what + " by " + keyword + " in the connection string";
}

std::string command_told(const std::string& text, const Understanding& known) {
  // A server may say much, and matching takes a frame of the stack a character.
  constexpr std::size_t longest = 4096;
  if (text.size() > longest) return {};
  if (std::string setting = setting_told(text, known); !setting.empty()) return setting;
  for (const Row& row : rows) {
    std::smatch found;
    if (!std::regex_search(text, found, std::regex(row.pattern))) continue;
    if (std::string command = row.command(found, known); !command.empty()) return command;
  }
  return {};
}

}  // namespace negodbc::cli
