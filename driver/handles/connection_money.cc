// What the session's money looks like.
#include "driver/base/error.h"
#include "driver/handles/connection.h"

namespace negodbc::odbc {
namespace {

using wire::Holds;
constexpr wire::AnswerColumn one_number[] = {{Holds::small}};
constexpr int most_digits = 18;

}  // namespace

void Connection::learn_money_scale(const catalog::Query& query) {
  if (money_scale_known_) return;
  try {
    const auto rows = query(
        "SELECT pg_catalog.length(pg_catalog.split_part((1::pg_catalog.money::pg_catalog.numeric)"
        "::pg_catalog.text, '.', 2))::pg_catalog.int2",
        one_number);
    for (const auto& row : rows) {
      const int scale = row.number<int>(0);
      if (scale < 0 || scale > most_digits)
        throw wire::AnswerError("money has " + std::to_string(scale) + " digits behind the point");
      type_options_.money_scale = static_cast<SQLSMALLINT>(scale);
      money_scale_known_ = true;
    }
  } catch (const ConnectionError&) {
    throw;
  } catch (const Error&) {
    // In a failed transaction nothing can be asked: what was known last stays.
  }
}

}  // namespace negodbc::odbc
