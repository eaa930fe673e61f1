#include "driver/handles/sqlstate.h"

#include <algorithm>
#include <string>
#include <string_view>

#include "driver/base/error.h"

namespace negodbc::odbc {
namespace {

struct Mapping {
  std::string_view server;
  std::string_view odbc;
};

constexpr Mapping mappings[] = {
    {"08P01", "08S01"},  // protocol violation: communication link failure
    {"0A000", "HYC00"},  // feature not supported
    {"22P02", "22018"},  // invalid text representation: invalid character value for cast
    {"22P03", "22018"},  // invalid binary representation
    {"28P01", "28000"},  // invalid password
    {"40P01", "40001"},  // deadlock detected: serialization failure
    {"42501", "42000"},  // insufficient privilege: syntax error or access violation
    {"42601", "42000"},  // syntax error
    {"42701", "42S21"},  // duplicate column
    {"42703", "42S22"},  // undefined column
    {"42P01", "42S02"},  // undefined table
    {"42P07", "42S01"},  // duplicate table
    {"42P03", "3C000"},  // duplicate cursor
    {"53200", "HY001"},  // out of memory
    {"53300", "08004"},  // too many connections: server rejected the connection
    {"57014", "HY008"},  // query cancelled
    {"57P01", "08S01"},  // administrator's shutdown
    {"57P02", "08S01"},  // crash shutdown
    {"57P03", "08004"},  // cannot connect now
};

struct OlderState {
  std::string_view odbc3, odbc2;
};
constexpr OlderState older_states[] = {
    {"01001", "01S03"},  // no rows updated or deleted
    {"07005", "24000"}, {"07009", "S1002"}, {"22007", "22008"}, {"22018", "22005"},
    {"42000", "37000"}, {"HY007", "S1010"}, {"HY018", "70100"}, {"HY019", "22003"},
    {"HY024", "S1009"}, {"HYT01", "S1T00"},
};

}  // namespace

SqlState odbc2_state(SqlState state) {
  for (const OlderState& pair : older_states)
    if (state == pair.odbc3) return SqlState(pair.odbc2);
  std::string text(state.view());
  // Whole classes were renamed: HY was S1, 42S was S00.
  if (text.starts_with("HY")) return SqlState(text.replace(0, 2, "S1"));
  if (text.starts_with("42S")) return SqlState(text.replace(0, 3, "S00"));
  return state;
}

SqlState odbc3_state(SqlState state) {
  return state == "S1093" ? SqlState("07009") : state;
}

SqlState odbc_state(SqlState state) {
  const auto* found = std::find_if(std::begin(mappings), std::end(mappings),
                                   [&](const Mapping& m) { return state == m.server; });
  if (found != std::end(mappings)) return SqlState(found->odbc);
  if (state.view().substr(0, 2) == "23")
    return SqlState("23000");  // integrity constraints, all of them
  return state;
}

void unsupported(const char* what) {
  throw Error("HYC00", std::string(what) + " is not supported");
}

}  // namespace negodbc::odbc
