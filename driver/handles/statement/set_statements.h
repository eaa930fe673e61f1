// The statement of one set of parameters, and of several at once where that is the same: an INSERT
// of one row becomes one of many.
#pragma once

#include <deque>
#include <memory>
#include <string>

#include "driver/handles/statement/parameter_types.h"
#include "driver/handles/statement/parameters.h"
#include "driver/sql/insert_rows.h"

namespace negodbc::odbc {

class SetStatements {
 public:
  struct Form {
    std::size_t width;  // sets
    std::string sql;
    std::shared_ptr<session::CachedStatement> known;
  };

  // Asks the server about the text.
  SetStatements(ServerTalk& server, const StatementText& text, const Parameters& parameters,
                ParameterTypes& types);
  [[nodiscard]] const std::vector<wire::Field>& fields() const {
    return one().known->prepared.fields;
  }
  [[nodiscard]] bool can_widen() const {
    return insert_.good() && insert_.parameters() == types().size();
  }
  [[nodiscard]] const Form& one() const { return forms_.front(); }
  // Makes known to the server what so many sets are executed with.
  void prepare_for(std::size_t sets);
  // The widest form for so many sets; `known`: of those that the server need not be asked for.
  const Form& widest(std::size_t sets, bool known);
  // The form of a set that has these values: of its own where they are larger than what they were
  // declared as. That one is parsed with the flight.
  const Form& form_of(const Values& values);
  // The server has lost the names.
  void ask_again();

 private:
  [[nodiscard]] const Types& types() const { return one().known->prepared.parameter_types; }
  [[nodiscard]] bool is_possible(std::size_t width) const;
  [[nodiscard]] const Form* find(std::size_t width) const;
  const Form& form(std::size_t width);

  ServerTalk& server_;
  const StatementText& text_;
  const Parameters& parameters_;
  ParameterTypes& types_;
  sql::InsertRow insert_;
  Types bound_;
  std::deque<Form> forms_;  // the form of one set is the first
  std::deque<Form> larger_;
};

}  // namespace negodbc::odbc
