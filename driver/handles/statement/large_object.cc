#include "driver/handles/statement/large_object.h"

#include <algorithm>
#include <string_view>

#include "driver/base/error.h"
#include "driver/types/convert_parts.h"

namespace negodbc::odbc {
namespace {

using wire::Holds;
constexpr wire::AnswerColumn size_and_bytes[] = {{Holds::whole}, {Holds::integer}, {Holds::hex}};
constexpr wire::AnswerColumn only_bytes[] = {{Holds::hex}};

constexpr std::uint64_t read_ahead = std::uint64_t{64} << 10U;
constexpr std::uint64_t longest_read = std::uint64_t{256} << 20U;  // a row has 1 GB at most

// Bytes of the application's buffer that a byte of the object takes.
std::uint64_t width_of(SQLSMALLINT c_type) {
  switch (c_type) {
    case SQL_C_BINARY:
      return 1;
    case SQL_C_CHAR:
      return 2;
    case SQL_C_WCHAR:
      return 2 * sizeof(SQLWCHAR);
    default:
      throw Error("07006", "a large object can be had as SQL_C_BINARY, SQL_C_CHAR, SQL_C_WCHAR");
  }
}

// Bytes of the object that the buffer has room for.
std::uint64_t room_in(const types::Target& target, SQLSMALLINT c_type) {
  if (target.data == nullptr) return 0;
  const auto length = static_cast<std::uint64_t>(target.buffer_length);
  const std::uint64_t terminator =
      c_type == SQL_C_BINARY ? 0 : (c_type == SQL_C_CHAR ? 1 : sizeof(SQLWCHAR));
  return length <= terminator ? 0
                              : std::min((length - terminator) / width_of(c_type), longest_read);
}

}  // namespace

// Its length and its first bytes in one question. The subquery is not merged into the outer one:
// what it calls is volatile.
void LargeObject::open(std::uint64_t bytes, SQLULEN most, const catalog::Query& query) {
  const auto rows = query(
      "SELECT pg_catalog.lo_lseek64(fd, 0, 2), pg_catalog.lo_close(fd), "
      "pg_catalog.encode(pg_catalog.lo_get(" +
          oid_ + ", 0, " + std::to_string(std::max(bytes, read_ahead)) +
          "), 'hex') FROM (SELECT pg_catalog.lo_open(" + oid_ +
          ", 262144) AS fd WHERE EXISTS (SELECT FROM pg_catalog.pg_largeobject_metadata WHERE oid "
          "= " +
          oid_ + ") OFFSET 0) AS opened",
      size_and_bytes);
  if (rows.empty()) throw Error("HY000", "there is no large object " + oid_);
  const wire::Answer::Row& row = rows.first();
  size_ = row.number<std::uint64_t>(0);
  if (most != 0) size_ = std::min<std::uint64_t>(size_, most);
  ahead_ = row.text(2);
  opened_ = true;
}

std::string_view LargeObject::digits(std::uint64_t bytes, const catalog::Query& query) {
  if (at_ < ahead_at_ || at_ + bytes > ahead_at_ + ahead_.size() / 2) {
    const auto rows =
        query("SELECT pg_catalog.encode(pg_catalog.lo_get(" + oid_ + ", " + std::to_string(at_) +
                  ", " + std::to_string(std::max(bytes, read_ahead)) + "), 'hex')",
              only_bytes);
    ahead_ = rows.first().text(0);
    ahead_at_ = at_;
    if (ahead_.size() / 2 < bytes) throw Error("HY000", "the large object was shortened meanwhile");
  }
  return std::string_view(ahead_).substr(static_cast<std::size_t>(2 * (at_ - ahead_at_)),
                                         static_cast<std::size_t>(2 * bytes));
}

types::Outcome LargeObject::read(const types::Target& target, SQLULEN most,
                                 const catalog::Query& query) {
  const SQLSMALLINT c_type =
      target.c_type == SQL_C_DEFAULT ? SQLSMALLINT{SQL_C_BINARY} : target.c_type;
  const std::uint64_t width = width_of(c_type);
  if (target.buffer_length < 0) throw Error("HY090", "the buffer's length is negative");
  if (finished_) return types::Outcome::no_data;
  const std::uint64_t room = room_in(target, c_type);
  if (!opened_) open(room, most, query);
  const std::uint64_t left = size_ - at_;
  const std::uint64_t bytes = std::min(left, room);
  if (target.data != nullptr && target.buffer_length > 0) {
    const std::string part = "\\x" + std::string(digits(bytes, query));
    types::PartState whole;
    (void)types::convert({part, types::oid_bytea, -1}, target, whole);
  }
  types::set_length(target, left * width);
  at_ += bytes;
  if (at_ < size_) return types::Outcome::truncated;
  finished_ = true;
  return types::Outcome::ok;
}

}  // namespace negodbc::odbc
