// The types that parameters are declared with, as the server takes them; what it says of a text.
//
// result/type_choice.h says which types are tried. A text that the server refuses because of types
// is asked about (Parse, Describe), not executed, until it is taken; what it was taken with is kept
// with the statement in the connection's cache, and costs nothing from then on.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "driver/handles/statement/server_talk.h"
#include "driver/handles/statement/text.h"
#include "driver/handles/statement/values.h"
#include "driver/session/statement_cache.h"

namespace negodbc::odbc {

class ParameterTypes {
 public:
  ParameterTypes(ServerTalk& server, const StatementText& text) : server_(server), text_(text) {}

  // What is declared, what a value is bound as where that leaves it open, and the values.
  struct Wishes {
    const Types& declared;
    const Types& bound;
    const std::vector<wire::BindValue>& values;
  };
  // work(types, known), once with what is known or declared, and once more where the server has
  // found the types unfit and takes others, or has refused a value (a fraction for an integer): the
  // only place that sends a statement again because of types. `known` is of the text and the
  // declared types; for a value that was refused, or surely would be, it is another one, as other
  // values have their own types.
  template <class F>
  auto with_types(session::CachedStatement& known, const std::string& sql, const Wishes& wishes,
                  F&& work);

  // What the server says of a text, of the statement's own, or of one of its several statements:
  // the one that has parameter `index` (from 0), or the first; `index` becomes the number among its
  // own. Throws Error as the server reports, S1093.
  void describe(session::CachedStatement& known, const std::string& sql, const Types& declared,
                const Types& bound);
  std::shared_ptr<session::CachedStatement> describe(const Types& declared, const Types& bound);
  std::shared_ptr<session::CachedStatement> describe_part(const Types& declared,
                                                          std::optional<std::size_t>& index);
  // What to declare for a statement that travels behind others.
  Types types_of_part(const std::string& sql, const Wishes& wishes);

  // Whether the server was asked since forget_asked(): since the text was prepared.
  [[nodiscard]] bool asked() const { return asked_; }
  void forget_asked() { asked_ = false; }

 private:
  Types types_to_send(session::CachedStatement& known, const std::string& sql,
                      const Wishes& wishes);
  static std::optional<Types> types_of_values(const session::CachedStatement& known,
                                              const Types& sent, const Wishes& wishes);
  Types first_types(session::CachedStatement& known, const std::string& sql, const Wishes& wishes);
  void find_types(session::CachedStatement& known, const std::string& sql, const Types& declared,
                  const session::Refused* refused);
  // The same; where what is left open cannot be inferred, with what was bound.
  void find_types_or_bound(session::CachedStatement& known, const std::string& sql,
                           const Types& declared, const Types& bound,
                           const session::Refused* refused);
  // Those that are wanted where the column did not read the value, for which `refused` is thrown:
  // of such parameters alone what they were bound as.
  Types types_to_read(session::CachedStatement& known, const std::string& sql, const Wishes& wishes,
                      const session::Refused& refused);
  bool takes_bytes(const Types& declared, const session::Prepared& prepared, bool values);
  [[nodiscard]] bool may_be_refused() const;

  ServerTalk& server_;
  const StatementText& text_;
  bool asked_ = false;
};

template <class F>
auto ParameterTypes::with_types(session::CachedStatement& known, const std::string& sql,
                                const Wishes& wishes, F&& work) {
  try {
    Types types = types_to_send(known, sql, wishes);
    if (const std::optional<Types> own = types_of_values(known, types, wishes)) {
      session::CachedStatement once;
      return work(*own, once);
    }
    auto result = work(types, known);
    if (!known.types) known.types = std::move(types);
    return result;
  } catch (const session::Refused& refused) {
    if (server_.transaction_status() == 'E') throw;
    if (refused.value()) {
      const Types types = types_to_read(known, sql, wishes, refused);
      session::CachedStatement once;
      try {
        return work(types, once);
      } catch (const session::Refused&) {
        throw refused;
      }
    }
    find_types_or_bound(known, sql, wishes.declared, wishes.bound, &refused);
  }
  return std::forward<F>(work)(*known.types, known);
}

}  // namespace negodbc::odbc
