#include <CLI/CLI.hpp>
#include <algorithm>
#include <exception>
#include <functional>
#include <iostream>
#include <optional>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "cli/command_line.h"
#include "cli/commands.h"
#include "cli/dsn_commands.h"
#include "cli/import_command.h"
#include "cli/installation.h"
#include "cli/manual.h"
#include "cli/output.h"
#include "cli/plugin_commands.h"
#include "cli/printable.h"
#include "cli/query_command.h"
#include "driver/base/error.h"
#include "driver/dsn/masking.h"

namespace {

using namespace negodbc::cli;  // NOLINT(google-build-using-namespace): this is its command line

constexpr int failed = 1;
constexpr int wrong_usage = 2;
constexpr int output_lost = 3;

std::string ask_on_terminal(std::ostream& out, const std::string& question,
                            const std::string& otherwise) {
  out << question << (otherwise.empty() ? "" : " [" + otherwise + "]") << ": " << std::flush;
  const std::optional<std::string> answer = line_told();
  if (!answer) throw std::runtime_error("no answer");
  return answer->empty() ? otherwise : *answer;
}

struct Arguments {
  std::string connection, name, sql;
  std::string keytab, as_driver, bundle;
  std::vector<std::string> words;
  std::string format = "table";
  bool json = false, system = false, user = false;

