// Sends a text with one set of values, in the way that costs least: as a simple query, by the
// unnamed statement, or by the name that the server knows it by; and says how its rows come.
//
// A text that is executed once is never named at the server; the second execution prepares it.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "driver/handles/statement/parameter_types.h"
#include "driver/handles/statement/parameters.h"
#include "driver/handles/statement/row_source.h"
#include "driver/session/portions.h"

namespace negodbc::odbc {

// What the cursor wants of the rows.
struct RowsWanted {
  bool as_text = false;     // they are kept or changed
  bool to_the_end = false;  // all of them, by whatever reads them first
};

class Sender {
 public:
  struct Uses {
    ServerTalk& server;
    const StatementAttributes& attributes;
    const StatementText& text;
    const Parameters& parameters;
    ParameterTypes& types;
  };
  explicit Sender(const Uses& uses) : use_(uses) {}

  // The statement's text, or what stands for it (`sql`), with the values of one set. The source is
  // on the first result. Throws Error as the server reports.
  std::unique_ptr<RowSource> send(const std::string& sql, const Values& values,
                                  const RowsWanted& rows);
  // A text with values of these types, by its name if it has one.
  std::unique_ptr<RowSource> send_by_name(const std::string& sql,
                                          const ParameterTypes::Wishes& wishes,
                                          const session::Framing& framing, const RowsWanted& rows);

 private:
  // Without parameters.
  std::unique_ptr<RowSource> send_plain(const std::string& sql, const session::Framing& framing,
                                        const RowsWanted& rows);
  std::unique_ptr<RowSource> send_several(const std::string& sql,
                                          const ParameterTypes::Wishes& wishes,
                                          const session::Framing& framing);
  std::unique_ptr<RowSource> send_known(session::CachedStatement& known, const std::string& sql,
                                        const Types& types,
                                        const std::vector<wire::BindValue>& bound,
                                        const session::Framing& framing, const RowsWanted& rows);
  [[nodiscard]] std::vector<wire::Format> formats(const session::Prepared& prepared,
                                                  const RowsWanted& rows) const;
  [[nodiscard]] session::Portions portions(const session::CachedStatement* known,
                                           const RowsWanted& rows) const;

  Uses use_;
};

}  // namespace negodbc::odbc
