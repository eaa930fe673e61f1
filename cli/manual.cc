#include "cli/manual.h"

#include <functional>
#include <map>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

namespace negodbc::cli {
namespace {

using Path = std::vector<const CLI::App*>;

// Every command that does something, with those it stands in.
void each_command(const CLI::App& app, Path& path, const std::function<void(const Path&)>& visit) {
  const auto inner =
      app.get_subcommands([](const CLI::App* each) { return !each->get_group().empty(); });
  if (inner.empty()) visit(path);
  for (const CLI::App* each : inner) {
    path.push_back(each);
    each_command(*each, path, visit);
    path.pop_back();
  }
}

std::string words_of(const Path& path) {
  std::string words = "negodbc";
  for (const CLI::App* each : path) words += " " + each->get_name();
  return words;
}

// roff takes a dot or an apostrophe that begins a line, and a backslash, for its own.
std::string roff(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\\') {
      out += "\\e";
    } else if (c == '-') {
      out += "\\-";
    } else if ((c == '.' || c == '\'') && out.empty()) {
      out.append("\\&").append(1, c);
    } else {
      out += c;
    }
  }
  return out;
}

bool is_help(const CLI::Option& option) {
  return option.check_name("--help");
}

void write_command(const Path& path, std::ostream& out) {
  const CLI::App& app = *path.back();
  out << ".TP\n.B " << roff(words_of(path));
  for (const CLI::Option* option : app.get_options())
    if (option->get_positional())
      out << ' '
          << roff(option->get_required() ? option->get_name(true)
                                         : "[" + option->get_name(true) + "]");
  out << '\n' << roff(app.get_description()) << ".\n";
  out << ".RS\n";
  for (const CLI::Option* option : app.get_options()) {
    if (is_help(*option)) continue;
    out << ".TP\n.B " << roff(option->get_name(option->get_positional(), true)) << '\n'
        << roff(option->get_description()) << ".\n";
  }
  out << ".RE\n";
  if (!app.get_footer().empty()) out << ".IP\n" << roff(app.get_footer()) << '\n';
}

}  // namespace

void write_manual(const CLI::App& app, std::ostream& out) {
  out << ".TH NEGODBC 1 \"\" \"negodbc " NEGODBC_VERSION
         "\"\n"
         ".SH NAME\nnegodbc \\- sets up and diagnoses integrated login to PostgreSQL\n"
         ".SH SYNOPSIS\n.B negodbc\n.I command\n.RI [ options ]\n"
         ".SH DESCRIPTION\n"
      << roff(app.get_description()) << ".\n.SH COMMANDS\n";
  Path path;
  each_command(app, path, [&](const Path& command) { write_command(command, out); });
  out << ".SH EXIT STATUS\n0: it is done, or programs log in. 1: it failed, or they do not. 2: "
         "wrong usage. 3: what was to be told could not be written, not all of it.\n"
         ".SH ENVIRONMENT\n.TP\n.B NO_COLOR\nNo colours, on a terminal either.\n"
         ".TP\n.B ODBCINI, ODBCSYSINI, ODBCINSTINI\nWhere unixODBC's files are.\n"
         ".TP\n.B KRB5CCNAME, KRB5_CONFIG\nThe tickets and the configuration of Kerberos.\n"
         ".SH SEE ALSO\n.BR isql (1),\n.BR odbcinst (1),\n.BR kinit (1)\n";
}

void write_completion(const CLI::App& app, std::ostream& out) {
  out << "# bash completion for negodbc\n_negodbc() {\n  local "
         "words=\"${COMP_WORDS[*]:1:COMP_CWORD-1}\" "
         "word=${COMP_WORDS[COMP_CWORD]} choices\n  case \"$words\" in\n";
  Path path;
  std::string first;
  std::map<std::string, std::string> second;  // of each first one that has some
  each_command(app, path, [&](const Path& command) {
    const std::string& name = command.front()->get_name();
    if (first.find(" " + name + " ") == std::string::npos) first += " " + name + " ";
    if (command.size() > 1) second[name] += " " + command.back()->get_name();
    std::string options;
    bool takes_file = false;
    for (const CLI::Option* option : command.back()->get_options()) {
      if (!option->get_positional()) options += " " + option->get_name(false, false);
      takes_file = takes_file || option->get_name(true) == "file";
    }
    out << "    '" << words_of(command).substr(std::string_view("negodbc ").size())
        << "'*) choices=\"" << options
        << (takes_file ? " $(compgen -f -- \"$word\")\" ;;\n"
                       : " $(negodbc dsn list 2>/dev/null | awk 'NR > 1 {print $1}')\" ;;\n");
  });
  for (const auto& [name, commands] : second)
    out << "    " << name << ") choices=\"" << commands << "\" ;;\n";
  out << "    '') choices=\"" << first
      << " --help --version\" ;;\n    *) return ;;\n  esac\n"
         "  mapfile -t COMPREPLY < <(compgen -W \"$choices\" -- \"$word\")\n}\n"
         "complete -F _negodbc negodbc\n";
}

}  // namespace negodbc::cli
