// Parameters and columns of the type lo: the statement has their oids, the application their bytes.
//
// A parameter that is bound as SQL_LONGVARBINARY is sent as bytea, and becomes a new large object
// where the server wants a lo. The object is made by the statement itself, so that both are done or
// none. A server that gets bytea for a lo refuses the statement before anything is done: only then
// is it asked what it wants, so that bytea costs nothing. Where the refusal would cost a
// transaction, or the connection is known to have the type, it is asked beforehand.
#pragma once

#include <utility>
#include <vector>

#include "driver/handles/statement/parameter_types.h"
#include "driver/handles/statement/parameters.h"

namespace negodbc::odbc {

class LargeObjectParameters {
 public:
  LargeObjectParameters(ServerTalk& server, StatementText& text, const Parameters& parameters,
                        ParameterTypes& types)
      : server_(server), text_(text), parameters_(parameters), types_(types) {}

  // Does `work`, which sends the text; once more where the server has refused a large object's
  // bytes.
  template <class F>
  auto with_objects(F&& work) {
    const bool asked = server_.connection().large_objects().asked();
    wrap_markers();
    try {
      return work();
    } catch (const session::Refused& e) {
      if (asked || !may_be_refused_objects(e)) throw;
    }
    wrap_markers();
    return work();
  }

 private:
  void wrap_markers();
  bool may_be_refused_objects(const Error& error);
  [[nodiscard]] std::vector<std::size_t> binary_parameters() const;
  std::vector<std::size_t> wanted_as_objects(const std::vector<std::size_t>& binary);

  ServerTalk& server_;
  StatementText& text_;
  const Parameters& parameters_;
  ParameterTypes& types_;
};

// The type of a parameter for which the server has said this one: of a domain over oid that is a
// lo, oid_large_object.
std::uint32_t parameter_type(ServerTalk& server, std::uint32_t server_type);
// Gives the columns of type lo that type; of them the server says only that they are oids.
void find_large_objects(ServerTalk& server, std::vector<wire::Field>& fields);

}  // namespace negodbc::odbc
