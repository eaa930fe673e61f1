// The same through the driver manager: one connection, two statement handles.
#pragma once

#include <sql.h>
#include <sqlext.h>

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "tests/oracle/answer.h"
#include "tests/oracle/script.h"

namespace negodbc::oracle {

// A return code and, unless it is SQL_SUCCESS, the first diagnostic's state and what all of them
// say.
struct Said {
  SQLRETURN code = SQL_SUCCESS;
  std::string state, text;
  [[nodiscard]] bool good() const { return SQL_SUCCEEDED(code) || code == SQL_NO_DATA; }
};
std::string to_text(const Said& said);

class Odbc {
 public:
  // Throws std::runtime_error.
  Odbc(const Options& options, const std::string& search_path);
  ~Odbc();
  Odbc(const Odbc&) = delete;
  Odbc& operator=(const Odbc&) = delete;

  // For another script: as it was after the login. False: it could not be done.
  bool reset();

  // With one set, or an array of them; none: no parameters.
  Said direct(std::size_t handle, const std::string& text, const std::vector<ParameterSet>& sets);
  Said prepare(std::size_t handle, const std::string& text);
  Said execute(std::size_t handle, const std::vector<ParameterSet>& sets);
  // SQL_PARAM_...: of the sets executed last.
  [[nodiscard]] const std::vector<SQLUSMALLINT>& statuses(std::size_t handle) const;
  // {? = call function(?)}
  Said call(std::size_t handle, const std::string& function, const Parameter& value);
  [[nodiscard]] std::optional<std::string> returned(std::size_t handle) const;

  // The next rowset; `rows` are those that were read.
  Said fetch(std::size_t handle, int rowset, std::vector<Row>& rows);
  Said more(std::size_t handle);
  Said close(std::size_t handle);
  Said end_transaction(bool commit);
  Said set_autocommit(bool on);

  SQLLEN row_count(std::size_t handle);
  std::vector<std::string> columns(std::size_t handle);

 private:
  struct Handle {
    SQLHSTMT statement = SQL_NULL_HSTMT;
    std::vector<std::vector<SQLINTEGER>> numbers;  // by parameter
    std::vector<std::string> texts;                // by parameter, of equal widths
    std::vector<std::vector<SQLLEN>> lengths;
    std::vector<SQLUSMALLINT> statuses;
    SQLULEN processed = 0;
    SQLINTEGER returned = 0;
    SQLLEN returned_length = 0;
  };
  static Said said(SQLRETURN code, SQLSMALLINT type, SQLHANDLE handle);
  void bind(Handle& handle, const std::vector<ParameterSet>& sets);
  Said fetch_one(Handle& handle, std::vector<Row>& rows);
  Said fetch_bound(Handle& handle, int rowset, std::vector<Row>& rows);

  SQLHENV environment_ = SQL_NULL_HENV;
  SQLHDBC connection_ = SQL_NULL_HDBC;
  std::array<Handle, 2> handles_;
};

}  // namespace negodbc::oracle