  [[nodiscard]] std::optional<Scope> scope() const {
    if (!system && !user) return std::nullopt;
    return system ? Scope::system : Scope::user;
  }
};

Style style_of(const Arguments& given) {
  Style style = style_of_terminal();
  style.json = given.json;
  return style;
}

// An empty one, as of a variable that is not set, would be taken for an option that is not given.
std::string no_name(const std::string& word) {
  return word.empty() ? "names no file" : "";
}

void add_scope(CLI::App* command, Arguments& given) {
  CLI::Option* const user = command->add_flag("--user", given.user, "The user's data sources");
  command->add_flag("--system", given.system, "Those of all users")->excludes(user);
}

// What each subcommand takes and does.
struct Command {
  CLI::App* app;
  std::function<int()> run;
};

std::vector<Command> dsn_commands(CLI::App& app, Arguments& given, std::ostream& out) {
  CLI::App* const dsn = app.add_subcommand("dsn", "List, show, write and try data sources");
  dsn->require_subcommand(1);
  std::vector<Command> commands;
  const auto add = [&](const char* name, const char* what, std::function<int()> run) {
    commands.push_back({dsn->add_subcommand(name, what), std::move(run)});
    return commands.back().app;
  };
  const auto named = [&](CLI::App* command) {
    command->add_option("name", given.name, "The data source's name")->required();
    return command;
  };
  constexpr char word_help[] = "Keyword=value; negodbc keywords lists the keywords";
  add("list", "The user's data sources and those of all users", [&] {
    return list_data_sources(given.json, out);
  })->add_flag("--json", given.json, "Write JSON");
  named(add("show", "What stands in a data source; passwords are not shown", [&] {
    return show_data_source(given.name, given.json, out);
  }))->add_flag("--json", given.json, "Write JSON");
  const auto ask = [&out] {
    if (!is_interactive()) return Ask();
    return Ask([&out](const std::string& question, const std::string& otherwise) {
      return ask_on_terminal(out, question, otherwise);
    });
  };
  CLI::App* const adds = add("add", "Make a data source; what is missing is asked for", [&, ask] {
    return add_data_source(given.name, given.scope().value_or(Scope::user), given.words, ask(),
                           out);
  });
  adds->add_option("name", given.name, "The data source's name");
  adds->add_option("words", given.words, word_help);
  add_scope(adds, given);
  CLI::App* const edits =
      named(add("edit", "Change a data source; \"Keyword=\" takes a keyword away", [&, ask] {
        return edit_data_source(given.name, given.scope(), given.words, ask(), out);
      }));
  edits->add_option("words", given.words, word_help);
  add_scope(edits, given);
  add_scope(named(add("remove", "Remove a data source",
                      [&] { return remove_data_source(given.name, given.scope(), out); })),
            given);
  CLI::App* const imports =
      add("import", "Make a data source of another driver's, of a libpq URI or service", [&] {
        return import_data_source(given.connection, given.name, given.scope().value_or(Scope::user),
                                  out);
      });
  imports
      ->add_option("source", given.connection,
                   "A data source's name, postgresql://..., host=... user=..., or service=NAME")
      ->required();
  imports->add_option("--as", given.name, "The new data source's name");
  add_scope(imports, given);
  named(add("test", "The same as negodbc doctor NAME", [&] {
    return doctor({given.name}, out, style_of(given));
  }))->add_flag("--json", given.json, "Write JSON");
  return commands;
}

// What the library has to say of them, which repeats a word that it did not expect.
int say_what_is_wrong(const CLI::App& app, const CLI::ParseError& error,
                      const std::vector<std::string>& words, std::ostream& out) {
  std::ostringstream wrong;
  const int status = app.exit(error, out, wrong);
  std::string text = wrong.str();
  for (const std::string& word : words) {
    const std::size_t at = text.find(word);
    const std::string shown = negodbc::dsn::shown_connection(word);
    if (at != std::string::npos && shown != word) text.replace(at, word.size(), shown);
  }
  std::cerr << text;
  return status == 0 ? 0 : wrong_usage;
}

int run(int argc, char** argv, std::ostream& out) {
  CLI::App app("negodbc: sets up and diagnoses integrated login to PostgreSQL through ODBC");
  app.name("negodbc");
  app.require_subcommand(1);
  app.set_version_flag("--version", "negodbc " NEGODBC_VERSION);
  Arguments given;
  constexpr char connection_help[] = "A DSN's name, or a connection string (with '=')";

  std::vector<Command> commands = dsn_commands(app, given, out);
  CLI::App* const examine = app.add_subcommand(
      "doctor", "Whether programs log in by a data source or a connection string, and why not");
  examine->add_option("connection", given.connection, connection_help)->required();
  examine
      ->add_option("--keytab", given.keytab, "The server's keytab, to be compared with the ticket")
      ->check(no_name);
  examine
      ->add_option("--as-driver", given.as_driver,
                   "A driver's file that is examined instead of the registered one")
      ->check(no_name);
  examine
      ->add_option("--bundle", given.bundle,
                   "A file for whoever helps you: all that was found, without secrets")
      ->check(no_name);
  examine->add_flag("--json", given.json, "Write what is found as one JSON object");
  examine->footer(
      "Where \"-\" is named instead, the connection string is read from the standard input.\n"
      "Exit status: 0 programs log in, 1 they do not, 2 wrong usage, 3 the report is not whole.");
  commands.push_back({examine, [&] {
                        return doctor({connection_told(given.connection), given.keytab,
                                       given.as_driver, given.bundle},
                                      out, style_of(given));
                      }});
  CLI::App* const plugin = app.add_subcommand("plugin", "Authentication plugins");
  plugin->require_subcommand(1);
  CLI::App* const lists = plugin->add_subcommand(
      "list", "The plugins that drivers would load, with the libraries that they find");
  lists->add_flag("--json", given.json, "Write JSON");
  commands.push_back({lists, [&] { return list_plugins(out, style_of(given)); }});
  CLI::App* const checks =
      plugin->add_subcommand("check", "Whether a plugin keeps the contract of its ABI");
  checks->add_option("file", given.name, "The plugin's file, with its folder")->required();
  checks->add_option("--target", given.connection,
                     "A data source or a connection string that logins are tried by");
  checks->add_flag("--json", given.json, "Write JSON");
  checks->footer(
      "Exit status: 0 it keeps the contract, 1 it does not, 2 wrong usage, 3 the report is not "
      "whole.");
  commands.push_back(
      {checks, [&] { return check_plugin(given.name, given.connection, out, style_of(given)); }});
  CLI::App* const asks = app.add_subcommand("query", "Run a statement and write its rows");
  asks->add_option("connection", given.connection, connection_help)->required();
  asks->add_option("statement", given.sql, "SQL")->required();
  asks->add_option("--format", given.format, "table, csv or json")
      ->check(CLI::IsMember({"table", "csv", "json"}));
  commands.push_back({asks, [&] {
                        const Format format = given.format == "csv"    ? Format::csv
                                              : given.format == "json" ? Format::json
                                                                       : Format::table;
                        return query(given.connection, given.sql, format, out);
                      }});
  commands.push_back({app.add_subcommand("keywords", "Print the table of keywords"),
                      [&out] { return keyword_table(out); }});
  // For the build: no command of a person's.
  const auto written = [&](const char* name, void (*write)(const CLI::App&, std::ostream&)) {
    commands.push_back({app.add_subcommand(name)->group(""), [&app, &out, write] {
                          write(app, out);
                          return 0;
                        }});
  };
  written("manual", write_manual);
  written("completion", write_completion);
  // From the last one to the first.
  std::vector<std::string> words = command_line(argc, argv);
  std::reverse(words.begin(), words.end());
  try {
    app.parse(std::vector<std::string>(words));
  } catch (const CLI::ParseError& e) {
    return say_what_is_wrong(app, e, words, out);
  }
  for (const Command& command : commands)
    if (command.app->parsed()) return command.run();
  return wrong_usage;
}

}  // namespace

int main(int argc, char** argv) {
  const Console console;  // for what has gone wrong, too
  const AbsentIniFiles absent;
  Output output;
  int status = failed;
  try {
    status = run(argc, argv, output.stream());
  } catch (const negodbc::Error& e) {
    std::cerr << "negodbc: [" << e.state().view() << "] " << printable(e.what(), true) << '\n';
  } catch (const std::exception& e) {
    std::cerr << "negodbc: " << printable(e.what(), true) << '\n';
  }
  const std::string fault = output.fault();
  if (fault.empty()) return status;
  std::cerr << "negodbc: not all that was to be told could be written: " << fault << '\n';
  return output_lost;
}
