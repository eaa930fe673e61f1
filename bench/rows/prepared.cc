#include "bench/rows/prepared.h"

namespace negodbc::bench {
namespace {

struct Type {
  const char* name;
  const char* expression;  // of g = 1, 2, ...
  SQLSMALLINT c_type;
  std::size_t size;
};

constexpr Type types[] = {
    {"int4", "g % 100000 * 7919", SQL_C_SLONG, sizeof(SQLINTEGER)},
    {"int8", "g::int8 * 1000003", SQL_C_SBIGINT, sizeof(SQLBIGINT)},
    {"float4", "sqrt(g::float8)::float4", SQL_C_FLOAT, sizeof(SQLREAL)},
    {"float8", "sqrt(g::float8)", SQL_C_DOUBLE, sizeof(SQLDOUBLE)},
    {"numeric", "(g / 100.0)::numeric(12,2)", SQL_C_CHAR, 24},
    {"bool", "g % 2 = 0", SQL_C_BIT, 1},
    {"text", "md5(g::text)", SQL_C_CHAR, 40},
    {"date", "date '2000-01-01' + g % 36600", SQL_C_TYPE_DATE, sizeof(SQL_DATE_STRUCT)},
    {"timestamp", "timestamp '2000-01-01' + g * interval '1.000001 second'", SQL_C_TYPE_TIMESTAMP,
     sizeof(SQL_TIMESTAMP_STRUCT)},
    {"uuid", "md5(g::text)::uuid", SQL_C_GUID, sizeof(SQLGUID)},
    {"bytea", "decode(md5(g::text) || md5((-g)::text), 'hex')", SQL_C_BINARY, 32},
};

const Type& find(const std::string& name) {
  std::string known;
  for (const Type& type : types) {
    if (type.name == name) return type;
    known += std::string(" ") + type.name;
  }
  throw std::runtime_error("no such type; there are" + known);
}

}  // namespace

PreparedRead::PreparedRead(const Session& session, const std::string& type, std::uint64_t rows)
    : session_(session) {
  const Type& wanted = find(type);
  size_ = wanted.size;
  std::string sql = "CREATE TEMP TABLE typed AS SELECT ";
  for (std::size_t i = 0; i < columns; ++i) {
    sql.append(i == 0 ? "" : ", ").append(wanted.expression);
    sql.append(" AS c").append(std::to_string(i));
  }
  session.execute(sql + " FROM generate_series(1, " + std::to_string(rows) + ") g");
  session.execute("ANALYZE typed");
  session.set(SQL_ATTR_ROW_ARRAY_SIZE, block);
  session.ok(SQLSetStmtAttr(session.statement(), SQL_ATTR_ROWS_FETCHED_PTR, &fetched_, 0),
             "SQL_ATTR_ROWS_FETCHED_PTR");
  std::string select = "SELECT * FROM typed";
  session.ok(SQLPrepare(session.statement(), text(select), SQL_NTS), "SQLPrepare");
  for (std::size_t i = 0; i < columns; ++i) {
    values_[i].resize(block * size_);
    lengths_[i].resize(block);
    session.ok(SQLBindCol(session.statement(), static_cast<SQLUSMALLINT>(i + 1), wanted.c_type,
                          values_[i].data(), static_cast<SQLLEN>(size_), lengths_[i].data()),
               "SQLBindCol");
  }
  Measurement unused;
  read(unused);
  read(unused);
}

void PreparedRead::read(Measurement& result) {
  const SQLHSTMT s = session_.statement();
  session_.ok(SQLExecute(s), "SQLExecute");
  SQLRETURN status = SQL_SUCCESS;
  while ((status = SQLFetch(s)) != SQL_NO_DATA) {
    session_.ok(status, "SQLFetch");
    result.rows += fetched_;
    for (std::size_t row = 0; row < fetched_; ++row)
      for (const std::vector<char>& column : values_)
        result.checksum += static_cast<unsigned char>(column[row * size_]);
  }
  session_.ok(SQLFreeStmt(s, SQL_CLOSE), "SQLFreeStmt");
}

}  // namespace negodbc::bench
