// negodbc_spool_faults: results that are kept in temporary files, with each write failing in turn:
// a file may not grow beyond a limit, or there is no folder for it. To be run in tests/realm.
#include <sys/resource.h>

#include <array>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <memory>
#include <string>
#include <vector>

#include "tests/injected/jobs.h"
#include "tests/injected/wishes.h"
#include "tests/injected/workloads.h"

namespace negodbc::injected {
namespace {

constexpr SQLINTEGER row_count = 18000;  // of about 1,000 bytes: four times what memory holds
constexpr rlim_t mebibyte = rlim_t{1} << 20U;
constexpr rlim_t file_size = 16 * mebibyte;

const std::string& query() {
  static const std::string text =
      "SELECT g, repeat('x', 1000) FROM generate_series(1, " + std::to_string(row_count) + ") g";
  return text;
}

void limit_files(rlim_t size) {
  rlimit limit{};
  getrlimit(RLIMIT_FSIZE, &limit);
  limit.rlim_cur = size;
  setrlimit(RLIMIT_FSIZE, &limit);
}

SQLINTEGER& bound(SQLHSTMT statement) {
  static SQLINTEGER value = 0;
  SQLBindCol(statement, 1, SQL_C_SLONG, &value, 0, nullptr);
  return value;
}

// Rows are 1, 2, 3, ...: none is left out, none comes behind an error, and they end at the end.
void read_on(Trial& trial, SQLHSTMT statement, SQLINTEGER next) {
  const SQLINTEGER& value = bound(statement);
  bool failed = false;
  for (int more = 3; more > 0;) {
    const SQLRETURN code = trial.call("SQLFetch", [&] { return SQLFetch(statement); });
    if (code == SQL_NO_DATA) {
      if (failed || next <= row_count)
        trial.lie("the rows end before row " + std::to_string(next) +
                  (failed ? ", after an error" : ""));
      return;
    }
    if (!SQL_SUCCEEDED(code)) {
      failed = true;
      --more;
      continue;
    }
    if (failed) return trial.lie("row " + std::to_string(value) + " after an error");
    if (value != next)
      return trial.lie("row " + std::to_string(value) + " instead of row " + std::to_string(next));
    ++next;
  }
}

// Another statement wants the connection while rows are read.
void interrupted(Trial& trial, bool autocommit) {
  if (!trial.connect() || !trial.set_autocommit(autocommit)) return;
  const SQLHSTMT one = trial.statement();
  const SQLHSTMT other = trial.statement();
  if (!trial.execute(one, query())) return;
  const SQLINTEGER& value = bound(one);
  if (!SQL_SUCCEEDED(trial.call("SQLFetch", [&] { return SQLFetch(one); }))) return;
  if (value != 1) trial.lie("the first row is " + std::to_string(value));
  const bool inserted =
      trial.execute(other, "INSERT INTO injected_writes VALUES (" + trial.run() + ", 1)");
  const bool ended = autocommit || trial.end(true);
  if (inserted && ended) trial.claim(1);
  read_on(trial, one, 2);
  trial.close(one);
  if (trial.execute(other, "SELECT k, v FROM injected_reads ORDER BY k"))
    trial.read(other, "rows of another statement");
  trial.close(other);
}

void in_autocommit_mode(Trial& trial) {
  interrupted(trial, true);
}

void in_a_transaction(Trial& trial) {
  interrupted(trial, false);
}

void static_cursor(Trial& trial) {
  if (!trial.connect()) return;
  const SQLHSTMT one = trial.statement();
  SQLSetStmtAttr(one, SQL_ATTR_CURSOR_TYPE, reinterpret_cast<SQLPOINTER>(SQL_CURSOR_STATIC), 0);
  if (!trial.execute(one, query())) return;
  const SQLINTEGER& value = bound(one);
  const std::array<std::pair<SQLLEN, SQLINTEGER>, 4> places = {
      {{1, 1}, {9000, 9000}, {-1, row_count}, {17, 17}}};
  for (const auto& [place, row] : places) {
    const SQLRETURN code = trial.call(
        "SQLFetchScroll", [&, at = place] { return SQLFetchScroll(one, SQL_FETCH_ABSOLUTE, at); });
    if (SQL_SUCCEEDED(code) && value != row)
      trial.lie("row " + std::to_string(value) + " instead of row " + std::to_string(row));
    if (code == SQL_NO_DATA) trial.lie("there is no row " + std::to_string(row));
  }
}

constexpr std::array<Workload, 3> results = {{{"autocommit", in_autocommit_mode},
                                              {"transaction", in_a_transaction},
                                              {"static", static_cursor}}};

struct Point {
  const Workload* workload;
  rlim_t size;  // a file can have; file_size + 1: no folder for it
};

std::string to_text(const Point& point) {
  return std::string(point.workload->name) +
         (point.size > file_size ? " without a folder" : " up to " + std::to_string(point.size));
}

std::string try_point(const Point& point, Transcript transcript, bool records,
                      oracle::Libpq& server, int place, int run) {
  const bool limited = point.size <= file_size && !records;
  const bool homeless = point.size > file_size && !records;
  TrialSettings settings;
  settings.connection_string = "DSN=negodbc-trust;SSLmode=disable";
  settings.run = run;
  settings.place = place;
  settings.limit = std::chrono::seconds(20);
  settings.records = records;
  // NOLINTBEGIN(concurrency-mt-unsafe): nothing else runs in this process
  const char* const folder = std::getenv("TMPDIR");
  const std::string before = folder == nullptr ? "/tmp" : folder;
  if (homeless) setenv("TMPDIR", "/nowhere/at/all", 1);
  if (limited) {
    settings.before = [&] { limit_files(point.size); };
    settings.after = [] { limit_files(RLIM_INFINITY); };
  }
  Trial trial(settings, transcript);
  point.workload->run(trial);
  setenv("TMPDIR", before.c_str(), 1);
  // NOLINTEND(concurrency-mt-unsafe)
  if (records && trial.failed()) return "it fails without a fault";
  if (!trial.lies().empty()) return trial.lies();
  return untrue_claims(trial, server);
}

}  // namespace

const char* const program_description =
    "Temporary files that cannot be written, from each place on.";

int run(const Wishes& wishes) {
  std::signal(SIGXFSZ, SIG_IGN);  // a write beyond the limit fails, and does not kill

  make_tables(wishes.jobs);
  std::vector<Point> points;
  for (const Workload& workload : results) {
    for (rlim_t size = 0; size < file_size; size += mebibyte) {
      points.push_back({&workload, size});
      points.push_back({&workload, size + 1});
    }
    points.push_back({&workload, file_size + 1});
  }
  const Transcript transcript = {{"rows of another statement", [] {
                                    std::string rows;
                                    for (int k = 1; k <= 24; ++k)
                                      rows += "|" + std::to_string(k) + "|row " +
                                              std::to_string(k) + "\n";
                                    return rows;
                                  }()}};
  {
    oracle::Libpq server("trust_user", "");
    for (const Workload& workload : results) {
      const std::string lie = try_point({&workload, 0}, transcript, true, server, 0,
                                        static_cast<int>(&workload - results.data()) + 1);
      if (!lie.empty()) throw std::runtime_error(std::string(workload.name) + ": " + lie);
    }
  }
  std::vector<std::size_t> wanted;
  for (std::size_t number = 0; number < points.size(); ++number)
    if (wishes.wants(number)) wanted.push_back(number);
  if (wanted.empty()) throw std::runtime_error("there is no such point");
  Points all = to_try(wishes, wanted);
  all.name = [&](std::size_t i) {
    return std::to_string(wanted[i]) + " " + to_text(points[wanted[i]]);
  };
  all.worker = [&](int place) {
    const auto server = std::make_shared<oracle::Libpq>("trust_user", "");
    return [&, server, place](std::size_t i) {
      return try_point(points[wanted[i]], transcript, false, *server, place,
                       static_cast<int>(i) + 1000);
    };
  };
  return try_points(all);
}

}  // namespace negodbc::injected
