#include "tests/oracle/libpq.h"

#include <cstdlib>
#include <stdexcept>

namespace negodbc::oracle {
namespace {

using Reply = std::unique_ptr<PGresult, decltype(&PQclear)>;

std::string field(const PGresult* reply, int code) {
  const char* const text = PQresultErrorField(reply, code);
  return text == nullptr ? "" : text;
}

void add_rows(Result& result, const PGresult* reply) {
  const int columns = PQnfields(reply);
  for (int row = 0; row < PQntuples(reply); ++row) {
    Row& added = result.rows.emplace_back();
    for (int column = 0; column < columns; ++column) {
      if (PQgetisnull(reply, row, column) != 0) {
        added.emplace_back();
      } else {
        added.emplace_back(PQgetvalue(reply, row, column));
      }
    }
  }
}

void complete(Result& result, PGresult* reply) {
  result.complete = true;
  result.tag = PQcmdStatus(reply);
  const std::string count = PQcmdTuples(reply);
  if (!count.empty()) result.count = std::stol(count);
}

// ? by $1, $2, ...
std::string numbered(const std::string& sql) {
  std::string text;
  int number = 0;
  for (const char c : sql) {
    if (c == '?') {
      text += "$" + std::to_string(++number);
    } else {
      text += c;
    }
  }
  return text;
}

std::string environment(const char* name) {
  const char* const value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe)
  if (value == nullptr)
    throw std::runtime_error(std::string(name) + " is not set: run this in tests/realm/realm.py");
  return value;
}

}  // namespace

Libpq::Libpq(const std::string& user, const std::string& password) {
  const std::string host = environment("NEGODBC_PGHOST");
  const std::string port = environment("NEGODBC_PGPORT");
  const std::string database = environment("NEGODBC_PGDATABASE");
  const char* const names[] = {"host",     "port",    "dbname",     "user",
                               "password", "sslmode", "gssencmode", nullptr};
  const char* const values[] = {host.c_str(),     port.c_str(), database.c_str(), user.c_str(),
                                password.c_str(), "disable",    "disable",        nullptr};
  connection_.reset(PQconnectdbParams(names, values, 0));
  if (PQstatus(connection_.get()) != CONNECTION_OK)
    throw std::runtime_error("libpq cannot connect: " +
                             std::string(PQerrorMessage(connection_.get())));
  PQsetNoticeProcessor(
      connection_.get(), [](void*, const char*) {}, nullptr);
}

char Libpq::status() const {
  switch (PQtransactionStatus(connection_.get())) {
    case PQTRANS_IDLE:
      return 'I';
    case PQTRANS_INTRANS:
      return 'T';
    default:
      return 'E';
  }
}

// Row by row: an error leaves the rows that came before it.
Answer Libpq::answer() {
  PQsetSingleRowMode(connection_.get());
  Answer answer;
  bool in_rows = false;
  for (;;) {
    const Reply reply(PQgetResult(connection_.get()), PQclear);
    if (!reply) return answer;
    const ExecStatusType status = PQresultStatus(reply.get());
    if (status == PGRES_SINGLE_TUPLE || status == PGRES_TUPLES_OK) {
      if (!in_rows) {
        Result& result = answer.results.emplace_back();
        result.has_rows = true;
        for (int column = 0; column < PQnfields(reply.get()); ++column)
          result.columns.emplace_back(PQfname(reply.get(), column));
      }
      add_rows(answer.results.back(), reply.get());
      in_rows = status == PGRES_SINGLE_TUPLE;
      if (!in_rows) complete(answer.results.back(), reply.get());
    } else if (status == PGRES_COMMAND_OK || status == PGRES_EMPTY_QUERY) {
      complete(answer.results.emplace_back(), reply.get());
    } else {
      in_rows = false;
      answer.error = field(reply.get(), PG_DIAG_SQLSTATE);
      answer.words = field(reply.get(), PG_DIAG_MESSAGE_PRIMARY);
      if (answer.error.empty())
        throw std::runtime_error("libpq: " + std::string(PQerrorMessage(connection_.get())));
    }
  }
}

Answer Libpq::simple(const std::string& sql) {
  if (PQsendQuery(connection_.get(), sql.c_str()) != 1)
    throw std::runtime_error("libpq: " + std::string(PQerrorMessage(connection_.get())));
  return answer();
}

Answer Libpq::extended(const std::string& sql, const Parameter* values, std::size_t count) {
  std::vector<const char*> texts;
  for (std::size_t i = 0; i < count; ++i)
    texts.push_back(values[i].value ? values[i].value->c_str() : nullptr);
  if (PQsendQueryParams(connection_.get(), numbered(sql).c_str(), static_cast<int>(count), nullptr,
                        texts.data(), nullptr, nullptr, 0) != 1)
    throw std::runtime_error("libpq: " + std::string(PQerrorMessage(connection_.get())));
  return answer();
}

std::string Libpq::must(const std::string& sql) {
  const Answer said = simple(sql);
  if (!said.error.empty())
    throw std::runtime_error(sql.substr(0, 200) + ": " + said.error + " " + said.words);
  if (said.results.empty() || said.results.back().rows.empty()) return {};
  return said.results.back().rows.front().front().value_or("");
}

Libpq as_admin() {
  const char* const password =
      std::getenv("NEGODBC_ADMIN_PASSWORD");  // NOLINT(concurrency-mt-unsafe)
  return {"admin", password == nullptr ? "" : password};
}

}  // namespace negodbc::oracle
