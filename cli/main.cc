#include <CLI/CLI.hpp>
#include <exception>
#include <iostream>
#include <string>

#include "cli/commands.h"

int main(int argc, char** argv) try {
  CLI::App app("negodbc: sets up and diagnoses integrated login to PostgreSQL through ODBC");
  app.require_subcommand(1);
  app.set_version_flag("--version", "negodbc " NEGODBC_VERSION);

  std::string connection;
  CLI::App* doctor =
      app.add_subcommand("doctor", "Go through a login step by step and say what each came to");
  doctor->add_option("connection", connection, "A DSN's name, or a connection string (with '=')")
      ->required();
  CLI::App* keywords = app.add_subcommand("keywords", "Print the table of keywords");
  CLI11_PARSE(app, argc, argv);

  if (doctor->parsed()) return negodbc::cli::doctor(connection, std::cout);
  if (keywords->parsed()) return negodbc::cli::keyword_table(std::cout);
  return 2;
} catch (const std::exception& e) {
  std::cerr << "negodbc: " << e.what() << '\n';
  return 1;
}
