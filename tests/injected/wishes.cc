#include "tests/injected/wishes.h"

#include <CLI/CLI.hpp>
#include <cstdio>
#include <exception>

int main(int argc, char** argv) {
  try {
    CLI::App app(negodbc::injected::program_description);
    negodbc::injected::Wishes wishes;
    app.add_option("--workload", wishes.workload,
                   "login, query, portal, arrays, keyset, catalogue");
    app.add_option("--fault", wishes.fault, "of the connection: cut, silence, drip");
    app.add_option("--point", wishes.point, "only the point of this number");
    app.add_option("--every", wishes.every, "only one of so many points")
        ->check(CLI::PositiveNumber);
    app.add_option("--offset", wishes.offset, "and which of them");
    app.add_flag("--long", wishes.lasts, "in any order, for NEGODBC_LONG_SECONDS (60)");
    app.add_option("--jobs", wishes.jobs, "processes")->check(CLI::Range(1, 150));
    app.add_option("--slack", wishes.slack_ms, "ms a call may take beyond its time-out");
    CLI11_PARSE(app, argc, argv);
    return negodbc::injected::run(wishes);
  } catch (const std::exception& e) {
    std::fprintf(stderr, "%s: %s\n", argv[0], e.what());
    return 2;
  }
}
