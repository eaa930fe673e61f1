// Plays sequences of calls on a driver, through the driver manager, and notes what came of each.
#pragma once

#include <sql.h>
#include <sqlext.h>

#include <array>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "tests/oracle/peer/calls.h"
#include "tests/oracle/peer/observation.h"

namespace negodbc::peer {

// What was read of the row is of another row afterwards.
bool moves(Verb verb);

class Player {
 public:
  // Throws std::runtime_error where the driver does not connect.
  Player(const std::string& driver, bool wide, const std::string& settings,
         const std::string& search_path);
  ~Player();
  Player(const Player&) = delete;
  Player& operator=(const Player&) = delete;

  Observation play(const Call& call);

 private:
  static constexpr std::size_t most_elements = 8;  // of arrays
  static constexpr std::size_t most_columns = 16;

  // What the driver writes to, and the canary behind it.
  struct Buffer {
    SQLSMALLINT c_type = SQL_C_CHAR;
    std::size_t size = 0;  // of an element
    std::string bytes;
    std::array<SQLLEN, most_elements> lengths{};
  };
  struct Statement {
    SQLHSTMT handle = SQL_NULL_HSTMT;
    std::string text;  // prepared or executed last
    std::map<long, std::shared_ptr<Buffer>> columns, parameters;
    std::map<long, long> directions;
    std::map<long, long> read;  // of the row: columns, and the C type each was read in
    SQLULEN rowset = 1, sets = 1;
    SQLULEN fetched = 0, processed = 0;
    std::array<SQLUSMALLINT, most_elements> row_status{}, set_status{};
    std::string wanted;      // the value that SQLParamData asks for
    bool scrolls = false;    // SQL_ATTR_CURSOR_TYPE was set to what does
    bool limited = false;    // SQL_ATTR_MAX_ROWS is set
    bool refreshed = false;  // the rowset was, by SQLSetPos
    bool recounted = false;  // a rowset of this result was: SQLRowCount may be of that
  };

  SQLRETURN statement_call(Statement& statement, const Call& call, Observation& seen);
  SQLRETURN catalogue_call(Statement& statement, const Call& call);
  SQLRETURN bind_parameter(Statement& statement, const Call& call);
  SQLRETURN bind_column(Statement& statement, const Call& call);
  SQLRETURN get_data(Statement& statement, const Call& call, Observation& seen);
  static SQLRETURN describe(Statement& statement, const Call& call, Observation& seen);
  static SQLRETURN column_attribute(Statement& statement, const Call& call, Observation& seen);
  SQLRETURN set_attribute(Statement& statement, const Call& call);
  static void tell_rows(const Statement& statement, SQLRETURN code, Observation& seen);
  static void tell_sets(const Statement& statement, SQLRETURN code, Observation& seen);
  void allocate(Statement& statement);
  std::shared_ptr<Buffer> keep(std::shared_ptr<Buffer> buffer);

  std::string schema_;  // of what the catalogue functions are asked about
  SQLHENV environment_ = SQL_NULL_HENV;
  SQLHDBC connection_ = SQL_NULL_HDBC;
  std::array<Statement, 2> statements_;
  // Whatever a driver may still have the address of.
  std::vector<std::shared_ptr<Buffer>> kept_;
};

}  // namespace negodbc::peer
