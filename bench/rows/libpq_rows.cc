// negodbc-rows-libpq: the rows of negodbc-rows' workload "bound" read by libpq itself, as a row at
// a time, each value looked at: what a client of libpq spends at least, whatever it does with them.
//
//   negodbc-rows-libpq ROUNDS ROWS "host=... gssencmode=require" [JSON]
//
// JSON: a file for what was measured, as negodbc-rows writes it.
#include <libpq-fe.h>
#include <sys/resource.h>

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "bench/base/statistics.h"

namespace {

struct ConnectionEnd {
  void operator()(PGconn* connection) const { PQfinish(connection); }
};
struct ResultEnd {
  void operator()(PGresult* result) const { PQclear(result); }
};
using Connection = std::unique_ptr<PGconn, ConnectionEnd>;
using Result = std::unique_ptr<PGresult, ResultEnd>;

double seconds(const timeval& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

double process_cpu() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

void expect(bool holds, PGconn* connection) {
  if (!holds) throw std::runtime_error(PQerrorMessage(connection));
}

std::uint64_t read_rows(PGconn* connection) {
  std::uint64_t bytes = 0;
  expect(PQsendQuery(connection, "SELECT * FROM million") == 1, connection);
  expect(PQsetSingleRowMode(connection) == 1, connection);
  while (const Result result{PQgetResult(connection)}) {
    const ExecStatusType status = PQresultStatus(result.get());
    expect(status == PGRES_SINGLE_TUPLE || status == PGRES_TUPLES_OK, connection);
    for (int row = 0; row < PQntuples(result.get()); ++row) {
      for (int column = 0; column < PQnfields(result.get()); ++column) {
        bytes += std::strlen(PQgetvalue(result.get(), row, column));
      }
    }
  }
  return bytes;
}

double peak_mb() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) / 1024;
}

void write_json(const char* path, const char* rows, int rounds, double lasted_s, double cpu_s) {
  const std::unique_ptr<FILE, int (*)(FILE*)> file(std::fopen(path, "w"), std::fclose);
  if (!file) throw std::runtime_error(std::string("can't write ") + path);
  std::fprintf(file.get(),
               "{\"workload\": \"bound\", \"rows\": %s, \"targets\": [{\"name\": \"libpq\", "
               "\"rounds\": %d, \"seconds\": %.6f, \"cpu_s\": %.6f, \"peak_mb\": %.3f}]}\n",
               rows, rounds, lasted_s, cpu_s, peak_mb());
}

}  // namespace

int main(int argc, char** argv) try {
  if (argc != 4 && argc != 5)
    throw std::runtime_error("ROUNDS ROWS CONNINFO are to be given, and a file for JSON if wanted");
  const int rounds = std::atoi(argv[1]);
  const Connection connection(PQconnectdb(argv[3]));
  expect(PQstatus(connection.get()) == CONNECTION_OK, connection.get());
  const std::string make =
      "CREATE TEMP TABLE million AS SELECT g AS a, g::int8 * 1000003 AS b, g * 0.5::float8 AS c, "
      "(g / 100.0)::numeric(12,2) AS d, 'row ' || lpad((g % 100000)::text, 5, '0') AS e, "
      "md5(g::text) AS f, TIMESTAMP '2000-01-01' + g * INTERVAL '1 second' AS h, "
      "DATE '2000-01-01' + g % 366 AS i, g % 2 = 0 AS j, CASE WHEN g % 10 <> 0 THEN g END AS k "
      "FROM generate_series(1, " +
      std::string(argv[2]) + ") g";
  const Result made{PQexec(connection.get(), make.c_str())};
  expect(PQresultStatus(made.get()) == PGRES_COMMAND_OK, connection.get());
  std::vector<double> spent;
  std::vector<double> lasted;
  for (int round = 0; round < rounds; ++round) {
    const double before = process_cpu();
    const auto begin = std::chrono::steady_clock::now();
    const std::uint64_t bytes = read_rows(connection.get());
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
    spent.push_back(process_cpu() - before);
    lasted.push_back(took.count());
    std::printf("%.3f s, CPU %.3f s, %llu bytes of values\n", took.count(), spent.back(),
                static_cast<unsigned long long>(bytes));
  }
  if (spent.empty()) return 0;
  const double cpu_s = negodbc::bench::spread(spent).median;
  std::printf("median CPU %.3f s\n", cpu_s);
  if (argc == 5) write_json(argv[4], argv[2], rounds, negodbc::bench::spread(lasted).median, cpu_s);
  return 0;
} catch (const std::exception& error) {
  std::fprintf(stderr, "negodbc-rows-libpq: %s\n", error.what());
  return 1;
}
